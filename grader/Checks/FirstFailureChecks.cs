using Grader;
using StructuredConcurrency;
using StructuredConcurrency.Simulation;
using Workshop.Lesson.Exercises;

namespace Checks;

/// <summary>Exercise 07: the first failure stops the others, every error is reported, and what was finished is kept.</summary>
public sealed class FirstFailureChecks : ExerciseChecks
{
    private const string LoopVariable = "A lambda captures the variable, not its value: when the inspector begins, the loop has gone on, and the variable with it.";

    /// <summary>Nothing may hang, and nothing may go on for ever.</summary>
    [Check(10, "The program ends by itself when the pilot knows.", HintRung = 1)]
    public void TheRunEnds() => InEveryRun(run => Endings.NoEnd(
        run, () => Endings.Standstill(run), "Inspect with meadow.InspectAsync, and start work with group.Start.") ?? Idle(run));

    /// <summary>A group that nobody awaits, work that nobody awaits.</summary>
    [Check(5, "When RunAsync has ended, nothing that it started is still under way.", HintRung = 1, DependsOn = nameof(TheRunEnds))]
    public void NothingRunsOnAfterTheEnd() => InEveryRun(run => Endings.LeftUnderWay(run, work => NameOf(new PieceOfWork(work))) ?? Idle(run));

    /// <summary>Uncaught, or thrown by looking at a result that is not there.</summary>
    [Check(10, "The program ends without an error: whatever goes wrong is told to the pilot.", HintRung = 2)]
    public void TheProgramEndsWithoutAnError() => InEveryRun(run => ThrownOn(run) ?? FaultLists.Uncaught(
        run, "the pilot hears nothing", nameof(FaultFoundException), nameof(BrokenInstrumentException)) ?? Endings.Error(run, error => error switch
    {
        nameof(InvalidOperationException) when run.Error!.Message.Contains("has no result", StringComparison.Ordinal) =>
            "A child that was stopped or has failed has no result: ask for its Status before you read it.",
        nameof(ArgumentOutOfRangeException) when run.Error!.Message.Contains("on the checklist", StringComparison.Ordinal) =>
            LoopVariable,
        nameof(OperationCanceledException) or nameof(TaskCanceledException) =>
            "Being stopped is no failure: an OperationCanceledException is how a child says that it was asked to stop, and obeyed.",
        _ => null,
    }) ?? Idle(run));

    /// <summary>None forgotten, none twice, none later than the others.</summary>
    [Check(10, "Each point of the checklist is inspected once, and all of them at the same time.", HintRung = 1, DependsOn = nameof(TheProgramEndsWithoutAnError))]
    public void AllPointsAreInspectedAtTheSameTime() => InEveryRun(run =>
    {
        if (Told(run).Exists(line => line.Words.Contains(nameof(ArgumentOutOfRangeException), StringComparer.Ordinal)))
            return new Finding("An inspector was sent to a point that is not on the checklist.", LoopVariable, "Give each turn of the loop a variable of its own, and mind where it begins and ends.");
        if (NotOver(run) is { } notOver)
            return notOver;
        var inspections = new FailureStory(run).On(BalloonMeadow.Point).ToList();
        if (InspectedAgain(inspections) is var (again, before))
        {
            return new Finding(
                $"{Words.Capital(again.Item)} was inspected again at {Words.At(again.Began.Time)}, when its first inspection had {(before.Outcome == ScopeOutcome.Cancelled ? "been stopped" : "ended")} already.",
                "Where an inspection was stopped there is no reading, and none is wanted: nobody needs to look any further.",
                "Keep the readings that there are, and start nobody a second time.");
        }

        if (FailureStory.BegunLate(inspections) is var (late, ended))
        {
            return new Finding(
                $"The inspection of {late.Item} began at {Words.At(late.Began.Time)}, when that of {ended.Item} had ended already.",
                "Awaiting an inspection in the loop is waiting before the next is started: they follow one another, and a fault at the end is found last.",
                "Look for an await in the loop that starts the inspectors, or for a limit on how many are at work.");
        }

        var begun = inspections.CountBy(piece => piece.Item, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        if (begun.FirstOrDefault(point => point.Value > 1).Key is { } twice)
        {
            return new Finding(
                $"{Words.Capital(twice)} was inspected {Words.Times(begun[twice])}.",
                "Calling it again does it again: an inspection gives its reading to whoever started it.",
                "Keep what group.Start returned, and read Result from it.");
        }

        var never = Enumerable.Range(1, Settings(run).Readings.Count).Select(NameOf).Where(number => !begun.ContainsKey(BalloonMeadow.Point + number)).ToList();
        return never.Count == 0 ? null : new Finding(
            $"{Words.Capital(Words.Numbered("point", never))} {(never.Count == 1 ? "was" : "were")} never inspected.",
            "Points are numbered from 1 to PointCount, both of them included: a loop that begins or ends as one over an array misses one.",
            "Look at the first and the last turn of your loop.");
    });

    /// <summary>Siblings stop.</summary>
    [Check(20, "At the first fault all other inspections are stopped.", HintRung = 1, DependsOn = nameof(TheProgramEndsWithoutAnError))]
    public void TheOthersStopAtTheFirstFault() => InEveryRun(run =>
    {
        if (NotOver(run) is { } notOver)
            return notOver;
        var story = new FailureStory(run);
        return story.GoesOnAfterFailure(story.On(BalloonMeadow.Point), story.FirstFailure is { } fault ? Failure(fault.Item!) : "", NameOf);
    });

    /// <summary>Asked to stop is not stopped.</summary>
    [Check(10, "The pilot is told when every inspector has come back.", HintRung = 2, DependsOn = nameof(TheProgramEndsWithoutAnError))]
    public void ThePilotIsToldWhenEverybodyIsBack() => InEveryRun(run =>
    {
        if (NotOver(run) is { } notOver)
            return notOver;
        var story = new FailureStory(run);
        foreach (var (line, _) in Told(run))
        {
            if (story.Work.FirstOrDefault(piece => piece.IsUnderWayAt(line)) is not { } underWay)
                continue;
            var isPutAway = underWay.Item.StartsWith(BalloonMeadow.Instrument, StringComparison.Ordinal);
            return new Finding(
                $"The pilot was told at {Words.At(line.Time)}, when {NameOf(underWay)} was still {(isPutAway ? "being put away" : "under way")}.",
                story.FirstFailure?.Sequence < line.Sequence
                    ? "Asked to stop is not stopped: whoever is stopped cleans up first, and may find another fault in doing so."
                    : "A child knows only its own part: what became of the others is known when all have ended.",
                "Wait until all have ended, and tell the pilot after that: behind the group.");
        }

        return Told(run).Count == 0 ? Finding.NotJudged("the pilot was told nothing.") : null;
    });

    /// <summary>Failures do not look like success.</summary>
    [Check(10, "The pilot is told once: to lift off where everything is in order, to stay where something is not.", HintRung = 2, DependsOn = nameof(TheProgramEndsWithoutAnError))]
    public void ThePilotIsToldOnce() => InEveryRun(run =>
    {
        if (NotOver(run) is { } notOver)
            return notOver;
        var told = Told(run);
        var lifted = told.Where(line => line.Words[0] == BalloonMeadow.LiftedOff).ToList();
        var off = told.Where(line => line.Words[0] == BalloonMeadow.CalledOff).ToList();
        if (new FailureStory(run).FirstFailure is not { Item: { } item } fault)
        {
            return off.Count > 0
                ? new Finding("The flight was called off, and everything was in order.", "No news is good news: where nothing was thrown, nothing is faulty.", "Call CallOff only where a failure arrives.")
                : lifted.Count == 1 ? null
                : new Finding(
                    lifted.Count == 0 ? "Everything was in order, and the pilot was not told." : $"The pilot was told {Words.Times(lifted.Count)} to lift off.",
                    "In the line behind the group all children have ended, and ended well: that is the place for what comes after success.",
                    "Call LiftOff once, behind the group.");
        }

        if (lifted.Count > 0)
        {
            return new Finding(
                $"{Failure(item)} at {Words.At(fault.Time)}, and the pilot was told to lift off" + (off.Count > 0 ? " as well as to stay." : "."),
                off.Count > 0
                    ? "What stands behind a try is run after its catch as well: success belongs into the try, or behind a return."
                    : "A failure that is caught and told to nobody looks like a success.",
                off.Count > 0 ? "Move LiftOff to the end of the try." : "Look for a catch that goes on as if nothing had happened.");
        }

        return off.Count switch
        {
            1 => null,
            0 => new Finding(
                $"{Failure(item)} at {Words.At(fault.Time)}, and nobody told the pilot.",
                "A failure that is caught and told to nobody is lost.",
                "Call CallOff where the failures of all children arrive: in a catch around the group."),
            _ => new Finding(
                $"The flight was called off {Words.Times(off.Count)}.",
                "Several faults are one decision: the group gathers what went wrong, and one report tells all of it.",
                "Call CallOff once, with all faults."),
        };
    });

    /// <summary>All of them, and only them.</summary>
    [Check(15, "Every fault is reported once, and nothing else is.", HintRung = 2, DependsOn = nameof(ThePilotIsToldOnce))]
    public void EveryFaultIsReportedOnce() => InEveryRun(run =>
    {
        if (NotOver(run) is { } notOver)
            return notOver;
        var story = new FailureStory(run);
        if (story.FirstFailure is not { } first)
            return null;
        if (Told(run).Find(line => line.Words[0] == BalloonMeadow.CalledOff).Words is not { } words)
            return Finding.NotJudged("the flight was not called off.");
        var reported = words.Skip(1).TakeWhile(word => word != BalloonMeadow.ReadingsMark).ToList();
        var faults = story.Failed.Select(piece => piece.Item.Replace(' ', '-')).ToList();
        return FaultLists.WrongWith(reported, faults, first.Item!.Replace(' ', '-'), fault => fault.Replace("instrument-", "the instrument for point ", StringComparison.Ordinal).Replace('-', ' '));
    });

    /// <summary>Partial results.</summary>
    [Check(10, "The readings of all inspections that came to a good end are kept, the lowest point first.", HintRung = 3, DependsOn = nameof(ThePilotIsToldOnce))]
    public void FinishedReadingsAreKept() => InEveryRun(run =>
    {
        if (NotOver(run) is { } notOver)
            return notOver;
        if (Told(run) is not [var (_, words), ..])
            return Finding.NotJudged("the pilot was told nothing.");
        var kept = words.SkipWhile(word => word != BalloonMeadow.ReadingsMark).Skip(1).ToList();
        var story = new FailureStory(run);
        var good = story.On(BalloonMeadow.Point).Where(piece => piece.Outcome == ScopeOutcome.Succeeded).ToList();

        // What ends at the very moment of the first fault may have been stopped on its way to whoever keeps it.
        var due = good.Where(piece => story.FirstFailure is not { } fault || piece.Ended!.Value.Time < fault.Time).Select(piece => PointOf(piece.Item)).Order().ToList();
        var possible = good.Select(piece => PointOf(piece.Item)).ToDictionary(point => point, point => $"{point}={NameOf(Settings(run).Readings[point - 1])}");
        var missing = due.Where(point => !kept.Contains(possible[point], StringComparer.Ordinal)).Select(NameOf).ToList();
        if (kept.Find(word => !possible.ContainsValue(word)) is { } wrong)
        {
            return new Finding(
                wrong.Length == 0 ? "Among the readings there is one that is null." : $"Among the readings there is '{wrong}', which nobody has read.",
                "A reading is what an inspection returned: where none came to a good end there is none.",
                "Take the readings from the handles of those that succeeded, as they are.");
        }

        if (missing.Count > 0)
        {
            return new Finding(
                $"{Words.Capital(Words.Numbered("point", missing))} {(missing.Count == 1 ? "was" : "were")} inspected to a good end, and the reading{(missing.Count == 1 ? " is" : "s are")} not in the report.",
                "The failure of one does not undo what others have finished: each handle keeps its result, also when the group throws.",
                "Look at each handle's Status, in the catch as well.");
        }

        return kept.GroupBy(word => word, StringComparer.Ordinal).FirstOrDefault(word => word.Count() > 1) is { Key: var twice }
            ? new Finding($"The reading '{twice}' is in the report more than once.", "A result is kept in one place: who gathers it in two has it twice.", "Take the readings from the handles alone.")
            : kept.SequenceEqual(possible.OrderBy(point => point.Key).Select(point => point.Value).Where(kept.Contains), StringComparer.Ordinal) ? null
            : new Finding(
                $"The readings are in the wrong order: {string.Join(", ", kept)}.",
                "The first to end is not the first that was started: a list to which children add is in the order in which they end.",
                "Read the results from the handles, in the order in which you started them.");
    });

    /// <summary>Dealt with, and thrown on all the same.</summary>
    private static Finding? ThrownOn(ObservedRun run) =>
        run is { Outcome: Outcome.Faulted, Error: { } error } && new FailureStory(run).FirstFailure is not null && Told(run).Exists(line => line.Words[0] == BalloonMeadow.CalledOff)
            ? new Finding(
                $"The flight was called off, and RunAsync ended with {error.TypeName} all the same: {error.Message}",
                "When the pilot has been told, everything is dealt with: what a catch throws on after that ends the program.",
                error.Where is { } where ? $"Look at {where}: the exception came through there." : "Let the catch that calls CallOff be the end of it: no throw in it, and none behind it.")
            : null;

    /// <summary>An inspection that was begun when another of the same point had ended.</summary>
    private static (PieceOfWork Again, PieceOfWork Before)? InspectedAgain(List<PieceOfWork> inspections)
    {
        foreach (var again in inspections)
        {
            if (inspections.Find(piece => piece.Item == again.Item && piece.Ended?.Sequence < again.Began.Sequence) is { } before)
                return (again, before);
        }

        return null;
    }

    private BalloonMeadowSettings Settings(ObservedRun run) => Evidence.SettingsOf<BalloonMeadowSettings>(run);

    private Finding? Idle(ObservedRun run) => Endings.Idle(Evidence, run, "nobody inspected anything.");

    /// <summary>What was not done may have been still to come.</summary>
    private Finding? NotOver(ObservedRun run) =>
        run.Outcome != Outcome.Completed ? Finding.NotJudged("the program did not come to its end.")
        : new FailureStory(run).HasLeftWork ? Finding.NotJudged("RunAsync ended before the inspections did.")
        : Idle(run);

    /// <summary>What the pilot was told, each time.</summary>
    private static List<(ScopeEvent Line, string[] Words)> Told(ObservedRun run) =>
        [.. from e in run.Events
            where e.Kind == ScopeEventKind.Line
            let words = e.Text!.Split(' ')
            where words[0] is BalloonMeadow.LiftedOff or BalloonMeadow.CalledOff
            select (e, words[..^1])]; // behind them stands the time

    private static string Failure(string item) => item.StartsWith(BalloonMeadow.Point, StringComparison.Ordinal)
        ? $"{Words.Capital(item)} turned out to be faulty"
        : $"The {item.Replace(BalloonMeadow.Instrument, "instrument for point ", StringComparison.Ordinal)} turned out to be broken";

    private static string NameOf(PieceOfWork piece) => piece.Item.StartsWith(BalloonMeadow.Instrument, StringComparison.Ordinal)
        ? piece.Item.Replace(BalloonMeadow.Instrument, "the instrument for point ", StringComparison.Ordinal)
        : $"the inspection of {piece.Item}";

    private static int PointOf(string item) => int.Parse(item[BalloonMeadow.Point.Length..], System.Globalization.CultureInfo.InvariantCulture);

    private static string NameOf(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
