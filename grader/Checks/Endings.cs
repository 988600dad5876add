using Grader;
using StructuredConcurrency;
using StructuredConcurrency.Simulation;

namespace Checks;

/// <summary>What any exercise says of a run that came to no end, ended with an error, or ended before what it had started.</summary>
internal static class Endings
{
    /// <summary>What is wrong with a run that came to no end.</summary>
    /// <param name="run">The run.</param>
    /// <param name="deadlock">Says who waits for what, and why it never comes: that is another story in each exercise.</param>
    /// <param name="useInstead">How time is spent in this exercise's world, as advice: <c>Do what takes time with …</c></param>
    /// <returns><see langword="null"/>: it ended, in whatever way.</returns>
    public static Finding? NoEnd(ObservedRun run, Func<Finding> deadlock, string useInstead) => run.Outcome switch
    {
        Outcome.Completed or Outcome.Faulted => null,
        Outcome.Deadlock => deadlock(),
        Outcome.StepLimit => new Finding(
            "The program went on and on: it took more steps than any right answer needs.",
            run.Events.Any(e => e.Kind == ScopeEventKind.CancelRequested)
                ? "A cancellation that is swallowed is not obeyed: the loop around it goes on, and every further await throws again at once."
                : "Asking again and again is not waiting: a loop that polls may never let the clock go on.",
            "Look for a loop that catches OperationCanceledException and stays, or that awaits only what has ended already.",
            Verdict.StepLimit),
        Outcome.BlockedThread => new Finding(
            "The program blocked the only thread it has" + (run.Error?.Where is { } where ? $", at {where}." : "."),
            "Blocking is not awaiting: while the thread waits, nobody can do what it waits for.",
            "Look for .Wait(), .Result, GetAwaiter().GetResult() or a lock, and await instead.",
            Verdict.BlockedThread),
        _ => new Finding(
            $"The program waits for something outside the event loop, which the grader cannot control: {Waiting(run)}.",
            "Tasks, delays and channels are kept on the loop; threads, files and networks, and libraries that use them, are not.",
            useInstead),
    };

    /// <summary>A deadlock about which the exercise knows nothing more special.</summary>
    /// <param name="run">The run.</param>
    public static Finding Standstill(ObservedRun run) =>
        new($"Nothing can ever go on: {Waiting(run)}.", null, "See who waits for what: somebody must do what the others wait for, and cannot.", Verdict.Deadlock);

    /// <summary>A deadlock after a cancellation: not all who were asked to stop can hear it. Where nothing was cancelled, a <see cref="Standstill"/>.</summary>
    /// <param name="run">The run.</param>
    public static Finding NotHeard(ObservedRun run) =>
        run.Events.FirstOrDefault(e => e.Kind == ScopeEventKind.CancelRequested) is { Kind: ScopeEventKind.CancelRequested } cancel
            ? new Finding(
                $"Everybody was asked to stop at {Words.At(cancel.Time)}, and not all of them heard it. So the group waits, for ever.",
                "A cancellation reaches only who awaits with its token: the token of the whole program is not the group's, and none at all hears nothing.",
                "Give each child the token that group.Start hands to it, and use it at every await of the work.",
                Verdict.Deadlock)
            : Standstill(run);

    /// <summary>What is wrong with a run that ended before what it had started: a group, a wait or a piece of work that nobody awaited.</summary>
    /// <param name="run">The run.</param>
    /// <param name="name">How a finding calls a piece of work that the log knows by its item, where that says too little: <c>the packing of room 3</c>.</param>
    /// <returns><see langword="null"/>: nothing was left, or the run did not come to a normal end.</returns>
    public static Finding? LeftUnderWay(ObservedRun run, Func<ScopeEvent, string>? name = null) => run.Outcome == Outcome.Completed ? Left(run, name) : null;

    /// <summary>As <see cref="LeftUnderWay"/>, for programs that are called off now and then: they too must not end before what they started.</summary>
    /// <param name="run">The run.</param>
    /// <param name="name">How a finding calls a piece of work.</param>
    /// <returns><see langword="null"/>: nothing was left, or the run neither came to a normal end nor was called off.</returns>
    public static Finding? LeftUnderWayOrCalledOff(ObservedRun run, Func<ScopeEvent, string>? name = null) =>
        run.Outcome == Outcome.Completed || WasCalledOff(run) ? Left(run, name) : null;

    /// <summary>How a finding calls work on a thing that has only a number: <c>work on shelf 3</c>.</summary>
    /// <param name="thing">What the exercise calls it.</param>
    public static Func<ScopeEvent, string> WorkOn(string thing) => work => work.Item!.All(char.IsAsciiDigit) ? $"work on {thing} {work.Item}" : $"work on '{work.Item}'";

    /// <summary>Whether a child that has ended left work behind, which it did not await.</summary>
    /// <param name="run">The run.</param>
    public static bool ChildLeftWork(ObservedRun run) =>
        WorkUnderWay(run) is { Task: { } task } && run.Events.Any(e => e.Kind == ScopeEventKind.ChildEnded && e.Task == task);

    /// <summary>What is wrong with a run that ended with an error.</summary>
    /// <param name="run">The run.</param>
    /// <param name="misconception">Which belief the error smells of, by the name of its type.</param>
    /// <returns><see langword="null"/>: it did not end with one.</returns>
    public static Finding? Error(ObservedRun run, Func<string, string?> misconception) =>
        run is { Outcome: Outcome.Faulted, Error: { } error }
            ? new Finding(
                $"RunAsync ended with {error.TypeName}: {error.Message}",
                misconception(error.TypeName)
                ?? (error.Message.StartsWith("Thread.Sleep", StringComparison.Ordinal) ? "Sleeping is not awaiting: the only thread stands still, and with it all the work that was to go on meanwhile." : null),
                error.Where is { } where ? $"Look at {where}: the exception came through there." : null)
            : null;

    /// <summary>Whether it ended by letting a cancellation out, as a program does that its caller calls off.</summary>
    /// <param name="run">The run.</param>
    public static bool WasCalledOff(ObservedRun run) =>
        run is { Outcome: Outcome.Faulted, Error.TypeName: nameof(OperationCanceledException) or nameof(TaskCanceledException) or nameof(ChildCancelledException) };

    /// <summary>What a check says that is passed where nothing goes wrong: a program that does nothing does nothing wrong, and earns nothing by it.</summary>
    /// <param name="evidence">All runs: one of them may well have nothing to do.</param>
    /// <param name="run">The run.</param>
    /// <param name="why">What nobody did, as a sentence.</param>
    /// <returns><see langword="null"/>: some work was done.</returns>
    public static Finding? Idle(Evidence evidence, ObservedRun run, string why) =>
        run.Outcome == Outcome.Completed && !HasWork(run) && !evidence.Runs.Any(HasWork) ? Finding.NotJudged(why) : null;

    private static Finding? Left(ObservedRun run, Func<ScopeEvent, string>? name)
    {
        if (run.Waiting.FirstOrDefault(task => task.Task != 0) is { } left)
        {
            return new Finding(
                $"RunAsync ended at {Words.At(run.Elapsed)}, and '{left.Name}' was still under way.",
                "The group can be left unawaited only if nobody needs to know when its work ends.",
                "Await the task that TaskGroup.RunAsync returns.",
                Verdict.LeakedTask);
        }

        return LeftOutsideGroups(run, name ?? (work => $"work on '{work.Item}'")) is { } what
            ? new Finding(
                $"RunAsync ended at {Words.At(run.Elapsed)}, and {what}.",
                "What is started outside a group belongs to nobody: no one waits for its end, and no one stops it.",
                "Look for Task.Run, async void, or a call whose task nobody awaits, and use group.Start instead.",
                Verdict.LeakedTask)
            : null;
    }

    private static bool HasWork(ObservedRun run) => run.Events.Any(e => e.Kind == ScopeEventKind.WorkStarted);

    private static string Waiting(ObservedRun run) =>
        run.Waiting.Count == 0 ? "the program waits for something that is not a queue or a group" : string.Join("; ", run.Waiting.Select(wait => $"{wait.Name} waits for {wait.WaitsFor}"));

    /// <summary>Children have ended when their group has; the program itself (task 0), and what a child did not await, may have left something.</summary>
    private static string? LeftOutsideGroups(ObservedRun run, Func<ScopeEvent, string> name)
    {
        var waits = run.Events.Where(e => e is { Task: 0, Wait: ScopeWait.Item or ScopeWait.Room }).Sum(e => e.Kind == ScopeEventKind.WaitStarted ? 1 : -1);
        return waits > 0 ? "code that belongs to no group still waited at a queue"
            : WorkUnderWay(run) is { Item: not null } left ? $"{name(left)}, which nobody awaited, was still under way"
            : null;
    }

    /// <summary>The first piece of work that was begun and has not ended; without an item: there is none.</summary>
    private static ScopeEvent WorkUnderWay(ObservedRun run)
    {
        var work = new Dictionary<(int? Task, string? Item), (int Count, ScopeEvent Last)>();
        foreach (var e in run.Events.Where(e => e.Kind is ScopeEventKind.WorkStarted or ScopeEventKind.WorkEnded))
            work[(e.Task, e.Item)] = (work.GetValueOrDefault((e.Task, e.Item)).Count + (e.Kind == ScopeEventKind.WorkStarted ? 1 : -1), e);
        return work.Values.FirstOrDefault(piece => piece.Count > 0).Last;
    }
}
