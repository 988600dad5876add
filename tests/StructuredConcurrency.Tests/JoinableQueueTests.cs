namespace StructuredConcurrency.Tests;

public sealed class JoinableQueueOnLoopTests() : JoinableQueueTests(Floor.Loop);

public sealed class JoinableQueueOnThreadPoolTests() : JoinableQueueTests(Floor.ThreadPool);

public abstract class JoinableQueueTests(Floor floor)
{
    [Fact]
    public Task GetAsync_SeveralItems_ComeOutInTheOrderOfPutting() => floor.RunAsync(async () =>
    {
        var queue = new JoinableQueue<int>();
        for (var i = 1; i <= 3; i++)
            await queue.PutAsync(i);
        Assert.Equal(3, queue.Count);
        for (var i = 1; i <= 3; i++)
            Assert.Equal(i, await queue.GetAsync());
    });

    [Fact]
    public void Constructor_CapacityBelowOne_Throws() => Assert.Throws<ArgumentOutOfRangeException>("capacity", () => new JoinableQueue<int>(0));

    [Fact]
    public Task PutAsync_FullQueue_WaitsAndIsServedInOrder() => floor.RunAsync(async () =>
    {
        var queue = new JoinableQueue<string>(1);
        await queue.PutAsync("a");
        Assert.False(queue.TryPut("x"));
        var b = queue.PutAsync("b").AsTask();
        var c = queue.PutAsync("c").AsTask();
        Assert.False(b.IsCompleted);
        Assert.Equal("a", await queue.GetAsync());
        await b;
        Assert.False(c.IsCompleted);
        Assert.Equal("b", await queue.GetAsync());
        Assert.Equal("c", await queue.GetAsync());
        await c;
        Assert.False(queue.TryGet(out _));
    });

    [Fact]
    public Task GetAsync_SeveralWaiting_AreServedInTheOrderInWhichTheyCame() => floor.RunAsync(async () =>
    {
        var queue = new JoinableQueue<int>();
        var first = queue.GetAsync().AsTask();
        var second = queue.GetAsync().AsTask();
        Assert.True(queue.TryPut(1));
        Assert.False(queue.TryGet(out _)); // it is in the first one's hands already: nobody barges in
        Assert.True(queue.TryPut(2));
        Assert.Equal(1, await first);
        Assert.Equal(2, await second);
    });

    [Fact]
    public Task GetAsync_TokenCancelledAlready_ThrowsAndTakesNothing() => floor.RunAsync(async () =>
    {
        var cancelled = new CancellationToken(canceled: true);
        var queue = new JoinableQueue<int>();
        queue.TryPut(1);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await queue.GetAsync(cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await queue.PutAsync(2, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queue.JoinAsync(cancelled));
        Assert.Equal(1, queue.Count);
        Assert.Equal(1, queue.UnfinishedCount);
    });

    [Fact]
    public Task GetAsync_WaiterCancelled_LosesNoItem() => floor.RunAsync(async () =>
    {
        using var source = new CancellationTokenSource();
        var queue = new JoinableQueue<int>();
        var leaver = queue.GetAsync(source.Token).AsTask();
        var stayer = queue.GetAsync().AsTask();
        source.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);
        queue.TryPut(1);
        Assert.Equal(1, await stayer);
    });

    [Fact]
    public Task PutAsync_WaiterCancelled_LosesNoRoom() => floor.RunAsync(async () =>
    {
        using var source = new CancellationTokenSource();
        var queue = new JoinableQueue<int>(1);
        queue.TryPut(1);
        var leaver = queue.PutAsync(2, source.Token).AsTask();
        var stayer = queue.PutAsync(3).AsTask();
        source.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);
        Assert.Equal(1, await queue.GetAsync());
        await stayer;
        Assert.Equal(3, await queue.GetAsync());
        Assert.Equal(2, queue.UnfinishedCount); // what was never put does not count
    });

    [Fact]
    public Task JoinAsync_NothingPut_EndsAtOnce() => floor.RunAsync(() => new JoinableQueue<int>().JoinAsync());

    [Fact]
    public Task JoinAsync_ItemsTakenButNotDone_StillWaits() => floor.RunAsync(async () =>
    {
        var queue = new JoinableQueue<int>();
        queue.TryPut(1);
        queue.TryPut(2);
        var join = queue.JoinAsync();
        await queue.GetAsync();
        await queue.GetAsync();
        Assert.Equal(0, queue.Count);
        Assert.False(join.IsCompleted);
        queue.MarkDone();
        Assert.False(join.IsCompleted);
        queue.MarkDone();
        await join;
    });

    [Fact]
    public Task JoinAsync_Cancelled_LeavesTheQueueAsItWas() => floor.RunAsync(async () =>
    {
        using var source = new CancellationTokenSource();
        var queue = new JoinableQueue<int>();
        queue.TryPut(1);
        var join = queue.JoinAsync(source.Token);
        source.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => join);
        Assert.Equal(1, queue.UnfinishedCount);
        Assert.Equal(1, await queue.GetAsync());
        queue.MarkDone();
        await queue.JoinAsync();
    });

    [Fact]
    public void MarkDone_OnceTooOften_Throws()
    {
        var queue = new JoinableQueue<int> { Name = "orders" };
        queue.TryPut(1);
        queue.MarkDone();
        Assert.Contains("'orders'", Assert.Throws<InvalidOperationException>(queue.MarkDone).Message, StringComparison.Ordinal);
    }
}

public sealed class JoinableQueueRaceTests
{
    [Fact]
    public async Task GetAsync_CancelledWhileAnItemArrives_LosesNoItem()
    {
        var queue = new JoinableQueue<int>();
        var received = 0;
        for (var round = 0; round < 2_000; round++)
        {
            using var source = new CancellationTokenSource();
            var get = queue.GetAsync(source.Token).AsTask();
            var put = Task.Run(() => queue.TryPut(1));
            var cancel = Task.Run(source.Cancel);
            try
            {
                received += await get;
            }
            catch (OperationCanceledException)
            {
                await put;
                Assert.True(queue.TryGet(out var kept));
                received += kept;
            }

            await Task.WhenAll(put, cancel);
        }

        Assert.Equal(2_000, received);
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public async Task PutAsync_ManyProducersAndConsumersOnThreads_EveryItemArrivesOnce()
    {
        var queue = new JoinableQueue<int>(4);
        var sum = 0L;
        await TaskGroup.RunAsync(async group =>
        {
            var producers = Enumerable.Range(0, 4).Select(p => group.Start(async token =>
            {
                for (var i = 1; i <= 2_000; i++)
                    await queue.PutAsync(i, token);
            })).ToList();
            for (var c = 0; c < 4; c++)
            {
                group.Start(async token =>
                {
                    while (true)
                    {
                        Interlocked.Add(ref sum, await queue.GetAsync(token));
                        queue.MarkDone();
                    }
                });
            }

            foreach (var producer in producers)
                await producer.Completion;
            await queue.JoinAsync(group.Token);
            group.Cancel("all items are done");
        });
        Assert.Equal(4 * 2_000L * 2_001 / 2, sum);
        Assert.Equal(0, queue.UnfinishedCount);
    }
}
