using Grader;
using StructuredConcurrency;
using StructuredConcurrency.Simulation;

namespace Checks;

/// <summary>What becomes of errors: who catches them, and a list that somebody reports, against those that there were.</summary>
internal static class FaultLists
{
    /// <summary>What is wrong with a run that a failure of its world ended, because nobody caught it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="consequence">What comes of it, as the end of a sentence: <c>the pilot hears nothing</c>.</param>
    /// <param name="types">Names of the world's exceptions.</param>
    /// <returns><see langword="null"/>: it was not ended by one of them.</returns>
    public static Finding? Uncaught(ObservedRun run, string consequence, params string[] types) =>
        run is { Outcome: Outcome.Faulted, Error: { } error } && types.Contains(error.TypeName, StringComparer.Ordinal)
            ? new Finding(
                $"RunAsync ended with {error.TypeName}: {error.Message}",
                $"Whoever awaits gets the failure thrown: what nobody catches ends the program, and {consequence}.",
                "Put a try around the await, and catch what it throws; a group always throws a TaskGroupException, also for a single error.")
            : null;

    /// <summary>What is wrong with a list of errors.</summary>
    /// <param name="reported">The list, a word for each: those of the world by their names there, others by the names of their types.</param>
    /// <param name="happened">What really failed, by the same names.</param>
    /// <param name="first">Which of them came first.</param>
    /// <param name="name">How a finding calls one of them: <c>the instrument for point 4</c>.</param>
    /// <returns><see langword="null"/>: nothing.</returns>
    public static Finding? WrongWith(IReadOnlyList<string> reported, IReadOnlyList<string> happened, string first, Func<string, string> name)
    {
        if (reported.FirstOrDefault(word => word is nameof(OperationCanceledException) or nameof(TaskCanceledException) or nameof(ChildCancelledException)) is { } cancelled)
        {
            return new Finding(
                $"The report has a {cancelled} in it.",
                "Being stopped is no failure: a cancellation says that a task was asked to stop, and obeyed.",
                "Leave the cancellations out, or ask the TaskGroupException, which has none.");
        }

        if (reported.FirstOrDefault(word => word is nameof(TaskGroupException) or nameof(AggregateException)) is { } envelope)
        {
            return new Finding(
                $"The report has {(envelope == nameof(AggregateException) ? "an" : "a")} {envelope} in it, and not what is wrong.",
                "The exception of a group is an envelope: the errors lie in its InnerExceptions, and in nested ones one envelope lies in the other.",
                "Report what is in the envelope; Flatten opens the nested ones as well.");
        }

        if (reported.FirstOrDefault(word => !happened.Contains(word, StringComparer.Ordinal)) is { } strange)
        {
            return new Finding(
                $"The report has {(strange == "null" ? "a null" : $"'{name(strange)}'")} in it, and nothing of the kind went wrong.",
                "A report tells what was thrown, as it was thrown: an exception of one's own says less.",
                "Hand on the exceptions themselves, those that there are.");
        }

        if (happened.FirstOrDefault(fault => !reported.Contains(fault, StringComparer.Ordinal)) is { } missing)
        {
            return new Finding(
                $"{happened.Count} things went wrong, and {(reported.Count == 0 ? "none" : reported.Count == 1 ? "one" : $"{reported.Count}")} of them {(reported.Count is 0 or 1 ? "is" : "are")} in the report, which leaves out {name(missing)}.",
                reported is [var only] && only == first
                    ? "The first failure is not the only one: await throws one exception of a task that has several, and InnerException is the first of many."
                    : "Every failure counts: whoever is stopped may fail while stopping, and two may fail at the same moment.",
                "Take all of them: InnerExceptions of the TaskGroupException, or of the task that Task.WhenAll returned; and whoever catches by hand drops cancellations alone.");
        }

        return reported.GroupBy(word => word, StringComparer.Ordinal).FirstOrDefault(word => word.Count() > 1) is { Key: var twice }
            ? new Finding(
                $"{Words.Capital(name(twice))} is in the report {Words.Times(reported.Count(word => word == twice))}.",
                "One failure is one entry: what a child threw arrives once more with the group, and is the same exception.",
                "Gather the failures in one place only.")
            : null;
    }
}
