using System.Globalization;
using Grader;
using StructuredConcurrency;
using StructuredConcurrency.Simulation;
using Workshop.Lesson.Exercises;

namespace Checks;

/// <summary>Exercise 02: end every consumer cleanly, none early, none left.</summary>
public sealed class StopWithSentinelsChecks : ExerciseChecks
{
    private const string OneEndsOne = "One sentinel ends one carrier: whoever takes it takes it away from all the others.";

    private const string CountsForWhatLiesBefore = "A sentinel counts for what lies before it: behind the last parcel it is true, anywhere else it sends somebody home too early.";

    private const string EmptyIsNotTheEnd = "An empty belt is not the end: it may be empty because the next parcel is still to come.";

    private const string TooMany = "More sentinels than carriers: each carrier takes one and goes home, and nobody comes for the rest.";

    /// <summary>A carrier that nobody tells waits for ever.</summary>
    [Check(20, "The program ends by itself when every parcel is out.", HintRung = 1)]
    public void TheRunEnds() => InEveryRun(run => Endings.NoEnd(
        run, () => Deadlock(run, new BeltStory(run)), "Do what takes time with the post office's own methods or Task.Delay, and start work with group.Start.") ?? Idle(run));

    /// <summary>A group that nobody awaits, work that nobody awaits.</summary>
    [Check(5, "When RunAsync has ended, nothing that it started is still under way.", HintRung = 2, DependsOn = nameof(TheRunEnds))]
    public void NothingRunsOnAfterTheEnd() => InEveryRun(run => Endings.LeftUnderWay(run, Endings.WorkOn("parcel")) ?? Idle(run));

    /// <summary>To go home is no failure.</summary>
    [Check(10, "The program ends without an error.", HintRung = 2)]
    public void TheProgramEndsWithoutAnError() => InEveryRun(run => Endings.Error(run, error => error switch
    {
        nameof(QueueShutDownException) => "A belt that is shut down tells so by an exception to whoever comes next: a sentinel is a message like any other, and nobody fails by it.",
        nameof(ArgumentNullException) or nameof(NullReferenceException) or nameof(InvalidCastException) =>
            "A sentinel is no parcel: there is nothing in it to deliver, so look at what you took before you work on it.",
        _ when new BeltStory(run).SentinelsTaken > 0 =>
            "Stopping is no failure: a carrier goes home by a return, and an exception that leaves it stops the whole group, with all that the others had in hand.",
        _ => null,
    }) ?? Idle(run));

    /// <summary>None early.</summary>
    [Check(30, "Every parcel is delivered, one after the other, before its carrier goes home.", HintRung = 2, DependsOn = nameof(TheProgramEndsWithoutAnError))]
    public void EveryParcelIsDelivered() => InEveryRun(run =>
    {
        var parcels = Evidence.SettingsOf<PostOfficeSettings>(run).Parcels;
        var story = new BeltStory(run);
        var lost = Enumerable.Range(1, parcels).Select(number => number.ToString(CultureInfo.InvariantCulture)).Where(number => !story.IsDelivered(number)).ToList();
        if (lost.Count == 0)
        {
            return story.BothInHand is { } both
                ? new Finding(
                    $"'{both.TaskName}' set out with parcel {both.Item} at {Words.At(both.Time)}, and had another one still under way.",
                    "What is not awaited goes on by itself: the carrier takes the next parcel, or goes home, before this one is delivered.",
                    "Await office.DeliverAsync before the carrier goes back to the belt.")
                : null;
        }

        if (NotOver(run) is { } notOver)
            return notOver;
        var happened = $"{Words.Capital(Words.Numbered("parcel", lost))} {(lost.Count == 1 ? "was" : "were")} never delivered";
        if (story.Cancelled is { } cancel)
        {
            return new Finding(
                $"{happened}: everybody was stopped at {Words.At(cancel.Time)}.",
                "Cancelling is not waiting: it stops the carriers where they stand, and what they have in hand is lost.",
                "Cancel nothing: a carrier that takes a sentinel ends by itself.");
        }

        return story.FirstSentinelBehind is { } behind && behind < parcels
            ? new Finding(
                $"{happened}: the first sentinel was put when {behind} of {parcels} parcels lay on the belt or had left it.",
                CountsForWhatLiesBefore,
                "Put the sentinels where the last parcel has been put, and not before.")
            : story.ParcelsTaken < parcels ? new Finding(
                $"{happened}, and the carriers had gone home without a sentinel.",
                EmptyIsNotTheEnd,
                "Let a carrier wait for what comes next, until it is a sentinel.")
            : new Finding($"{happened}, and a carrier had taken {(lost.Count == 1 ? "it" : "them")} from the belt.", "Taking a parcel is not delivering it.", "Await office.DeliverAsync for each parcel that is taken.");
    });

    /// <summary>None left, and none by guess.</summary>
    [Check(20, "Each carrier is stopped by a sentinel of its own.", HintRung = 1, DependsOn = nameof(EveryParcelIsDelivered))]
    public void EachCarrierIsStoppedByASentinelOfItsOwn() => InEveryRun(run =>
    {
        var carriers = Evidence.SettingsOf<PostOfficeSettings>(run).Carriers;
        var story = new BeltStory(run);
        if (NotOver(run) is { } notOver)
            return notOver;
        if (story.Greedy is { } greedy)
            return Stayed(greedy, Verdict.Fail);
        if (story.SentinelTakers.Count == carriers)
            return null;
        var happened = $"Carriers: {carriers}; stopped by a sentinel: {story.SentinelTakers.Count}.";
        return story.IsShutDown
            ? new Finding(
                happened,
                "A shutdown ends the belt for all at once, and not every queue has one: here each carrier is to be told by a message, which keeps its place behind the parcels.",
                "Put sentinels, and do without Shutdown.")
            : story.SentinelTakers.Count > carriers ? new Finding(happened, TooMany, "Put one sentinel for each carrier.")
            : new Finding(
                happened,
                "Who ends without a sentinel ends by a guess: of the belt one sees what lies on it, not what is still to come.",
                "Start every carrier, and let each wait for what comes next, until it is a sentinel.");
    });

    /// <summary>One for each, and no more.</summary>
    [Check(15, "The belt is empty in the end.", HintRung = 1, DependsOn = nameof(EveryParcelIsDelivered))]
    public void TheBeltIsEmptyInTheEnd() => InEveryRun(run =>
    {
        var story = new BeltStory(run);
        if (NotOver(run) is { } notOver)
            return notOver;
        var left = story.SentinelsPut - story.SentinelsTaken;
        return left <= 0 ? null : new Finding(
            $"{(left == 1 ? "A sentinel" : $"{left} sentinels")} still lay on the belt when everybody had gone home.",
            story.SentinelPutByTaker
                ? "A sentinel that is passed on is never used up: the last carrier puts it back for nobody."
                : TooMany,
            "Put one sentinel for each carrier: office.CarrierCount of them.");
    });

    private Finding Deadlock(ObservedRun run, BeltStory story)
    {
        const string Standstill = "So everybody waits, for ever.";
        if (story.WaitingAfterSentinel is { Count: > 0 } stayed)
            return Stayed($"{Words.Listed(stayed)} took a sentinel and waited for more. {Standstill}", Verdict.Deadlock);
        if (story.Greedy is { } greedy)
            return Stayed($"{greedy} {Standstill}", Verdict.Deadlock);
        if (story.WaitingForItem is { Count: > 0 } left)
        {
            return story.SentinelsPut == 0
                ? new Finding(
                    $"Parcels put: {story.ParcelsPut}; sentinels put: none. {Words.Listed(left)} still {Wait(left)} for the next parcel. {Standstill}",
                    "Nobody told the carriers that no more parcels come: an empty belt does not say so.",
                    "Put sentinels behind the last parcel.",
                    Verdict.Deadlock)
                : new Finding(
                    $"Sentinels put: {story.SentinelsPut}. {Words.Listed(left)} found none and still {Wait(left)} for the next parcel. {Standstill}",
                    OneEndsOne,
                    Evidence.SettingsOf<PostOfficeSettings>(run).BeltLength is null
                        ? "Put one sentinel for each carrier: office.CarrierCount of them."
                        : "Put one sentinel for each carrier, office.CarrierCount of them, and await each PutAsync: a short belt has no room for all of them at once.",
                    Verdict.Deadlock);
        }

        if (story.WaitingForRoom is { Count: > 0 } stuck)
        {
            var happened = $"{Words.Listed(stuck)} still {Wait(stuck)} for room on the belt, and nobody takes anything from it any more. {Standstill}";
            if (story.ParcelsTaken + story.SentinelsTaken == 0 && !run.Events.Any(e => e.Kind == ScopeEventKind.ChildEnded))
            {
                return new Finding(
                    $"{Words.Listed(stuck)} still {Wait(stuck)} for room on the belt, and nobody ever took anything from it. {Standstill}",
                    "A belt has room for so much and no more: whoever puts everything before a carrier is there to take it waits for ever.",
                    "Start the carriers while the desk is still at work, both as children of the group.",
                    Verdict.Deadlock)
                { HintRung = 2 };
            }

            return story.ParcelsPut == Evidence.SettingsOf<PostOfficeSettings>(run).Parcels
                ? new Finding(happened, TooMany, "Put one sentinel for each carrier: office.CarrierCount of them.", Verdict.Deadlock)
                : new Finding(
                    happened,
                    story.SentinelsPut > 0 ? CountsForWhatLiesBefore : EmptyIsNotTheEnd,
                    story.SentinelsPut > 0 ? "Put the sentinels where the last parcel has been put, and not before." : "Let a carrier wait for what comes next, until it is a sentinel.",
                    Verdict.Deadlock)
                { HintRung = 2 };
        }

        return Endings.Standstill(run);
    }

    private static Finding Stayed(string happened, Verdict verdict) => new(
        happened,
        "Whoever takes a sentinel and stays takes another's as well: a break in a switch leaves the switch, not the loop.",
        "Look at what your carrier does when it has taken a sentinel: it should leave its method.",
        verdict)
    { HintRung = 2 };

    private Finding? Idle(ObservedRun run) => Endings.Idle(Evidence, run, "no parcel came in.");

    /// <summary>What was not done may have been still to come.</summary>
    private static Finding? NotOver(ObservedRun run) =>
        run.Outcome == Outcome.Completed ? null : Finding.NotJudged("the program did not come to its end.");

    private static string Wait(IReadOnlyList<string> who) => who.Count == 1 ? "waits" : "wait";
}
