using Grader;
using StructuredConcurrency;
using StructuredConcurrency.Simulation;
using Workshop.Lesson.Exercises;

namespace Checks;

/// <summary>Exercise 06: three programs that hang for three reasons. Each is judged by itself: its checks look at its own runs and at no others.</summary>
public sealed class DebugTheHangChecks : ExerciseChecks
{
    private const string UseInstead = "Do what takes time with the harbour's own methods, and start work with group.Start.";

    // Between the last piece of work and the signature no time passes on the loop's clock.
    private static readonly TimeSpan s_atOnce = TimeSpan.FromMilliseconds(1);

    // Longer than a pause between two attempts of somebody who tries and steps back.
    private static readonly TimeSpan s_idle = TimeSpan.FromMilliseconds(150);

    // Program 1.

    /// <summary>A join that waits for marks that nobody owes.</summary>
    [Check(10, "Program 1, unloading, ends by itself and without an error.", HintRung = 1, Part = nameof(HarbourDuty.Unload))]
    public void UnloadingEnds() => InRunsOf(HarbourDuty.Unload, run => Ends(run, () => UnloadingHangs(run)));

    /// <summary>All crates, in the store.</summary>
    [Check(10, "Program 1 brings every crate of the ship into the store, once.", HintRung = 2, DependsOn = nameof(UnloadingEnds), Part = nameof(HarbourDuty.Unload))]
    public void EveryCrateIsStored() => InRunsOf(HarbourDuty.Unload, run =>
    {
        if (NotEnded(run) is { } notEnded)
            return notEnded;
        var story = new HarbourStory(run);
        return EachOnce(run, story, "crate", Numbers(Settings(run).Crates), "stored")
            ?? (story.Work.Find(work => work.Deed == "" && story.TimesDone(work.Number, HarbourStory.Make) == 0) is { } unlifted
                ? new Finding($"Crate {unlifted.Number} was stored and never lifted out of the ship.", "The work is what the program is for: mend the wait, and leave the work as it is.", "Let the crane lift each crate.")
                : null);
    });

    /// <summary>Backpressure.</summary>
    [Check(4, "In program 1 no more crates are lifted than the quay has room for.", HintRung = 2, DependsOn = nameof(UnloadingEnds), Part = nameof(HarbourDuty.Unload))]
    public void TheQuayIsNeverOverfull() => InRunsOf(HarbourDuty.Unload, run =>
    {
        var story = new HarbourStory(run);
        if ((NotEnded(run) ?? NotDone(run, story)) is { } notJudged)
            return notJudged;

        // One crate may hang at the crane, and each cart may have one that it has taken and not yet begun with.
        var (quay, carts) = (Settings(run).QuaySize, Settings(run).Carts);
        var standing = 0;
        foreach (var e in run.Events)
        {
            if (e.Kind == ScopeEventKind.WorkEnded && e.Item!.StartsWith($"{HarbourStory.Make} ", StringComparison.Ordinal))
                standing++;
            else if (e.Kind == ScopeEventKind.WorkStarted && !e.Item!.Contains(' ', StringComparison.Ordinal))
                standing--;
            if (standing > quay + carts + 1)
            {
                return new Finding(
                    $"At {Words.At(e.Time)} {standing} crates were lifted and no cart had begun to move them; the quay has room for {quay}.",
                    "A bound is there for a reason: a queue without one only moves the trouble to where nobody sees it.",
                    "Give the queue its capacity back: the hang has another cause.");
            }
        }

        return null;
    });

    /// <summary>Neither too early nor by the clock.</summary>
    [Check(6, "Program 1 signs off once, at the moment at which the last crate is in the store.", HintRung = 2, DependsOn = nameof(EveryCrateIsStored), Part = nameof(HarbourDuty.Unload))]
    public void UnloadingIsSignedOffInTime() => InRunsOf(HarbourDuty.Unload, SignedOffInTime);

    /// <summary>A group or a wait that nobody awaits.</summary>
    [Check(3, "When program 1 has ended, nothing that it started is still under way.", HintRung = 2, DependsOn = nameof(UnloadingEnds), Part = nameof(HarbourDuty.Unload))]
    public void UnloadingLeavesNothingUnderWay() => InRunsOf(HarbourDuty.Unload, LeavesNothing);

    // Program 2.

    /// <summary>A last word that a cancelled task never says.</summary>
    [Check(10, "Program 2, the watch, ends by itself and without an error when the fog has lifted.", HintRung = 1, Part = nameof(HarbourDuty.KeepWatch))]
    public void TheWatchEnds() => InRunsOf(HarbourDuty.KeepWatch, run => Ends(run, () => WatchHangs(run)));

    /// <summary>The work before the fog lifts, and none after.</summary>
    [Check(5, "Program 2 sounds the horn and answers calls until the fog lifts, and no longer.", HintRung = 2, DependsOn = nameof(TheWatchEnds), Part = nameof(HarbourDuty.KeepWatch))]
    public void TheWatchIsKeptUntilTheFogLifts() => InRunsOf(HarbourDuty.KeepWatch, run =>
    {
        const string LeaveIt = "The work is what the program is for: mend the wait, and leave the work as it is.";
        if (NotEnded(run) is { } notEnded)
            return notEnded;
        var story = new HarbourStory(run);
        if (story.FogLifted is not { } lifted)
            return Left(run) ?? new Finding($"The program ended at {Words.At(run.Elapsed)}, before the fog had lifted.", LeaveIt, "Leave WaitUntilFogLiftsAsync where it was.");
        var answered = story.Work.Count(work => work is { Deed: "", Succeeded: true });
        if (answered < 2)
        {
            return new Finding(
                $"When the fog lifted at {Words.At(lifted.Time)}, {(answered == 0 ? "no call" : "one call")} was answered; there is time for more.", LeaveIt, "See what keeps the watch from its work.");
        }

        if (!story.Work.Exists(work => work.Deed == Harbour.Horn && work.Start.Time <= lifted.Time && work.End?.Time >= lifted.Time - s_atOnce))
            return new Finding($"The horn was silent when the fog lifted, at {Words.At(lifted.Time)}.", LeaveIt, "See what became of the horn.");
        return story.Work.Find(work => work.Deed is "" or Harbour.Horn && work.Start.Time > lifted.Time + s_atOnce) is { } late
            ? new Finding(
                $"The fog lifted at {Words.At(lifted.Time)}, and at {Words.At(late.Start.Time)} {(late.Deed.Length == 0 ? $"call {late.Number} was answered" : "the horn was sounded")} all the same.",
                "A cancellation that is swallowed is not obeyed: whoever catches it and goes on was not stopped.",
                "Let horn and watch end when they are cancelled.")
            : null;
    });

    /// <summary>Nothing is lost by the cure.</summary>
    [Check(10, "Program 2 enters every call that was answered, once, in the log book.", HintRung = 2, DependsOn = nameof(TheWatchIsKeptUntilTheFogLifts), Part = nameof(HarbourDuty.KeepWatch))]
    public void EveryAnsweredCallIsEntered() => InRunsOf(HarbourDuty.KeepWatch, run =>
    {
        if (NotEnded(run) is { } notEnded)
            return notEnded;
        var story = new HarbourStory(run);
        var answered = story.Work.Where(work => work is { Deed: "", Succeeded: true }).Select(work => work.Number).ToList();
        var lost = answered.Where(call => story.TimesDone(call, Harbour.Enter) == 0).ToList();
        if (lost.Count > 0)
        {
            var cut = story.Work.Find(work => work is { Deed: Harbour.Enter, Succeeded: false });
            return new Finding(
                $"{Words.Capital(Words.Numbered("call", lost))} {(lost.Count == 1 ? "was" : "were")} answered and never entered"
                + (cut is null ? "." : $"; {(cut.End is { } end ? $"'{cut.Start.TaskName}' was stopped at {Words.At(end.Time)}" : "the program ended")} with call {cut.Number} under the pen."),
                cut is { End: null }
                    ? "What is started outside a group belongs to nobody: the program ended, and nobody had waited for the writer."
                    : "Making somebody stop is not the same as letting somebody finish: what was still to be done is lost.",
                "Let the writer enter all that was answered, and then tell it that nothing more will come.");
        }

        return answered.Find(call => story.TimesDone(call, Harbour.Enter) > 1) is { } twice
            ? new Finding($"Call {twice} was entered {Words.Times(story.TimesDone(twice, Harbour.Enter))}.", "Each call is one entry.", "See who puts it, and how often.")
            : null;
    });

    /// <summary>Neither too early nor by the clock.</summary>
    [Check(6, "Program 2 signs off once, at the moment at which the fog has lifted and the last call is entered.", HintRung = 2, DependsOn = nameof(EveryAnsweredCallIsEntered), Part = nameof(HarbourDuty.KeepWatch))]
    public void TheWatchIsSignedOffInTime() => InRunsOf(HarbourDuty.KeepWatch, SignedOffInTime);

    /// <summary>A group or a wait that nobody awaits.</summary>
    [Check(3, "When program 2 has ended, nothing that it started is still under way.", HintRung = 2, DependsOn = nameof(TheWatchEnds), Part = nameof(HarbourDuty.KeepWatch))]
    public void TheWatchLeavesNothingUnderWay() => InRunsOf(HarbourDuty.KeepWatch, LeavesNothing);

    // Program 3.

    /// <summary>Each has one, and waits for the other.</summary>
    [Check(10, "Program 3, moving ships, ends by itself and without an error.", HintRung = 1, Part = nameof(HarbourDuty.MoveShips))]
    public void MovingShipsEnds() => InRunsOf(HarbourDuty.MoveShips, run => Ends(run, () => ShipsHang(run)));

    /// <summary>All ships, with pilot and tug.</summary>
    [Check(8, "Program 3 moves every ship once, with the pilot aboard and the tug made fast, and keeps none waiting without need.", HintRung = 2, DependsOn = nameof(MovingShipsEnds), Part = nameof(HarbourDuty.MoveShips))]
    public void EveryShipIsMoved() => InRunsOf(HarbourDuty.MoveShips, run =>
    {
        if (NotEnded(run) is { } notEnded)
            return notEnded;
        var story = new HarbourStory(run);
        if (EachOnce(run, story, "ship", Ships(Settings(run)), "moved") is { } notOnce)
            return notOnce;
        foreach (var move in story.Work.Where(work => work.Deed.Length == 0))
        {
            foreach (var who in (string[])[Harbour.Ready, Harbour.Pilot, Harbour.Tug])
            {
                if (story.Work.Exists(work => work.Deed == who && work.Number == move.Number && work is { Succeeded: true, End: { } end } && end.Sequence < move.Start.Sequence))
                    continue;
                return new Finding(
                    $"Ship {move.Number} was moved at {Words.At(move.Start.Time)}{(who == Harbour.Ready ? " before it was ready." : $" without the {who}.")}",
                    "The work is what the program is for: mend the wait, and leave the work as it is.",
                    "Move a ship only when it is ready, has the pilot aboard and the tug made fast.");
            }
        }

        return story.LongestPause is var (from, to, length) && length > s_idle
            ? new Finding(
                $"From {Words.At(from)} to {Words.At(to)} nobody did anything, and ships were waiting.",
                "A pause is no order: it makes the meeting rare, or the harbour slow, and it promises nothing.",
                "Leave the clock out of it: see in which order pilot and tug are taken.")
            : null;
    });

    /// <summary>The locks are still locks.</summary>
    [Check(7, "In program 3 pilot and tug are on one ship at a time, until it has been moved.", HintRung = 2, DependsOn = nameof(MovingShipsEnds), Part = nameof(HarbourDuty.MoveShips))]
    public void PilotAndTugAreNeverOnTwoShips() => InRunsOf(HarbourDuty.MoveShips, run =>
    {
        var story = new HarbourStory(run);
        foreach (var who in (string[])[Harbour.Pilot, Harbour.Tug])
        {
            if (HarbourStory.OnTwoShips(who, run) is var (at, first, second))
            {
                return new Finding(
                    $"At {Words.At(at.Time)} the {who} went to ship {second}, and ship {first} had not been moved yet: the harbour has one {who}.",
                    "What is held until the end cannot be lent in between: a lock that is opened early, doubled or left out protects nothing.",
                    $"Look from where to where each task holds the {who}.");
            }
        }

        return NotEnded(run) ?? NotDone(run, story);
    });

    /// <summary>Neither too early nor by the clock.</summary>
    [Check(5, "Program 3 signs off once, at the moment at which the last ship has been moved.", HintRung = 2, DependsOn = nameof(EveryShipIsMoved), Part = nameof(HarbourDuty.MoveShips))]
    public void MovingShipsIsSignedOffInTime() => InRunsOf(HarbourDuty.MoveShips, SignedOffInTime);

    /// <summary>A group or a wait that nobody awaits.</summary>
    [Check(3, "When program 3 has ended, nothing that it started is still under way.", HintRung = 2, DependsOn = nameof(MovingShipsEnds), Part = nameof(HarbourDuty.MoveShips))]
    public void MovingShipsLeavesNothingUnderWay() => InRunsOf(HarbourDuty.MoveShips, LeavesNothing);

    private void InRunsOf(HarbourDuty duty, Func<ObservedRun, Finding?> judge, [System.Runtime.CompilerServices.CallerMemberName] string check = "") =>
        InEveryRun(run => Settings(run).Duty == duty ? judge(run) : null, check);

    private HarbourSettings Settings(ObservedRun run) => Evidence.SettingsOf<HarbourSettings>(run);

    private static List<string> Numbers(int count) => [.. Enumerable.Range(1, count).Select(number => $"{number}")];

    private static List<string> Ships(HarbourSettings settings) => Numbers(settings.ArrivalsAt.Count + settings.DeparturesAt.Count + settings.BerthChangesAt.Count);

    private Finding? Ends(ObservedRun run, Func<Finding> deadlock) =>
        Endings.NoEnd(run, deadlock, UseInstead)
        ?? Endings.Error(run, error => error switch
        {
            nameof(TimeoutException) => "A time limit does not mend a hang: it only says that one is there, so take it out, and find what the wait should have ended with.",
            nameof(InvalidOperationException) when run.Error!.Message.Contains(nameof(JoinableQueue<>.MarkDone), StringComparison.Ordinal) =>
                "Marked done twice is as wrong as never: whatever is taken out of the queue is marked once, on each way out.",
            nameof(SemaphoreFullException) => "Given back twice is as wrong as never: what was taken is released once.",
            nameof(OperationCanceledException) or nameof(TaskCanceledException) => "A program that has done its work ends normally: a cancellation that leaves it says that it was cut short.",
            _ => null,
        })
        ?? (HasWork(run) ? null : Left(run) ?? new Finding(
            $"The program ended at {Words.At(run.Elapsed)}, and nothing was done.",
            "Getting out of a wait is not getting the work done.",
            "The work is what the program is for: mend the wait, and leave the work as it is."));

    private static bool HasWork(ObservedRun run) => run.Events.Any(e => e.Kind == ScopeEventKind.WorkStarted);

    /// <summary>What a program does is judged when it ends: else one that nobody has mended would earn something by it.</summary>
    private static Finding? NotEnded(ObservedRun run) =>
        run.Outcome == Outcome.Completed && HasWork(run) ? null : Finding.NotJudged("the program has to come to its end in every run first.");

    /// <summary>And how it does it, when it does it all.</summary>
    private Finding? NotDone(ObservedRun run, HarbourStory story)
    {
        var settings = Settings(run);
        var done = settings.Duty switch
        {
            HarbourDuty.Unload => Numbers(settings.Crates).TrueForAll(crate => story.TimesDone(crate) > 0),
            HarbourDuty.MoveShips => Ships(settings).TrueForAll(ship => story.TimesDone(ship) > 0),
            _ => story.FogLifted is not null,
        };
        return done ? null : Finding.NotJudged("the program has to do all its work first.");
    }

    private Finding? Left(ObservedRun run) => Endings.LeftUnderWay(run, work => HarbourStory.NameOf(new HarbourWork(work), Settings(run).Duty));

    private Finding? LeavesNothing(ObservedRun run) => Left(run) ?? NotEnded(run) ?? NotDone(run, new HarbourStory(run));

    private Finding? EachOnce(ObservedRun run, HarbourStory story, string thing, List<string> numbers, string done)
    {
        var left = numbers.FindAll(number => story.TimesDone(number) == 0);
        if (left.Count > 0)
        {
            return Left(run) ?? new Finding(
                $"The program ended, and {Words.Numbered(thing, left)} {(left.Count == 1 ? "was" : "were")} never {done}.",
                "Getting out of a wait is not getting the work done: a program that gives up has ended too.",
                "Find the wait that never ends, and what should end it.");
        }

        return numbers.Find(number => story.TimesDone(number) > 1) is { } twice
            ? new Finding($"{Words.Capital(thing)} {twice} was {done} {Words.Times(story.TimesDone(twice))}.", "Each piece of work is done once.", "See who took it, and who took it again.")
            : null;
    }

    private Finding? SignedOffInTime(ObservedRun run)
    {
        if (NotEnded(run) is { } notEnded)
            return notEnded;
        var story = new HarbourStory(run);
        if (NotDone(run, story) is { } notDone)
            return notDone;
        if (story.SignedOff is not [var signed, ..])
        {
            return new Finding(
                "The program ended, and nobody had signed off.",
                "Getting out of a wait is not getting the work done: what comes after it has to happen as well.",
                "Let the program come to its SignOff.");
        }

        if (story.SignedOff.Count > 1)
            return new Finding($"The book was signed {Words.Times(story.SignedOff.Count)}.", "The day is over once.", "See on which ways SignOff is passed.");
        var under = story.Work.Find(work => work.End is null || work.End.Value.Sequence > signed.Sequence);
        if (under is not null)
        {
            return new Finding(
                under.Start.Sequence < signed.Sequence
                    ? $"The book was signed at {Words.At(signed.Time)}, when {HarbourStory.Name(under, Settings(run).Duty)}."
                    : $"The book was signed at {Words.At(signed.Time)}, and work was begun after that: at {Words.At(under.Start.Time)} {HarbourStory.Name(under, Settings(run).Duty)}.",
                JoinedTooSoon(run, signed)
                    ? "A join waits for what was put: where nothing has been put yet there is nothing to wait for, and it ends at once."
                    : run.Events.Any(e => e.Kind == ScopeEventKind.Joined && e.Sequence < signed.Sequence)
                    ? "Marked done before the work has ended, or once too often, a thing is no longer waited for: the join ends too early."
                    : "A wait that is dropped hangs no more, and waits for nothing: what follows it comes too early.",
                "Ask of the wait in front of SignOff: what was it good for?");
        }

        var ready = story.LastWork!.Value.Time;
        if (story.FogLifted is { } lifted && lifted.Time > ready)
            ready = lifted.Time;
        return signed.Time - ready > s_atOnce
            ? new Finding(
                $"All was done at {Words.At(ready)}, and the book was signed at {Words.At(signed.Time)}.",
                "The clock is not the event: a time limit, a pause or asking now and then gets out of the hang, and leaves the wait as wrong as it was.",
                "Take the clock out, and find the event that the wait should have ended with.")
            : null;
    }

    /// <summary>Whether a queue was joined before all had been put into it, and not marked too early.</summary>
    private static bool JoinedTooSoon(ObservedRun run, ScopeEvent signed) =>
        run.Events.LastOrDefault(e => e.Kind == ScopeEventKind.Joined && e.Sequence < signed.Sequence) is { Queue: { } queue } joined
        && !run.Events.Any(e => e.Kind == ScopeEventKind.ItemDone && e.Queue == queue && e.Sequence < joined.Sequence);

    private static Finding UnloadingHangs(ObservedRun run)
    {
        var queue = run.Events.LastOrDefault(e => e is { Kind: ScopeEventKind.WaitStarted, Wait: ScopeWait.Join }).Queue;
        if (queue is null || !run.Waiting.Any(wait => wait.WaitsFor.Contains("to be joined", StringComparison.Ordinal)))
            return Endings.Standstill(run);
        var put = run.Events.Count(e => e.Kind == ScopeEventKind.Put && e.Queue == queue);
        var taken = run.Events.Count(e => e.Kind == ScopeEventKind.Get && e.Queue == queue);
        var marked = run.Events.Count(e => e.Kind == ScopeEventKind.ItemDone && e.Queue == queue);
        var stored = new HarbourStory(run).Work.Count(work => work is { Deed: "", Succeeded: true });
        return new Finding(
            $"{stored} crates are in the store, and the join waits for ever: {put} things were put into '{queue}', {taken} taken out, {marked} marked done.",
            "A join waits for marks, not for work: whatever is put counts until it is marked done, crate or not.",
            taken < put ? "See who should have taken what is left, and why nobody does." : "Go through a cart's loop, and note for each thing that it takes where it is marked.",
            Verdict.Deadlock);
    }

    private static Finding WatchHangs(ObservedRun run)
    {
        if (new HarbourStory(run).FogLifted is not { } lifted)
            return Endings.Standstill(run);
        var waits = run.Waiting.Where(wait => !wait.WaitsFor.StartsWith("the children", StringComparison.Ordinal)).ToList();
        if (waits.Count == 0)
            return Endings.Standstill(run);
        var ended = run.Events.Where(e => e.Kind == ScopeEventKind.ChildEnded && e.Outcome == ScopeOutcome.Cancelled).Select(e => $"'{e.TaskName}'").Distinct(StringComparer.Ordinal).ToList();
        return new Finding(
            $"The fog lifted at {Words.At(lifted.Time)}{(ended.Count == 0 ? "" : $", {Words.Listed(ended)} ended as cancelled")}, and {Words.Listed([.. waits.Select(wait => $"'{wait.Name}' waits for {wait.WaitsFor}")])}, for ever.",
            ended.Count == 0
                ? "A cancellation reaches only who awaits with its token."
                : "What stands behind an await is not always reached: a cancellation leaves by an exception, past all that was to come.",
            ended.Count == 0 ? "See which token each child awaits with." : "Ask who should bring what is waited for, and which line of that task was the last to be run.",
            Verdict.Deadlock);
    }

    private static Finding ShipsHang(ObservedRun run)
    {
        var story = new HarbourStory(run);
        var (pilot, tug) = (story.HeldAtTheEnd(Harbour.Pilot), story.HeldAtTheEnd(Harbour.Tug));
        if (pilot is var (piloted, pilotTask) && tug is var (tugged, tugTask) && piloted != tugged)
        {
            return new Finding(
                $"Ship {piloted} ('{pilotTask}') has the pilot and waits for the tug; ship {tugged} ('{tugTask}') has the tug and waits for the pilot.",
                "Each task is right by itself: two that take the same two things in opposite order may each end up with one of them, in some schedules.",
                "Write down for each of the three tasks in which order it takes pilot and tug.",
                Verdict.Deadlock);
        }

        var waits = run.Waiting.Where(wait => wait.WaitsFor.Contains("permit", StringComparison.Ordinal)).ToList();
        if (waits.Count == 0)
            return Endings.Standstill(run);
        var waiting = $"{Words.Capital(Words.Listed([.. waits.Select(wait => $"'{wait.Name}' waits for {wait.WaitsFor}")]))}, for ever.";
        return waits.DistinctBy(wait => wait.WaitsFor).Count() > 1
            ? new Finding(
                waiting,
                "Whoever waits with something in hand keeps others waiting: two things that are taken in opposite order, or not given back, are enough for a standstill.",
                "Write down for each of the three tasks in which order it takes pilot and tug, and where it gives them back.",
                Verdict.Deadlock)
            : new Finding(
                waiting,
                "What is taken has to be given back, on every way: a lock that nobody opens again is closed for all.",
                "Count for each task: as many releases as waits?",
                Verdict.Deadlock);
    }
}
