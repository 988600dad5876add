using Grader;
using StructuredConcurrency;
using StructuredConcurrency.Simulation;
using Workshop.Lesson.Exercises;

namespace Checks;

/// <summary>Exercise 04: log, release, rethrow, in a producer and in consumers.</summary>
public sealed class CleanUpOnCancelChecks : ExerciseChecks
{
    /// <summary>A cancellation that is swallowed inside the loop, or that never arrives.</summary>
    [Check(10, "When the alarm goes, everybody stops work, and the program ends.", HintRung = 2)]
    public void TheRunEnds() => InEveryRun(run => Endings.NoEnd(
        run, () => Endings.NotHeard(run), "Do what takes time with the bakery's own methods or Task.Delay, and start work with group.Start.") ?? Stayed(run) ?? Idle(run));

    /// <summary>A group that nobody awaits, work that nobody awaits.</summary>
    [Check(5, "When RunAsync has ended, nothing that it started is still under way.", HintRung = 2, DependsOn = nameof(TheRunEnds))]
    public void NothingRunsOnAfterTheEnd() => InEveryRun(run => Endings.LeftUnderWay(run, Endings.WorkOn("dough")) ?? Idle(run));

    /// <summary>A group that was cancelled by its own body ends quietly.</summary>
    [Check(10, "The program ends without an error.", HintRung = 2)]
    public void TheProgramEndsWithoutAnError() => InEveryRun(run =>
        run.Error?.Message.Contains(nameof(JoinableQueue<>.MarkDone), StringComparison.Ordinal) == true
            ? null // the business of EveryDoughTakenIsMarkedDone
            : Endings.Error(run, _ =>
                "Being stopped is no failure: a child says that it was stopped by throwing the OperationCanceledException on, and any other exception says that something broke.") ?? Idle(run));

    /// <summary>Release.</summary>
    [Check(25, "The tap is closed once, and each oven that was lit is put out once.", HintRung = 1, DependsOn = nameof(TheProgramEndsWithoutAnError))]
    public void EverythingIsReleased() => InEveryRun(run =>
    {
        if (NotOver(run) is { } notOver)
            return notOver;
        var lines = run.Events.Where(e => e.Kind == ScopeEventKind.Line).Select(e => WithoutTime(e.Text!)).ToList();
        if (lines.Find(line => line.StartsWith(Bakery.OvenStillLit, StringComparison.Ordinal)) is { } burning)
        {
            return new Finding(
                $"{OvenOf(burning, Bakery.OvenStillLit)} was being put out when that was cut short: it burns on.",
                "A cancelled token stays cancelled: every await with it throws again, also in the clean-up.",
                "Look at the token that PutOutOvenAsync is given.")
            { HintRung = 2 };
        }

        var opened = lines.Count(line => line == Bakery.TapOpened);
        var closed = lines.Count(line => line == Bakery.TapClosed);
        var lit = OvensIn(lines, Bakery.OvenLit);
        var putOut = OvensIn(lines, Bakery.OvenOut);
        if (opened != 1 || lit.Count != Settings(run).Bakers)
        {
            return new Finding(
                $"The tap was opened {(opened == 0 ? "never" : Words.Times(opened))}, and {lit.Count} of {Settings(run).Bakers} ovens were lit.",
                "What is never taken need not be released, and nothing is baked in a cold oven.",
                "Leave OpenTap and LightOven where they were.");
        }

        if (closed > 1)
            return Twice($"The tap was closed {Words.Times(closed)}.");
        if (lit.Find(oven => putOut.Count(other => other == oven) > 1) is { } twice)
            return Twice($"{twice} was put out {Words.Times(putOut.Count(oven => oven == twice))}.");
        if (closed == 0)
        {
            var mixer = run.Events.First(e => e.Kind == ScopeEventKind.Line && WithoutTime(e.Text!) == Bakery.TapOpened).Task;
            return WasStopped(run, mixer)
                ? NotReleased("The mixer was stopped, and the tap still runs.")
                : new Finding(
                    "The mixer was done before the alarm, and the tap still runs.",
                    "A catch is one way out of several: what has to happen on every way stands in a finally.",
                    "Move CloseTap into a finally.");
        }

        return lit.Find(oven => !putOut.Contains(oven, StringComparer.Ordinal)) is { } left ? NotReleased($"{left} was never put out.") : null;
    });

    /// <summary>Release: the item in hand.</summary>
    [Check(15, "Each dough that was taken is marked done once, when it is baked or spoilt.", HintRung = 1, DependsOn = nameof(TheRunEnds))]
    public void EveryDoughTakenIsMarkedDone() => InEveryRun(run =>
    {
        var table = ItemQueue.In(run.Events).Name;
        var taken = run.Events.Count(e => e.Kind == ScopeEventKind.Get && e.Queue == table);
        var marks = run.Events.Count(e => e.Kind == ScopeEventKind.ItemDone && e.Queue == table);
        if (taken == 0)
            return Finding.NotJudged("nobody took a dough.");
        var tooOften = run.Error?.Message.Contains(nameof(JoinableQueue<>.MarkDone), StringComparison.Ordinal) == true;
        if (tooOften || marks > taken)
        {
            return new Finding(
                tooOften ? "MarkDone was called more often than doughs were put." : $"Doughs taken: {taken}; marked done: {marks}.",
                "A finally is run on every way out, also when GetAsync is cancelled: only what was taken is due to be marked.",
                "Move GetAsync in front of the try whose finally marks the dough.");
        }

        if (marks == taken)
        {
            return MarkedEarly(run, table) is { } early
                ? new Finding(
                    $"At {Words.At(early.Time)} '{early.TaskName}' marked a dough done, and only then baked it.",
                    "Marked done before the work, a dough is no longer waited for: taking it is not finishing it.",
                    "Move MarkDone behind the baking.")
                : null;
        }

        return NotOver(run) ?? new Finding(
            $"Doughs taken: {taken}; marked done: {marks}.",
            "Marked done only on success: a dough that is spoilt by the alarm is dealt with as well, and somebody may wait for its mark.",
            "Follow the loop of the baker from GetAsync on, on every way that leaves it.");
    });

    /// <summary>Log.</summary>
    [Check(15, "Whoever was stopped notes it once, and nobody else does.", HintRung = 1, DependsOn = nameof(TheProgramEndsWithoutAnError))]
    public void WhoeverWasStoppedNotesIt() => InEveryRun(run =>
    {
        if (NotOver(run) is { } notOver)
            return notOver;
        foreach (var (task, name) in Children(run))
        {
            var notes = run.Events.Count(e => e.Kind == ScopeEventKind.Line && WithoutTime(e.Text!) == $"{Bakery.Stopped} {name}");
            var stopped = WasStopped(run, task);
            if (notes == 0 && stopped)
            {
                return new Finding(
                    $"'{name}' was stopped, and the book says nothing of it.",
                    "A cancellation passes silently: it is no error, so nobody reports it unless the code that was stopped does.",
                    "Catch OperationCanceledException around the whole work, note it under this name, and throw it on.");
            }

            if (notes > 0 && !stopped)
            {
                return new Finding(
                    $"'{name}' was done before the alarm, and the book says that it was stopped.",
                    "A finally is for every way out: a note that is true of one way only belongs into the catch for it.",
                    "Move NoteStopped into the catch of the OperationCanceledException.");
            }

            if (notes > 1)
            {
                return new Finding(
                    $"'{name}' was stopped, and noted it {Words.Times(notes)}.",
                    "An exception that is thrown on comes by every catch on its way: note it in one of them.",
                    "Look for two catches on the same way out.");
            }
        }

        return null;
    });

    /// <summary>Rethrow.</summary>
    [Check(20, "Whoever was stopped ends as cancelled.", HintRung = 2, DependsOn = nameof(TheProgramEndsWithoutAnError))]
    public void WhoeverWasStoppedSaysSo() => InEveryRun(run =>
    {
        if (NotOver(run) is { } notOver)
            return notOver;
        foreach (var (task, name) in Children(run))
        {
            if (WasStopped(run, task) && run.Events.Any(e => e is { Kind: ScopeEventKind.ChildEnded, Outcome: ScopeOutcome.Succeeded } && e.Task == task))
            {
                return new Finding(
                    $"'{name}' was stopped, and ended as if it had done everything.",
                    "A cancellation that is swallowed looks like a success: the group, and whoever asks the handle, believes that the work was done.",
                    "End the catch of the OperationCanceledException with throw;");
            }
        }

        return null;
    });

    /// <summary>Work that went on to its end when the alarm had gone.</summary>
    private Finding? Stayed(ObservedRun run)
    {
        var gone = TimeSpan.FromMilliseconds(Evidence.SettingsOf<BakerySettings>(run).AlarmAfter);
        var alarm = run.Events.FirstOrDefault(e => e is { Kind: ScopeEventKind.CancelRequested, Target: null } && e.Time >= gone);
        return alarm.Kind == ScopeEventKind.CancelRequested
            && run.Events.FirstOrDefault(e => e is { Kind: ScopeEventKind.WorkEnded, Outcome: ScopeOutcome.Succeeded } && e.Time > alarm.Time + run.TimersLateBy) is { Item: not null } late
            ? new Finding(
                $"Everybody was asked to stop at {Words.At(alarm.Time)}, and '{late.TaskName}' worked on until {Words.At(late.Time)}.",
                "A cancellation reaches only who awaits with its token: work that was given another one, or none, goes on to its end.",
                "Look at the token that is given to bakery.MixAsync and to bakery.BakeAsync.")
            : null;
    }

    /// <summary>The first mark whose task had taken a dough and baked it only after the mark.</summary>
    private static ScopeEvent? MarkedEarly(ObservedRun run, string? table)
    {
        var marked = new Dictionary<int, ScopeEvent>();
        foreach (var e in run.Events)
        {
            if (e.Task is not { } task)
                continue;
            if (e.Kind == ScopeEventKind.Get && e.Queue == table)
                marked.Remove(task);
            else if (e.Kind == ScopeEventKind.ItemDone && e.Queue == table)
                marked[task] = e;
            else if (e.Kind is ScopeEventKind.WorkStarted or ScopeEventKind.WorkEnded && marked.TryGetValue(task, out var early))
                return early;
        }

        return null;
    }

    private BakerySettings Settings(ObservedRun run) => Evidence.SettingsOf<BakerySettings>(run);

    private static Finding NotReleased(string happened) => new(
        happened,
        "The last line is not reached: a cancellation leaves the method at the await where it arrives, and nobody else cleans up, or waits for a clean-up that is not awaited.",
        "Put what must happen in any case into a finally, and await it there if it takes time.");

    private static Finding Twice(string happened) => new(
        happened,
        "What is released twice was released by two of the ways out: a finally is run after a catch as well.",
        "Release in the finally alone.");

    private Finding? Idle(ObservedRun run) => Endings.Idle(Evidence, run, "nobody mixed anything.");

    /// <summary>What was not done may have been still to come.</summary>
    private Finding? NotOver(ObservedRun run) =>
        run.Outcome != Outcome.Completed ? Finding.NotJudged("the program did not come to its end.") : Idle(run);

    /// <summary>The mixer and the bakers: those that opened or lit something.</summary>
    private static IEnumerable<(int Task, string Name)> Children(ObservedRun run)
    {
        foreach (var e in run.Events.Where(e => e is { Kind: ScopeEventKind.Line, Task: > 0 }))
        {
            var line = WithoutTime(e.Text!);
            if (line == Bakery.TapOpened)
                yield return (e.Task!.Value, "mixer");
            else if (line.StartsWith(Bakery.OvenLit, StringComparison.Ordinal))
                yield return (e.Task!.Value, line[(Bakery.OvenLit.Length + 1)..]);
        }
    }

    private static bool WasStopped(ObservedRun run, int? task) => run.Events.Any(e => e.Kind == ScopeEventKind.CancelObserved && e.Task == task);

    private static List<string> OvensIn(List<string> lines, string mark) =>
        [.. lines.Where(line => line.StartsWith(mark, StringComparison.Ordinal)).Select(line => OvenOf(line, mark))];

    private static string OvenOf(string line, string mark) => $"The oven of '{line[(mark.Length + 1)..]}'";

    /// <summary>A line as it was printed: behind it stands the time.</summary>
    private static string WithoutTime(string line) => line[..Math.Max(0, line.LastIndexOf(' '))];
}
