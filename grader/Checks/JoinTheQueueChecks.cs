using Grader;
using StructuredConcurrency;
using StructuredConcurrency.Simulation;
using Workshop.Lesson.Exercises;

namespace Checks;

/// <summary>Exercise 03: all work processed before the group ends.</summary>
public sealed class JoinTheQueueChecks : ExerciseChecks
{
    /// <summary>Nothing may hang, and nothing may go on for ever.</summary>
    [Check(10, "The program ends by itself when every order is dealt with.", HintRung = 2)]
    public void TheRunEnds() => InEveryRun(run => PrintedAgainAndAgain(run) ?? Endings.NoEnd(
        run, () => Deadlock(run, new OrderStory(run)), "Do what takes time with the shop's own methods or Task.Delay, and start work with group.Start."));

    /// <summary>A group that nobody awaits, work that nobody awaits.</summary>
    [Check(5, "When RunAsync has ended, nothing that it started is still under way.", HintRung = 2, DependsOn = nameof(TheRunEnds))]
    public void NothingRunsOnAfterTheEnd() => InEveryRun(run => Endings.LeftUnderWay(run, Endings.WorkOn("order")));

    /// <summary>Not twice, and not never.</summary>
    [Check(15, "Each order that was taken is marked done exactly once.", HintRung = 1)]
    public void EachOrderIsMarkedDoneOnce() => InEveryRun(run =>
    {
        var story = new OrderStory(run);
        var tooOften = run.Error is { } error && error.Message.Contains(nameof(JoinableQueue<>.MarkDone), StringComparison.Ordinal);
        if (tooOften || (story.FirstEarlyMark is not null && story.Orders.FirstOrDefault(order => order.Marks > 1) is not null))
        {
            var twice = story.Orders.FirstOrDefault(order => order.Marks > 1);
            if (twice is null && StoppedBeforeTheError(run))
            {
                return new Finding(
                    "A press that was stopped while it waited for an order called MarkDone all the same, for an order that it never took.",
                    "A finally is run on every way out, also when GetAsync is cancelled: only what was taken is due to be marked.",
                    "Move GetAsync in front of the try whose finally marks the order.");
            }

            return new Finding(
                twice is null ? "MarkDone was called more often than orders were put." : $"'{twice.Taker}' took order {twice.Number} and called MarkDone {Words.Times(twice.Marks)} before it took the next.",
                "Marked done twice, an order counts for two: the join ends while another order is still being printed.",
                tooOften && run.Error!.Where is { } where ? $"Look at {where}, and for another MarkDone on the way to it." : "Look for a way through the loop that passes two calls of MarkDone; a finally is run after a catch as well.");
        }

        if (Nothing(run, story) is { } nothing)
            return nothing;
        var processed = story.Orders.Where(order => order.Processed).ToList();
        if (run.Outcome is not (Outcome.Completed or Outcome.Deadlock) || story.Marks >= processed.Count)
            return null;
        var unmarked = processed.Where(order => order.Marks == 0).ToList();
        return new Finding(
            $"Orders printed or refunded: {processed.Count}; marked done: {story.Marks}.",
            NotMarked(story, unmarked).Misconception,
            "Follow the loop of the press from one GetAsync to the next, on every way that it can take.");
    });

    /// <summary>Marking early makes the count say what is not yet so.</summary>
    [Check(15, "An order is marked done when the work on it has ended, not before.", HintRung = 1, DependsOn = nameof(EachOrderIsMarkedDoneOnce))]
    public void DoneIsMarkedAfterTheWork() => InEveryRun(run =>
    {
        var story = new OrderStory(run);
        return story.FirstEarlyMark is var (e, order)
            ? new Finding(
                $"At {Words.At(e.Time)} '{e.TaskName}' marked {(order is null ? "an order" : $"order {order.Number}")} done while the work on it had not ended.",
                "Marked done before the work, an order is no longer waited for: taking it is not finishing it.",
                "Move MarkDone behind the printing.")
            : story.Marks == 0 ? Finding.NotJudged("no order was marked done.")
            : null;
    });

    /// <summary>Cancelling one's own group is no error.</summary>
    [Check(5, "The program ends without an error.", HintRung = 3, DependsOn = nameof(EachOrderIsMarkedDoneOnce))]
    public void TheGroupEndsQuietly() => InEveryRun(run => Endings.Error(run, error => error switch
    {
        nameof(BrokenOrderException) => "One broken order is no reason to stop the others: an exception that leaves a child stops its whole group.",
        nameof(OperationCanceledException) or nameof(TaskCanceledException) =>
            "Stopping is an error only when an exception does it: call group.Cancel instead, which asks everybody to stop, and the group ends normally.",
        _ => null,
    }));

    /// <summary>Taken is not processed.</summary>
    [Check(20, "Every order that a press takes is printed, or found broken and refunded, one at a time, before the presses are stopped.", HintRung = 2, DependsOn = nameof(TheGroupEndsQuietly))]
    public void EveryOrderTakenIsProcessed() => InEveryRun(run =>
    {
        var orders = Evidence.SettingsOf<PrintShopSettings>(run).Orders;
        var story = new OrderStory(run);
        var cut = story.Orders.Where(order => order is { Taker: not null, Processed: false }).ToList();
        if (Nothing(run, story) is { } nothing)
            return nothing;
        var poor = story.Orders.Where(order => order is { Work: ScopeOutcome.Faulted, Refunded: false }).ToList();
        if (cut.Count == 0 && poor.Count > 0)
        {
            return new Finding(
                $"{Words.Capital(OrderStory.Name(poor))} turned out broken, and the customer was never refunded.",
                "Swallowing an exception is not dealing with it.",
                "Call shop.Refund where you catch the BrokenOrderException.");
        }

        if (cut.Count == 0 && story.Orders.FirstOrDefault(order => order.Refunds > (order.Work == ScopeOutcome.Faulted ? 1 : 0)) is { } generous)
        {
            return new Finding(
                generous.Work == ScopeOutcome.Faulted
                    ? $"Order {generous.Number} turned out broken, and the customer was refunded {Words.Times(generous.Refunds)}."
                    : $"Order {generous.Number} was printed, and the customer was refunded all the same.",
                "A finally is run on every way out: what is right for one of them only belongs into the catch for it, once.",
                "Call shop.Refund once, where you catch the BrokenOrderException, and nowhere else.");
        }

        if (cut.Count == 0)
        {
            return story.BothInHand is { } both
                ? new Finding(
                    $"'{both.TaskName}' began to print order {both.Item} at {Words.At(both.Time)}, and another one still lay under it.",
                    "What is not awaited goes on by itself: the press takes the next order before this one is printed, and nobody hears of its errors.",
                    "Await the printing before the press goes back to the tray.")
                : null;
        }

        var joinedTooSoon = story.PutsAtLastJoin < orders && story.FirstEarlyMark is null;
        var misconception =
            joinedTooSoon ? $"An empty queue can be joined at once: the join ended when {story.PutsAtLastJoin} of {orders} orders had been put."
            : story is { JoinBegun: true, PutsAtLastJoin: null, Cancelled: not null } ? "Calling JoinAsync is not waiting for it: the presses were stopped before the join had ended."
            : story.Cancelled is null ? "Taken is not processed: an order that left the tray may still lie under a press."
            : story.PutsAtLastJoin is not null ? "The join counts marks, not work: it ended before the work had, because something was marked too early or too often."
            : story.LeftInTrayAtCancel > 0 ? "Cancelling is not waiting: it stops the presses where they stand, and what they were doing is spoilt."
            : story.LastPutProcessedAtCancel ? "The order put last is not the one finished last: presses overtake one another."
            : "Taken is not processed: an empty tray says that the last order was taken, not that it was printed.";
        return new Finding(
            $"{Words.Capital(OrderStory.Name(cut))} {(cut.Count == 1 ? "was" : "were")} taken ({string.Join(", ", cut.Select(order => order.Taker))}) and never printed"
            + (story.Cancelled is { } cancel ? $": the presses were stopped at {Words.At(cancel.Time)}." : "."),
            misconception,
            joinedTooSoon ? "Wait for the counter to end before you join: the handle that group.Start returned has a Completion." : "Await tray.JoinAsync inside the group before anything is cancelled.");
    });

    /// <summary>Joining an empty queue ends at once.</summary>
    [Check(20, "The tray is joined, and the join that counts ends after every order was put.", HintRung = 2, DependsOn = nameof(TheRunEnds))]
    public void JoinWaitsUntilEverythingWasPut() => InEveryRun(run =>
    {
        var orders = Evidence.SettingsOf<PrintShopSettings>(run).Orders;
        var story = new OrderStory(run);
        if (story.PutsAtLastJoin == orders)
            return null;
        if (run.Outcome is not (Outcome.Completed or Outcome.Deadlock))
            return Finding.NotJudged("the program failed before it joined anything.");
        if (!story.JoinBegun)
        {
            return new Finding(
                "Nobody joined the tray.",
                "Only the tray knows when every order is dealt with: its count goes down when an order is marked done, not when it is taken.",
                "Await tray.JoinAsync inside the group.");
        }

        return story.PutsAtLastJoin is not { } put
            ? null // somebody still waits for it: that is the business of TheRunEnds
            : new Finding(
                $"The join ended at {Words.At(story.JoinedAt!.Value)}, when {put} of {orders} orders had been put.",
                put == 0
                    ? "An empty queue can be joined at once: nothing is unfinished in a tray into which nothing was put."
                    : "A join waits for what was put: of orders that are still to come the tray knows nothing.",
                put == 0
                    ? "Wait for the counter to end before you join: the handle that group.Start returned has a Completion."
                    : "Join when the counter has ended, and let the counter itself await that each order is put.");
    });

    /// <summary>Nobody who came in before noon is sent away.</summary>
    [Check(10, "Every order of the morning is put into the tray and taken out of it.", HintRung = 2, DependsOn = nameof(JoinWaitsUntilEverythingWasPut))]
    public void EveryOrderIsPutAndTaken() => InEveryRun(run =>
    {
        var orders = Evidence.SettingsOf<PrintShopSettings>(run).Orders;
        var story = new OrderStory(run);
        if (story.Puts >= orders && story.Gets >= orders)
            return null;
        return run.Outcome is not (Outcome.Completed or Outcome.Deadlock)
            ? Finding.NotJudged("the program failed before the morning was over.")
            : new Finding(
                $"Of {orders} orders {story.Puts} were put into the tray and {story.Gets} taken out of it.",
                "Stopping the group stops the counter as well: who has not put everything by then never will.",
                "Look at what has to be over before the group is cancelled.");
    });

    /// <summary>What is said of orders is said of those that were taken: where nobody took one there is nothing to judge.</summary>
    private static Finding? Nothing(ObservedRun run, OrderStory story) =>
        story.Gets == 0 ? Finding.NotJudged("no order was taken out of the tray.")
        : run.Outcome is Outcome.Completed or Outcome.Deadlock or Outcome.Faulted ? null
        : Finding.NotJudged("the program did not come to its end.");

    /// <summary>A broken order that is put back comes again for ever.</summary>
    private static Finding? PrintedAgainAndAgain(ObservedRun run) =>
        run.Outcome == Outcome.StepLimit
        && run.Events.Where(e => e is { Kind: ScopeEventKind.WorkEnded, Outcome: ScopeOutcome.Faulted }).CountBy(e => e.Item!).FirstOrDefault(order => order.Value > 2) is { Key: { } broken, Value: var times }
            ? new Finding(
                $"Order {broken} turned out broken {Words.Times(times)}, and was printed again and again.",
                "A broken order stays broken: printing it once more is not dealing with it.",
                "Refund a broken order and mark it done, and let the press take the next.",
                Verdict.StepLimit)
            { HintRung = 1 }
            : null;

    /// <summary>Whether the first child that failed had been stopped before, so that its error comes from its way out.</summary>
    private static bool StoppedBeforeTheError(ObservedRun run) =>
        run.Events.FirstOrDefault(e => e is { Kind: ScopeEventKind.ChildEnded, Outcome: ScopeOutcome.Faulted }) is { Task: { } failed }
        && run.Events.Any(e => e.Kind == ScopeEventKind.CancelObserved && e.Task == failed);

    private static Finding Deadlock(ObservedRun run, OrderStory story)
    {
        var standstill = "So everybody waits, for ever.";
        var unmarked = story.Orders.Where(order => order is { Processed: true, Marks: 0 }).ToList();
        if (unmarked.Count > 0 && story.Marks < story.Ended)
        {
            var (happened, misconception) = NotMarked(story, unmarked);
            return new Finding($"{happened} {standstill}", misconception, "Follow the loop of the press from one GetAsync to the next: which way passes no MarkDone?", Verdict.Deadlock) { HintRung = 1 };
        }

        if (!story.JoinBegun && story.BodyEnded)
        {
            return new Finding(
                $"The group's body ended, and nobody had joined the tray or stopped the presses. {standstill}",
                "Not joined or joined outside the group, it comes to the same: the group ends only when its children have, and the presses never end by themselves.",
                "Join the tray in the body of the group, and cancel the group after that.",
                Verdict.Deadlock);
        }

        if (story.Puts > 0 && story.Marks == story.ItemsPut)
        {
            return story.Cancelled is not { } cancel
                ? new Finding(
                    $"Every order is dealt with, and nobody told the presses. {standstill}",
                    "The end of the work is not the end of the tasks: a press that waits for an order waits for ever.",
                    story.JoinBegun ? "Call group.Cancel after the join." : "Do not wait for the presses: join the tray, and call group.Cancel after it.",
                    Verdict.Deadlock)
                : new Finding(
                    $"The presses were asked to stop at {Words.At(cancel.Time)}, and not all of them heard it. {standstill}",
                    "A cancellation reaches only who awaits with its token: the token of the whole program is not the group's.",
                    "Give each child the token that group.Start hands to it.",
                    Verdict.Deadlock);
        }

        return story.JoinBegun && story.Cancelled is not null
            ? new Finding(
                $"The presses were stopped at {Words.At(story.Cancelled.Value.Time)}, before every order was dealt with. {standstill}",
                "Cancelling is not waiting: a press that was stopped marks nothing done any more, and a join after that waits for ever.",
                "Join the tray first, and call group.Cancel after it.",
                Verdict.Deadlock)
            : Endings.Standstill(run);
    }

    private static (string Happened, string Misconception) NotMarked(OrderStory story, List<OrderFate> unmarked)
    {
        if (story.Marks == 0)
            return ("No order was ever marked done.", "Never marked done, an order counts as unfinished for ever: taking it changes nothing in the count.");
        if (unmarked.Count > 0 && unmarked.All(order => order.Work == ScopeOutcome.Faulted))
        {
            return (
                $"{Words.Capital(OrderStory.Name(unmarked))} turned out broken and {(unmarked.Count == 1 ? "was" : "were")} never marked done.",
                "Marked done only on success: an order whose work fails is dealt with as well, and has to be counted.");
        }

        return (
            unmarked.Count == 0 ? "Fewer orders were marked done than dealt with." : $"{Words.Capital(OrderStory.Name(unmarked))} {(unmarked.Count == 1 ? "was" : "were")} dealt with and never marked done.",
            "Marking done must happen on every way that an order can take, once.");
    }
}
