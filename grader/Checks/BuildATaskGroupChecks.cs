using System.Runtime.CompilerServices;
using Grader;
using StructuredConcurrency.Conformance;
using StructuredConcurrency.Simulation;
using Workshop.Lesson.Exercises;
using Verdict = Grader.Verdict;

namespace Checks;

/// <summary>Exercise 10: a task group of one's own, in eight rungs. What is expected are the answers of the library's group, which never leave this process.</summary>
public sealed class BuildATaskGroupChecks : ExerciseChecks
{
    /// <summary>Nothing but the body.</summary>
    [Check(5, "RunAsync calls the body once, and ends when the body has ended.", HintRung = 1, Part = LadderRung.First)]
    public void TheBodyRuns() => Climb(LadderRung.First);

    /// <summary>The first promise of a group.</summary>
    [Check(15, "Start starts a child and returns at once; RunAsync ends only after every child has ended.", HintRung = 1, DependsOn = nameof(TheBodyRuns), Part = LadderRung.Second)]
    public void EveryChildIsWaitedFor() => Climb(LadderRung.Second);

    /// <summary>Whoever fails stops the others.</summary>
    [Check(15, "The first error, of a child or of the body, cancels everybody else; RunAsync waits for them and throws it in an AggregateException.", HintRung = 2, DependsOn = nameof(EveryChildIsWaitedFor), Part = LadderRung.Third)]
    public void OneErrorStopsAll() => Climb(LadderRung.Third);

    /// <summary>Not the first alone.</summary>
    [Check(15, "Every error is in the AggregateException, as it was thrown, in the order in which the children ended, the body's last.", HintRung = 2, DependsOn = nameof(OneErrorStopsAll), Part = LadderRung.Fourth)]
    public void EveryErrorIsKept() => Climb(LadderRung.Fourth);

    /// <summary>The caller is told what the caller asked for.</summary>
    [Check(15, "When the caller cancels, everybody is cancelled and waited for, and the cancellation comes out of RunAsync with the caller's token.", HintRung = 2, DependsOn = nameof(EveryChildIsWaitedFor), Part = LadderRung.Fifth)]
    public void TheCancellationOfTheCallerPassesThrough() => Climb(LadderRung.Fifth);

    /// <summary>A group may be stopped from inside.</summary>
    [Check(10, "Cancel stops everybody in the group, and RunAsync then ends quietly; errors and the caller's cancellation still come out.", HintRung = 2, DependsOn = nameof(EveryChildIsWaitedFor), Part = LadderRung.Sixth)]
    public void CancelIsNoError() => Climb(LadderRung.Sixth);

    /// <summary>Children of children, and children that come too late.</summary>
    [Check(15, "A child may start children at any time, and all are waited for; Start refuses a child when the group stops or has ended.", HintRung = 3, DependsOn = nameof(EveryChildIsWaitedFor), Part = LadderRung.Seventh)]
    public void LateChildrenAreKeptOrRefused() => Climb(LadderRung.Seventh);

    /// <summary>Races, and groups in groups.</summary>
    [Check(10, "Under every schedule no child is lost between Start and the end, and groups work inside groups.", HintRung = 3, DependsOn = nameof(LateChildrenAreKeptOrRefused), Part = LadderRung.Eighth)]
    public void ItHoldsUnderEverySchedule() => Climb(LadderRung.Eighth);

    private void Climb(string rung, [CallerMemberName] string check = "") => InEveryRun(run => run.Scenario == rung ? Judge(run) : null, check);

    private Finding? Judge(ObservedRun run)
    {
        var story = new LadderStory(run);
        if (story.LibraryGroup is { } opened)
        {
            return new Finding(
                $"At {Words.At(opened.Time)} a TaskGroup of the library was opened, '{opened.ScopeName}': it did the work.",
                "To wrap a group is not to build one: the library's TaskGroup is what your class is to become, not what it is to call.",
                "Build on Task, CancellationTokenSource and TaskCompletionSource.");
        }

        foreach (var tried in story.Tried)
        {
            var expected = LadderStory.Expected(tried.Name);
            for (var i = 0; i < expected.Count; i++)
            {
                if (i == tried.Answers.Count)
                    return NeverEnded(run, tried);
                if (tried.Answers[i].Answer != expected[i])
                    return Differs(tried, i, expected[i]);
            }
        }

        return Endings.Error(run, static _ => null)
            ?? (story.Tried.Count < Evidence.SettingsOf<LadderSettings>(run).Behaviours.Count ? NotHandedOver(run, story) : null);
    }

    private static Finding Differs(TriedBehaviour tried, int at, Answer expected)
    {
        var (answer, time) = tried.Answers[at];
        var found = answer.Question != expected.Question || expected.Given is "yes" or "normally" ? Words.Capital(answer.Given)
            : expected.Given.EndsWith(" was thrown", StringComparison.Ordinal) ? $"{Words.Capital(answer.Question)}: expected {expected.Given[..^" was thrown".Length]}, but {answer.Given}."
            : $"{Words.Capital(answer.Question)}: expected {expected.Given}, but it was {answer.Given}.";
        var end = tried.Answers[^1].Answer;
        if (end.Question == Answer.End && end != answer && (end.Given.StartsWith("it was", StringComparison.Ordinal) || end.Given.StartsWith("not done", StringComparison.Ordinal)))
        {
            found += $" {Words.Capital(end.Given)}"; // what was thrown tells more than what was missed by it
            answer = end.Given.StartsWith("not done", StringComparison.Ordinal) ? end : answer;
        }

        // What a child has not seen is the least of it where it never ran, or is still on its way.
        var isOfAChild = answer.Given.StartsWith("the child", StringComparison.Ordinal) || answer.Given.StartsWith("the sibling", StringComparison.Ordinal);
        if (isOfAChild && LadderAdvice.SomeNeverBegan(tried))
            found = "A child that Start had accepted never ran: its code was not called.";
        else if (isOfAChild && tried.UnderWay[at] is [_, ..] left)
            found = $"RunAsync had ended, and {Words.Listed([.. left.Select(child => $"'{child}'")])} {(left.Count == 1 ? "was" : "were")} still under way.";

        var (misconception, where) = LadderAdvice.For(tried, answer, expected);
        return new Finding($"{Said(tried)} At {Words.At(time)}: {found}", misconception, where);
    }

    private static Finding NeverEnded(ObservedRun run, TriedBehaviour tried)
    {
        var (misconception, where) = LadderAdvice.ForHang(tried);
        var finding = Endings.NoEnd(
            run,
            () => new Finding($"It never ended: {Waiting(run)}.", misconception, where, Verdict.Deadlock),
            "Use what needs no thread of its own: Task.Run, TaskCompletionSource, channels.");
        return finding is null ? NotHandedOver(run, new LadderStory(run)) : finding with { Happened = $"{Said(tried)} {finding.Happened}" };
    }

    private static Finding NotHandedOver(ObservedRun run, LadderStory story) => Endings.Error(run, static _ => null) ?? new Finding(
        story.Tried.Count == 0 ? "No group was tried: RunAsync of BuildATaskGroup ended without handing one to the ladder." : "BuildATaskGroup.RunAsync ended before the climb did.",
        "What is not handed to the ladder cannot be tried, and what is not awaited is cut off.",
        "Leave the class BuildATaskGroup as it was handed out.");

    /// <summary>The behaviour in the suite's own words.</summary>
    private static string Said(TriedBehaviour tried) => $"Behaviour {tried.Id}, '{tried.Says}', failed.";

    private static string Waiting(ObservedRun run)
    {
        var children = run.Waiting.Where(wait => wait.Task != 0).Select(wait => $"'{wait.Name}'").Distinct().ToList();
        return children.Count == 0 ? "no child is left, and RunAsync still waits"
            : $"RunAsync waits for {Words.Listed(children)}, which {(children.Count == 1 ? "waits" : "wait")} for what nobody does any more";
    }
}
