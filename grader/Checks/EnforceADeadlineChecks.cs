using Grader;
using StructuredConcurrency;
using StructuredConcurrency.Simulation;
using Workshop.Lesson.Exercises;

namespace Checks;

/// <summary>Exercise 05: TIMEOUT or DONE with true counts, and a caller's cancellation that is not a timeout.</summary>
public sealed class EnforceADeadlineChecks : ExerciseChecks
{
    // Far more than any right answer needs from the last crate to its report.
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(100);

    /// <summary>Nothing may hang, and nothing may block.</summary>
    [Check(5, "The program ends, in time or at the deadline.", HintRung = 1)]
    public void TheRunEnds() => InEveryRun(run => Endings.NoEnd(
        run, () => Endings.NotHeard(run), "Do what takes time with the ferry's own methods or Task.Delay, and start work with group.Start.") ?? Idle(run));

    /// <summary>A wait that gives up, and leaves the work to itself.</summary>
    [Check(10, "When RunAsync has ended, nothing that it started is still under way.", HintRung = 1, DependsOn = nameof(TheRunEnds))]
    public void NothingRunsOnAfterTheEnd() => InEveryRun(run =>
        Endings.LeftUnderWayOrCalledOff(run, NameOf) is not { } left ? Idle(run)
        : !Endings.ChildLeftWork(run) && Story(run) is { Reports: [{ InTime: false }, ..] } or { Storm: not null } ? left with
        {
            Misconception = "Who stops waiting has stopped nobody: Task.WhenAny and WaitAsync end the wait, and the work goes on without it.",
            WhereToLook = "Let TimeoutScope.RunAsync cancel the work and wait until it has ended; its token has to reach everybody.",
        }
        : left);

    private static string NameOf(ScopeEvent work) => work.Item!.StartsWith(Ferry.Lashing, StringComparison.Ordinal)
        ? $"the lashing of crate {work.Item[Ferry.Lashing.Length..]}"
        : Endings.WorkOn("crate")(work);

    /// <summary>A timeout is caught where it arrives, and there only.</summary>
    [Check(5, "In fine weather the program ends without an error, also when the ferry leaves before everything is on board.", HintRung = 2, DependsOn = nameof(TheRunEnds))]
    public void TheProgramEndsWithoutAnError() => InEveryRun(run =>
    {
        if (Settings(run).StormAfter is not null)
            return null; // the business of CancellationByTheCallerPassesThrough
        if (Endings.WasCalledOff(run))
        {
            return new Finding(
                $"RunAsync ended as cancelled at {Words.At(run.Elapsed)}, and nobody had called it off.",
                "The deadline was the program's own: when it has passed, RunAsync reports that and ends like any other method. Only the caller's cancellation goes out.",
                run.Error!.Where is { } where ? $"Look at {where}: catch there what your own deadline stopped, and report it." : "Look for the catch that belongs to the deadline.");
        }

        if (run.Error?.TypeName == nameof(TimeoutException) && Deadlines(run).Any(set => set.Task != 0))
        {
            return Endings.Error(run, _ => "One deadline for each child is not one for all: a timeout inside a child is an error of its group, like any other exception.")! with
            {
                WhereToLook = "Open one scope around the whole group, and none in its children.",
            };
        }

        return Endings.Error(run, error =>
            error == nameof(TimeoutException)
                ? Story(run).Reports.Count > 0
                    ? "What is reported is dealt with: thrown on, the timeout counts as an error once more."
                    : "A deadline that passes is thrown as a TimeoutException, by the scope, when everything inside has ended: somebody has to catch it there."
            : null) ?? Idle(run);
    });

    /// <summary>One deadline, from the start, around everything.</summary>
    [Check(20, "Everybody may work until the ferry leaves, and nobody after that.", HintRung = 1, DependsOn = nameof(TheProgramEndsWithoutAnError))]
    public void TheDeadlineHolds() => InEveryRun(run =>
    {
        var settings = Settings(run);
        var story = Story(run);
        if (settings.StormAfter is not null)
            return null;
        var departure = TimeSpan.FromMilliseconds(settings.BoardingTime);
        if (story.Late is { } late)
        {
            var (misconception, look) = Unheard(run, late.Start, late.End, departure);
            return new Finding($"The ferry left at {Words.At(departure)}, and {FerryStory.Told(late, departure)}.", misconception, look);
        }

        if (story.Early is { } early)
        {
            return new Finding(
                $"At {Words.At(early.Time)} '{early.TaskName}' was stopped in the middle of its work, and the ferry stays until {Words.At(departure)}.",
                Deadlines(run).Any(set => set.Deadline < departure)
                    ? "The deadline is for everything together: a scope with a shorter one stops those inside it before their time."
                    : "Cancelling is not waiting: it stops everybody where they stand, and before the deadline nobody is to be stopped.",
                "Let only the deadline stop the work: TimeoutScope.RunAsync with ferry.BoardingTime, around all of it.");
        }

        return NotOver(run);
    });

    /// <summary>The work is as it was.</summary>
    [Check(5, "The ramp is down before a crate is carried on board.", HintRung = 1, DependsOn = nameof(TheProgramEndsWithoutAnError))]
    public void TheRampIsDownFirst() => InEveryRun(run =>
    {
        if (Story(run).WithoutRamp is { } carried)
        {
            return new Finding(
                $"At {Words.At(carried.Time)} '{carried.TaskName}' set out with crate {carried.Item}, and the ramp was not down.",
                "A deadline is kept by stopping, and not by leaving out what has to be done.",
                "Await ferry.LowerRampAsync before the dockers begin.");
        }

        return Settings(run).StormAfter is null ? NotOver(run) : null;
    });

    /// <summary>TIMEOUT or DONE, one of them, and the right one.</summary>
    [Check(15, "In fine weather the end is reported once: DONE when everything is on board, TIMEOUT when the ferry left before that.", HintRung = 2, DependsOn = nameof(TheDeadlineHolds))]
    public void TheEndIsReported() => InEveryRun(run =>
    {
        var settings = Settings(run);
        var story = Story(run);
        if (settings.StormAfter is not null)
            return null;
        if (run.Outcome != Outcome.Completed)
            return NotOver(run);
        var departure = TimeSpan.FromMilliseconds(settings.BoardingTime);
        var complete = story.Loaded == settings.Crates;
        if (story.Reports is not [var report])
        {
            return story.Reports.Count == 0
                ? new Finding(
                    $"RunAsync ended at {Words.At(run.Elapsed)} with {story.Loaded} of {settings.Crates} crates on board, and reported nothing.",
                    complete ? "An end that nobody tells of cannot be told from another." : "A timeout that is caught and not reported looks like a program that was done.",
                    complete ? "Call ferry.ReportDone when everything has ended in time." : "Call ferry.ReportTimeout where the timeout arrives.")
                : new Finding(
                    $"Reported: {string.Join(", then ", story.Reports.Select(r => $"{r} at {Words.At(r.Time)}"))}.",
                    "There is one end: a line behind a try and its catch is reached on both ways.",
                    "Report DONE only where nothing timed out: in the last line of the try, or where TryRunAsync returned true.");
        }

        if (report.InTime && !complete)
        {
            var swallowed = new ScopeTree(run).HasUnnoticedDeadline;
            return new Finding(
                $"DONE was reported at {Words.At(report.Time)}, and {story.Loaded} of {settings.Crates} crates were on board.",
                swallowed
                    ? "A cancellation that is swallowed inside looks like work that was done: the scope, and the line behind it, believe that all went well."
                    : "An end is not a success: after a deadline, too, the next line is reached, and it must be asked which of the two it was.",
                swallowed ? "Look for a catch of OperationCanceledException that does not end with throw;" : "TimeoutScope.RunAsync throws TimeoutException when the deadline cut the work short; TryRunAsync returns false.");
        }

        if (!report.InTime && report.Time < departure)
        {
            return new Finding(
                $"TIMEOUT was reported at {Words.At(report.Time)}, and the ferry stays until {Words.At(departure)}.",
                "A timeout is what the deadline did: no other end is one.",
                "Report TIMEOUT only where the deadline has passed.");
        }

        return complete && story.LastLoaded < departure - s_moment && report.Time >= departure
            ? new Finding(
                $"Everything was on board at {Words.At(story.LastLoaded)}, and {report.Kind} was reported at {Words.At(report.Time)}.",
                "A deadline is a limit and not a duration: work that has ended is not waited for any longer.",
                "Wait for the work, under a deadline, and not for the deadline.")
            : null;
    });

    /// <summary>True counts.</summary>
    [Check(20, "The two counts are what really came off the lorry and is on board.", HintRung = 3, DependsOn = nameof(TheEndIsReported))]
    public void TheCountsAreTrue() => InEveryRun(run =>
    {
        var story = Story(run);
        if (NothingReported() is { } nothing)
            return nothing;
        if (Settings(run).StormAfter is not null)
            return null;
        if (NotOver(run) is { } notOver)
            return notOver;
        if (story.Reports is not [var report])
            return Finding.NotJudged("there was not one report to be judged.");
        if (report.First == story.Unloaded && report.Second == story.Loaded)
            return null;
        var happened = $"{report} was reported at {Words.At(report.Time)}";
        if (story.ChangedAfter(report.Time) is { } changed)
        {
            return new Finding(
                $"{happened}, and {changed}: in the end it was {story.Unloaded} and {story.Loaded}.",
                "Reported before the group ended, a count may still change: a request to stop is not the end of those who are asked.",
                "Report behind the scope and behind the group, when both have ended.");
        }

        return new Finding(
            $"{happened}. Lifted off the lorry: {story.Unloaded}; on board: {story.Loaded}.",
            report.First == story.Loaded && report.Second == story.Unloaded ? "Only their places tell the two counts apart: first what came off the lorry, then what is on board."
            : report.Second > story.Loaded ? "Counted before the work, or on every way out, a crate that was left behind is counted too: count when LoadAsync has returned."
            : report.First > story.Unloaded ? "Counted before the work, or on every way out, a crate that stayed on the lorry is counted too: count when UnloadAsync has returned."
            : report.Second == story.Loaded ? "A crate is off the lorry when UnloadAsync has returned: counted after the wait for room on the quay, it is forgotten when that wait is cut short."
            : "A result that a child would return at its end is lost when the child is stopped: what was done until then must be counted as it is done.",
            report.First == story.Loaded && report.Second == story.Unloaded ? "Look at the order of the two in the report." : "Count right behind the await of the work that is counted.");
    });

    /// <summary>The caller's cancellation is not a timeout, and not this program's to keep.</summary>
    [Check(20, "When a storm closes the harbour, everybody stops, nothing is reported, and RunAsync ends as cancelled.", HintRung = 2, DependsOn = nameof(TheRunEnds))]
    public void CancellationByTheCallerPassesThrough() => InEveryRun(run =>
    {
        var story = Story(run);
        if (story.Storm is not { } storm)
            return Settings(run).StormAfter is null ? null : Finding.NotJudged("the program ended before the storm.");
        if (run.Outcome is not (Outcome.Completed or Outcome.Faulted))
            return Finding.NotJudged("the program did not come to its end.");
        if (story.AfterStorm is { } after)
        {
            return new Finding(
                $"The harbour was closed at {Words.At(storm)}, and {FerryStory.Told(after, storm)}.",
                "A token that is not passed on is not heard: a scope, a group or a source of one's own follows the caller only if it is given the caller's token.",
                "Look at what is made from the token that RunAsync is given: TimeoutScope.RunAsync takes it last, and CreateLinkedTokenSource makes a source that follows it.");
        }

        if (story.Reports is [var report, ..])
        {
            return new Finding(
                $"The harbour was closed at {Words.At(storm)}, and at {Words.At(report.Time)} {report} was reported.",
                !report.InTime
                    ? "Not every cancellation is a timeout: the caller's is the caller's affair, and the deadline had not passed."
                    : "A cancellation is no success: it was swallowed, and the next line believes that the work was done.",
                !report.InTime
                    ? "Catch the TimeoutException of the scope and nothing else; with a source of your own, ask whether the caller's token is the one that is cancelled."
                    : "Let the caller's cancellation go out of RunAsync.");
        }

        return run.Outcome == Outcome.Completed
            ? new Finding(
                $"The harbour was closed at {Words.At(storm)}, and RunAsync ended as if it had done everything.",
                "A cancellation that is swallowed looks like a success: whoever called the program off is told that it was done.",
                "Let the caller's cancellation go out of RunAsync: catch the TimeoutException only.")
            : !Endings.WasCalledOff(run)
            ? new Finding(
                $"The harbour was closed at {Words.At(storm)}, and RunAsync ended with {run.Error!.TypeName}: {run.Error.Message}",
                "Being called off is no failure, and no timeout either: an OperationCanceledException is how a program says that it was stopped.",
                run.Error.Where is { } where ? $"Look at {where}, and let the OperationCanceledException go out as it came." : "Let the OperationCanceledException go out as it came.")
            : NothingReported();
    });

    private FerrySettings Settings(ObservedRun run) => Evidence.SettingsOf<FerrySettings>(run);

    private FerryStory Story(ObservedRun run) => new(run, Settings(run));

    private Finding? Idle(ObservedRun run) => Endings.Idle(Evidence, run, "nobody touched a crate.");

    /// <summary>What was not done may have been still to come.</summary>
    private Finding? NotOver(ObservedRun run) =>
        run.Outcome != Outcome.Completed ? Finding.NotJudged("the program did not come to its end.") : Idle(run);

    /// <summary>A program that never reports anything reports nothing wrong, and earns nothing by it. A replay has one run only, and may have no report.</summary>
    private Finding? NothingReported() =>
        Evidence.Runs.Any(run => Settings(run).StormAfter is null && Story(run).Reports.Count > 0) ? null : Finding.NotJudged("nothing was ever reported.");

    private static IEnumerable<ScopeEvent> Deadlines(ObservedRun run) => run.Events.Where(e => e is { Kind: ScopeEventKind.DeadlineSet, Deadline: not null });

    /// <summary>Why somebody worked after the departure, as far as the log knows of deadlines.</summary>
    private static (string Misconception, string Look) Unheard(ObservedRun run, ScopeEvent start, ScopeEvent end, TimeSpan departure)
    {
        var deadlines = Deadlines(run).ToList();
        var before = run.Events.TakeWhile(e => e.Sequence < end.Sequence).ToList();
        var expired = before.FindIndex(e => e.Kind == ScopeEventKind.DeadlineExpired);
        if (expired >= 0)
        {
            if (new ScopeTree(run).IsInside(start.Scope, ScopeKind.Shield))
                return ("A shield around the work keeps its deadline out as well: it is made for a short clean-up, and nothing else.", "Take the work out of the shield, and give it the scope's token.");
            return before.Exists(e => e.Kind == ScopeEventKind.ScopeClosed && e.Scope == before[expired].Scope && e.Sequence < start.Sequence)
                ? ("Started after the deadline, work is under no deadline at all: what must end in time belongs inside the scope.", "Do nothing behind the scope but report.")
                : ("The scope's token was cancelled, and this work was not given it: a deadline reaches only who awaits with a token that follows the scope's.",
                    "Give the token of the scope to whatever is called inside it, and each child the token that group.Start hands to it.");
        }

        if (deadlines.Find(set => set.Deadline > departure) is { Deadline: { } wrong } late)
        {
            return (
                $"A deadline counts from the moment when its scope is opened: this one was opened at {Words.At(late.Time)}, and passes only at {Words.At(wrong)}.",
                late.Task == 0 ? "Open the scope first, and do everything inside it." : "Open one scope around everything, instead of one in a child.");
        }

        return before.Exists(e => e.Kind == ScopeEventKind.CancelRequested)
            ? ("A cancellation reaches only who awaits with its token: the token of the whole program is not the group's, and none at all hears nothing.", "Give each child the token that group.Start hands to it, and use it at every await of the work.")
            : ("A deadline that reached nobody: none was set, or the token that it cancels was given to nobody.", "Open TimeoutScope.RunAsync around everything, and give its token to everything inside.");
    }
}
