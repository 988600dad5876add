namespace StructuredConcurrency.Tests.Museum;

/// <summary>
/// A sentinel in a queue is an item like any other: whoever takes it stops, and the others wait on.
/// It also counts for the join, and in a priority queue it may overtake the work.
/// </summary>
public sealed class Trap21_OneSentinelEndsOneConsumer
{
    internal static Task Trap(CancellationToken token) => TaskGroup.RunAsync(
        async group =>
        {
            var orders = new JoinableQueue<QueueMessage<string>>();
            for (var i = 0; i < 3; i++)
                group.Start(stop => ConsumeUntilStop(orders, stop));
            await orders.PutAsync(new QueueMessage<string>.Item("espresso"), group.Token);
            await orders.PutAsync(new QueueMessage<string>.Stop(), group.Token); // one for three
        },
        token);

    internal static Task Answer(CancellationToken token) => TaskGroup.RunAsync(
        async group =>
        {
            var orders = new JoinableQueue<string>();
            for (var i = 0; i < 3; i++)
                group.Start(stop => orders.ForEachAsync((order, _) => Task.CompletedTask, stop));
            await orders.PutAsync("espresso", group.Token);
            orders.Shutdown(); // for everybody, after the last item
        },
        token);

    [Fact]
    public void Trap_OneSentinelForThreeConsumers_TwoWaitForEver() => Assert.True(Verdict.Of(Trap).Hangs);

    [Fact]
    public void Answer_Shutdown_EndsAllThree() => Assert.Equal(new Verdict(Hangs: false, Error: null), Verdict.Of(Answer));

    [Fact]
    public void Answer_OneSentinelForEachConsumer_EndsAllThree() => Assert.Equal(new Verdict(Hangs: false, Error: null), Verdict.Of(token => TaskGroup.RunAsync(
        async group =>
        {
            var orders = new JoinableQueue<QueueMessage<string>>();
            for (var i = 0; i < 3; i++)
                group.Start(stop => ConsumeUntilStop(orders, stop));
            for (var i = 0; i < 3; i++)
                await orders.PutAsync(new QueueMessage<string>.Stop(), group.Token);
            await orders.JoinAsync(group.Token); // sentinels are marked done too
        },
        token)));

    [Fact]
    public void Trap_SentinelOfTheSamePriority_OvertakesLessUrgentWork()
    {
        var orders = new PriorityJoinableQueue<QueueMessage<string>, int>();
        orders.TryPut((new QueueMessage<string>.Item("espresso"), 5));
        orders.TryPut((new QueueMessage<string>.Stop(), 0));
        orders.TryGet(out var first);
        Assert.IsType<QueueMessage<string>.Stop>(first.Element);
    }

    private static async Task ConsumeUntilStop(JoinableQueue<QueueMessage<string>> orders, CancellationToken token)
    {
        QueueMessage<string> message;
        do
        {
            message = await orders.GetAsync(token);
            orders.MarkDone();
        }
        while (message is not QueueMessage<string>.Stop);
    }
}
