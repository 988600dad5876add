using Grader;
using StructuredConcurrency;
using StructuredConcurrency.Simulation;
using Workshop.Lesson.Exercises;

namespace Checks;

/// <summary>Exercise 09: a deadline per item inside a deadline for the batch, and shielded clean-up.</summary>
public sealed class NestedScopesChecks : ExerciseChecks
{
    private static readonly TimeSpan s_hangUpLimit = new PhoneRound(new PhoneRoundSettings()).HangUpLimit;

    // Far more than any right answer needs from the last call to its report.
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(150);

    /// <summary>Nothing may hang, and nothing may block.</summary>
    [Check(5, "The program ends.", HintRung = 1)]
    public void TheRunEnds() => InEveryRun(run => Endings.NoEnd(
        run, () => Endings.NotHeard(run), "Do what takes time with the round's own methods or Task.Delay, and start work with group.Start.") ?? Idle(run));

    /// <summary>Work that nobody awaits.</summary>
    [Check(5, "When RunAsync has ended, nothing that it started is still under way.", HintRung = 2, DependsOn = nameof(TheRunEnds))]
    public void NothingRunsOnAfterTheEnd() => InEveryRun(run =>
        Endings.LeftUnderWay(run) is not { } left ? Idle(run)
        : new PhoneStory(run).Calls.FirstOrDefault(call => call.End is null || call.HangUps.Exists(attempt => attempt.End is null)) is { } call
            ? left with
            {
                Misconception = call.End is null
                    ? "Who stops waiting has stopped nobody: Task.WhenAny and WaitAsync end the wait, and the call goes on without it."
                    : "Clean-up that nobody awaits is clean-up that nobody knows the end of.",
                WhereToLook = call.End is null ? "Let TimeoutScope cancel the call and wait until it has ended." : "Await the hanging up.",
            }
        : left);

    /// <summary>Each timeout is caught where it belongs.</summary>
    [Check(5, "The program ends without an error, whichever limit was reached.", HintRung = 2, DependsOn = nameof(TheRunEnds))]
    public void TheProgramEndsWithoutAnError() => InEveryRun(run =>
    {
        if (Endings.WasCalledOff(run))
        {
            if (AfterTheEvening(run) is { } late)
                return late with { Happened = $"{late.Happened} RunAsync ended as cancelled at {Words.At(run.Elapsed)}." };
            return new Finding(
                $"RunAsync ended as cancelled at {Words.At(run.Elapsed)}, and nobody had called it off.",
                "A limit of the program's own is no cancellation by the caller: whoever set it has to catch what comes of it.",
                run.Error!.Where is { } where ? $"Look at {where}: catch there what your own limit stopped." : "Look for the catch that belongs to the evening's limit.");
        }

        if (run.Error?.TypeName != nameof(TimeoutException))
            return Endings.Error(run, _ => null) ?? Idle(run);
        var opened = new ScopeTree(run);
        var expired = run.Events.Where(e => e is { Kind: ScopeEventKind.ScopeClosed, Outcome: ScopeOutcome.TimedOut }).Select(e => opened.Around(e.Scope).First()).LastOrDefault();
        return Endings.Error(run, _ => null)! with
        {
            Misconception =
                expired.ScopeKind == ScopeKind.Shield ? "A shield's limit is a deadline like any other: when it has passed, the shield throws a TimeoutException, and somebody has to do the rest."
                : expired.Task != 0 ? "A timeout inside a child is an error of its group, like any other exception: one call that takes too long would end the whole evening."
                : "A deadline that passes is thrown as a TimeoutException, by the scope, when everything inside has ended: somebody has to catch it there.",
            WhereToLook =
                expired.ScopeKind == ScopeKind.Shield ? "Catch the TimeoutException around Shield.RunAsync, and pull the plug there."
                : expired.Task != 0 ? "Catch the TimeoutException around the scope of the one call, or use TryRunAsync."
                : "Catch it around the scope of the evening, or use TryRunAsync.",
        };
    });

    /// <summary>The inner deadline.</summary>
    [Check(20, "Each call may take as long as its limit, no longer and no shorter, unless the evening ends before.", HintRung = 1, DependsOn = nameof(TheProgramEndsWithoutAnError))]
    public void EachCallHasItsLimit() => InEveryRun(run =>
    {
        var limit = Limit(run);
        var evening = Evening(run);
        var story = new PhoneStory(run);
        foreach (var call in story.Calls)
        {
            var duration = call.Duration ?? run.Elapsed - call.Start.Time;
            if (duration > limit + run.TimersLateBy)
            {
                var (misconception, look) = TooLong(run, call);
                return new Finding(
                    $"Call {call.Member} by '{call.Start.TaskName}' took {Words.At(duration)}, from {Words.At(call.Start.Time)} on, and a call may take {Words.At(limit)}.",
                    misconception, look);
            }

            if (call.WasCut && duration < limit && call.End!.Value.Time < evening)
            {
                var itsOwn = new ScopeTree(run).Around(call.Start.Scope).Select(scope => scope.Scope).ToHashSet();
                var inherited = run.Events.Any(e => e.Kind == ScopeEventKind.DeadlineExpired && e.Time == call.End.Value.Time && itsOwn.Contains(e.Scope));
                var other = story.Calls.FirstOrDefault(other => other != call && other.Duration >= limit && other.End!.Value.Time <= call.End.Value.Time);
                return new Finding(
                    $"Call {call.Member} by '{call.Start.TaskName}' was cut off after {Words.At(duration)}, at {Words.At(call.End.Value.Time)}: neither its limit of {Words.At(limit)} nor the evening was over.",
                    inherited || other is null
                        ? "A limit counts from the moment when its scope is opened: one scope around several calls leaves the later ones less time."
                        : $"One call's timeout is not the others': call {other.Member} had reached its limit, and everybody was stopped.",
                    inherited || other is null ? "Open a scope of its own for each call, inside the loop, with round.CallLimit." : "Let the timeout of a call end that call, and nothing else.");
            }
        }

        return NotOver(run);
    });

    /// <summary>The outer deadline.</summary>
    [Check(15, "When the evening is over, no call goes on, and none is begun.", HintRung = 1, DependsOn = nameof(TheProgramEndsWithoutAnError))]
    public void TheEveningHasItsLimit() => InEveryRun(run => AfterTheEvening(run) ?? NotOver(run));

    /// <summary>One item's timeout is its own affair.</summary>
    [Check(10, "Whoever gives up a call goes on with the next: every member is called while there is time.", HintRung = 2, DependsOn = nameof(EachCallHasItsLimit))]
    public void EveryMemberIsCalled() => InEveryRun(run =>
    {
        if (run.Outcome != Outcome.Completed)
            return NotOver(run);
        var members = Evidence.SettingsOf<PhoneRoundSettings>(run).Members;
        var story = new PhoneStory(run);
        if (story.Calls.GroupBy(call => call.Member).FirstOrDefault(calls => calls.Count() > 1) is { } twice)
        {
            return new Finding(
                $"Member {twice.Key} was called {Words.Times(twice.Count())}.",
                "Given up is dealt with: whoever does not answer in time is not called again this evening.",
                "Go on with the next member after each call, however it ended.");
        }

        var missing = Enumerable.Range(1, members).Select(number => $"{number}").Except(story.Calls.Select(call => call.Member)).ToList();
        return missing.Count > 0 && story.LastCall < Evening(run) - s_moment
            ? new Finding(
                $"{Words.Capital(Words.Numbered("member", missing))} {(missing.Count == 1 ? "was" : "were")} never called: the last call ended at {Words.At(story.LastCall)}, and the evening lasts until {Words.At(Evening(run))}.",
                "A timeout that leaves the loop ends the round of its volunteer: given up is one call, and not the rest of the list.",
                "Catch the timeout of a call inside the loop, around that call.")
            : null;
    });

    /// <summary>Clean-up.</summary>
    [Check(20, "After each call the line is closed once: hung up, or its plug pulled when hanging up took too long.", HintRung = 3, DependsOn = nameof(TheRunEnds))]
    public void EveryLineIsClosed() => InEveryRun(run =>
    {
        var story = new PhoneStory(run);
        foreach (var call in story.Calls.Where(call => call.End is not null))
        {
            var how = call.Reached ? "" : ", which was cut off,";
            if (call.HangUps.FirstOrDefault(attempt => attempt.End?.Time - attempt.Start.Time > s_hangUpLimit + run.TimersLateBy) is { End: { } hungUp } slow)
            {
                return new Finding(
                    $"After call {call.Member} the receiver stuck, and '{call.Start.TaskName}' tried to hang up from {Words.At(slow.Start.Time)} to {Words.At(hungUp.Time)}.",
                    "A shield without a limit keeps everybody waiting for a clean-up that hangs.",
                    "Give the hanging up round.HangUpLimit, as the shield's second argument.");
            }

            var cut = call.HangUps.Find(attempt => attempt.End is { Outcome: ScopeOutcome.Cancelled } end && end.Time - attempt.Start.Time < s_hangUpLimit);
            if (cut.End is { } early && call.HungUp == 0)
            {
                return new Finding(
                    $"After call {call.Member}{how} hanging up was begun at {Words.At(cut.Start.Time)} and cut off at {Words.At(early.Time)}{(call.PlugsPulled > 0 ? ", and the plug was pulled" : ": the line is open")}.",
                    "A cancelled token stays cancelled: a clean-up that awaits with it is cut off at its first await.",
                    "Hang up inside Shield.RunAsync, with the token that it hands to you.");
            }

            if (call.PlugsPulled > 0 && !call.HangUps.Exists(attempt => attempt.End?.Time - attempt.Start.Time >= s_hangUpLimit))
            {
                return new Finding(
                    $"After call {call.Member}{how} the plug was pulled, and {(call.HangUps.Count == 0 ? "nobody had tried to hang up" : "the receiver did not stick")}.",
                    "The way out for emergencies is for emergencies: a clean-up gets its time before it is replaced.",
                    "Pull the plug only when hanging up took longer than round.HangUpLimit.");
            }

            if (call.HungUp + call.PlugsPulled == 1)
                continue;
            if (call.HungUp + call.PlugsPulled > 1)
            {
                return new Finding(
                    $"After call {call.Member} the line was closed {Words.Times(call.HungUp + call.PlugsPulled)}.",
                    "What is closed twice was closed on two of the ways out: a finally is run after a catch as well, and the plug is for a receiver that sticks.",
                    "Hang up in the finally alone, and pull the plug only when that took too long.");
            }

            if (run.Outcome != Outcome.Completed)
                continue; // it may have been still to come
            return call.HangUps.Count == 0
                ? new Finding(
                    $"After call {call.Member}{how} nobody hung up.",
                    "The last line is not reached: a timeout leaves the method at the await where it arrives, and nobody else cleans up.",
                    "Hang up in a finally, around each call.")
                : new Finding(
                    $"After call {call.Member} the receiver stuck, hanging up was given up at {Words.At(call.HangUps[^1].End?.Time ?? run.Elapsed)}, and the line stayed open.",
                    "A clean-up that was cut off has not cleaned up: whoever limits it has to do something else instead.",
                    "Catch the TimeoutException of the shield, and call round.PullPlug there.");
        }

        return NotOver(run);
    });

    /// <summary>Whose deadline was it?</summary>
    [Check(15, "A call is noted as given up when it reached its own limit, and not when the evening ended it.", HintRung = 2, DependsOn = nameof(EachCallHasItsLimit))]
    public void OnlyItsOwnLimitGivesACallUp() => InEveryRun(run =>
    {
        if (NotOver(run) is { } notOver)
            return notOver;
        var limit = Limit(run);
        var evening = Evening(run);
        foreach (var call in new PhoneStory(run).Calls.Where(call => call.End is not null))
        {
            var end = call.End!.Value.Time;
            if (call.GivenUp.Count > 1)
            {
                return new Finding(
                    $"Call {call.Member} was noted as given up {Words.Times(call.GivenUp.Count)}.",
                    "An exception that is thrown on comes by every catch on its way: note it in one of them.",
                    "Look for two ways to NoteGivenUp.");
            }

            if (call.GivenUp.Count == 1 && call.Duration < limit)
            {
                return call.Reached
                    ? new Finding(
                        $"Call {call.Member} was talked to its end after {Words.At(call.Duration!.Value)}, and was noted as given up.",
                        "Given up is what the call's own limit cut off: whatever else throws, or ends later, is another matter.",
                        "Ask the scope around the call, and it alone, whether it was in time.")
                    : new Finding(
                        $"Call {call.Member} was ended by the evening at {Words.At(end)}, after {Words.At(call.Duration!.Value)} of {Words.At(limit)}, and was noted as given up.",
                        "Each scope answers for its own deadline only: the evening's reaches the call as a cancellation from outside, and is no timeout of the call.",
                        "Catch the TimeoutException of the call's scope, not OperationCanceledException; TryRunAsync returns false for its own deadline only.");
            }

            if (call.GivenUp.Count == 0 && call.WasCut && call.Duration >= limit && call.Closed < evening)
            {
                return new Finding(
                    $"Call {call.Member} reached its limit at {Words.At(end)}, and nobody noted it.",
                    "A timeout that is caught and not told of looks like a call that was made.",
                    "Call round.NoteGivenUp where the timeout of a call arrives.");
            }
        }

        return null;
    });

    /// <summary>TIMEOUT or DONE, with true counts.</summary>
    [Check(5, "The end is reported once, with true counts: DONE when every call was made or given up, TIMEOUT when the evening ended before.", HintRung = 2, DependsOn = nameof(OnlyItsOwnLimitGivesACallUp))]
    public void TheReportIsTrue() => InEveryRun(run =>
    {
        if (NotOver(run) is { } notOver)
            return notOver;
        var story = new PhoneStory(run);
        if (story.Reports is not [var report])
        {
            return new Finding(
                story.Reports.Count == 0 ? $"RunAsync ended at {Words.At(run.Elapsed)}, and reported nothing." : $"Reported: {string.Join(", then ", story.Reports.Select(r => $"{r} at {Words.At(r.Time)}"))}.",
                "There is one end, and it is told of once: in time, or not.",
                "Report behind the scope of the evening; TryRunAsync says which of the two it was.");
        }

        var members = Evidence.SettingsOf<PhoneRoundSettings>(run).Members;
        var reached = story.Calls.Count(call => call.Reached);
        var givenUp = story.Calls.Count(call => call.GivenUp.Count > 0);
        var both = story.Calls.Count(call => call.Reached && call.GivenUp.Count > 0); // talked to the end when the limit had just passed
        if (report.InTime && reached + givenUp - both < members)
        {
            var swallowed = new ScopeTree(run).HasUnnoticedDeadline;
            return new Finding(
                $"DONE was reported at {Words.At(report.Time)}, and {reached + givenUp - both} of {members} calls had been made or given up.",
                swallowed
                    ? "A cancellation that is swallowed inside looks like work that was done: the scope, and the line behind it, believe that all went well."
                    : "An end is not a success: after a deadline, too, the next line is reached, and it must be asked which of the two it was.",
                swallowed ? "Look for a catch of OperationCanceledException that does not end with throw;" : "TimeoutScope.RunAsync throws TimeoutException when the evening cut the round short; TryRunAsync returns false.");
        }

        if (!report.InTime && (report.Time < Evening(run) || (reached + givenUp - both == members && story.LastCall < Evening(run) - s_moment)))
        {
            return new Finding(
                $"TIMEOUT was reported at {Words.At(report.Time)}: the last call had ended at {Words.At(story.LastCall)}, and the evening lasts until {Words.At(Evening(run))}.",
                "A call that was given up is no timeout of the evening: each deadline has a story of its own.",
                "Report TIMEOUT only where the evening's own deadline cut the round short.");
        }

        return (report.First > reached || report.First < reached - both || report.Second != givenUp)
            ? new Finding(
                $"{report} was reported at {Words.At(report.Time)}. Talked to the end: {reached}; given up: {givenUp}.",
                report.First > reached
                    ? "Counted before a call, or on every way out of it, calls that were cut off are counted too."
                    : "A count that is kept in the wrong place is not reached on every way: what was done must be counted as it is done.",
                "Count where a call has come to its end, and where it is noted as given up.")
            : null;
    });

    /// <summary>A call that went on, or was begun, when the evening was over.</summary>
    private Finding? AfterTheEvening(ObservedRun run)
    {
        var evening = Evening(run);
        var latest = evening + run.TimersLateBy;
        if (new PhoneStory(run).Calls.FirstOrDefault(call => (call.End?.Time ?? run.Elapsed) > latest) is not { } late)
            return null;
        var begun = late.Start.Time > latest;
        var end = late.End?.Time ?? run.Elapsed;
        var expired = run.Events.Any(e => e.Kind == ScopeEventKind.DeadlineExpired && e.Time <= end && IsEvening(run, e));
        var shielded = new ScopeTree(run).IsInside(late.Start.Scope, ScopeKind.Shield);
        return new Finding(
            $"The evening was over at {Words.At(evening)}, and at {Words.At(begun ? late.Start.Time : end)} '{late.Start.TaskName}' {(begun ? "began" : "was still at")} call {late.Member}.",
            shielded ? "A shield around the work keeps every deadline out: it is made for a short clean-up, and nothing else."
            : expired ? "An inner scope follows the outer one only if it is given a token that follows the outer one's: nothing else links the two."
            : "A limit for each call is none for all of them together: no deadline of the evening reached this call.",
            shielded ? "Take the call out of the shield, and give it the token of its scope."
            : expired ? "Follow the token from the scope of the evening to the group, to its child, and to the scope of the call: each takes it as the argument after its body."
            : "Open the scope of the evening around the whole group, and give its token to the group.");
    }

    private TimeSpan Limit(ObservedRun run) => TimeSpan.FromMilliseconds(Evidence.SettingsOf<PhoneRoundSettings>(run).CallLimit);

    private TimeSpan Evening(ObservedRun run) => TimeSpan.FromMilliseconds(Evidence.SettingsOf<PhoneRoundSettings>(run).EveningLimit);

    private Finding? Idle(ObservedRun run) => Endings.Idle(Evidence, run, "nobody called anybody.");

    /// <summary>What was not done may have been still to come.</summary>
    private Finding? NotOver(ObservedRun run) =>
        run.Outcome != Outcome.Completed ? Finding.NotJudged("the program did not come to its end.") : Idle(run);

    private bool IsEvening(ObservedRun run, ScopeEvent expired) =>
        run.Events.Any(e => e.Kind == ScopeEventKind.DeadlineSet && e.Scope == expired.Scope && e.Deadline == Evening(run));

    private static (string Misconception, string Look) TooLong(ObservedRun run, PhoneCall call)
    {
        var around = new ScopeTree(run).Around(call.Start.Scope).ToList();
        if (around.Exists(scope => scope.ScopeKind == ScopeKind.Shield))
            return ("A shield around the work keeps its deadline out: it is made for a short clean-up, and nothing else.", "Take the call out of the shield, and give it the token of its scope.");
        var end = call.End?.Time ?? run.Elapsed;
        var expired = run.Events.Any(e => e.Kind == ScopeEventKind.DeadlineExpired && e.Time > call.Start.Time && e.Time < end && around.Exists(scope => scope.Scope == e.Scope && scope.Task == call.Start.Task));
        if (expired)
        {
            return (
                "The limit of the call passed, and the call was not given the token that it cancels: an outer token knows nothing of an inner deadline.",
                "Give CallAsync the Token of the scope that is opened for it.");
        }

        return around.Exists(scope => scope.ScopeKind == ScopeKind.Timeout && scope.Task == call.Start.Task)
            ? ("A limit counts from the moment when its scope is opened, and ends with it.", "Open a scope with round.CallLimit for each call, around that call.")
            : ("A limit for the whole evening is none for a single call: one long talk takes the time of all others.", "Open a scope with round.CallLimit for each call, inside the loop.");
    }
}
