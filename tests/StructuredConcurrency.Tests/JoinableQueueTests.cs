namespace StructuredConcurrency.Tests;

public sealed class FifoQueueOnLoopTests() : JoinableQueueTests<int>(Floor.Loop, capacity => new JoinableQueue<int>(capacity), n => n);

public sealed class FifoQueueOnThreadPoolTests() : JoinableQueueTests<int>(Floor.ThreadPool, capacity => new JoinableQueue<int>(capacity), n => n);

public sealed class LifoQueueOnLoopTests() : JoinableQueueTests<int>(Floor.Loop, capacity => new LifoJoinableQueue<int>(capacity), n => n);

public sealed class LifoQueueOnThreadPoolTests() : JoinableQueueTests<int>(Floor.ThreadPool, capacity => new LifoJoinableQueue<int>(capacity), n => n);

public sealed class PriorityQueueOnLoopTests()
    : JoinableQueueTests<(int, int)>(Floor.Loop, capacity => new PriorityJoinableQueue<int, int>(capacity), n => (n, n));

public sealed class PriorityQueueOnThreadPoolTests()
    : JoinableQueueTests<(int, int)>(Floor.ThreadPool, capacity => new PriorityJoinableQueue<int, int>(capacity), n => (n, n));

public sealed class QueueOrderTests
{
    [Fact]
    public void TryGet_Fifo_GivesTheOldestFirst() => Assert.Equal([3, 1, 2], Order(new JoinableQueue<int>(), 3, 1, 2));

    [Fact]
    public void TryGet_Lifo_GivesTheNewestFirst() => Assert.Equal([2, 1, 3], Order(new LifoJoinableQueue<int>(), 3, 1, 2));

    [Fact]
    public void TryGet_Priority_GivesTheLowestFirstAndTheOldestAmongEquals() => Assert.Equal(
        ["a", "c", "e", "b", "d", "f"],
        Order(new PriorityJoinableQueue<string, int>(), ("b", 2), ("a", 1), ("d", 2), ("c", 1), ("e", 1), ("f", 2)).Select(pair => pair.Item1));

    [Fact]
    public void TryGet_PriorityWithAComparer_FollowsIt() => Assert.Equal(
        [3, 2, 1],
        Order(new PriorityJoinableQueue<int, int>(comparer: Comparer<int>.Create((x, y) => y.CompareTo(x))), (1, 1), (3, 3), (2, 2)).Select(pair => pair.Item1));

    [Fact]
    public async Task PutAsync_FullPriorityQueue_TheFreedRoomGoesToTheLongestWaitingPutter()
    {
        var queue = new PriorityJoinableQueue<string, int>(1);
        Assert.True(queue.TryPut(("first", 5)));
        var waiting = queue.PutAsync(("second", 9)).AsTask();
        var later = queue.PutAsync(("third", 1)).AsTask();
        Assert.Equal("first", (await queue.GetAsync()).Element);
        await waiting;
        Assert.False(later.IsCompleted);
    }

    private static List<T> Order<T>(JoinableQueue<T> queue, params T[] items)
    {
        foreach (var item in items)
            Assert.True(queue.TryPut(item));
        var taken = new List<T>();
        while (queue.TryGet(out var item))
            taken.Add(item);
        return taken;
    }
}

/// <summary>What every queue does, in whatever order it gives its items.</summary>
public abstract class JoinableQueueTests<T>(Floor floor, Func<int?, JoinableQueue<T>> create, Func<int, T> item)
{
    [Fact]
    public void Constructor_CapacityBelowOne_Throws() => Assert.Throws<ArgumentOutOfRangeException>("capacity", () => create(0));

    [Fact]
    public Task PutAsync_FullQueue_WaitsAndIsServedInOrder() => floor.RunAsync(async () =>
    {
        var queue = create(1);
        await queue.PutAsync(item(1));
        Assert.False(queue.TryPut(item(0)));
        var second = queue.PutAsync(item(2)).AsTask();
        var third = queue.PutAsync(item(3)).AsTask();
        Assert.False(second.IsCompleted);
        Assert.Equal(item(1), await queue.GetAsync());
        await second;
        Assert.False(third.IsCompleted);
        Assert.Equal(item(2), await queue.GetAsync());
        Assert.Equal(item(3), await queue.GetAsync());
        await third;
        Assert.False(queue.TryGet(out _));
    });

    [Fact]
    public Task GetAsync_SeveralWaiting_AreServedInTheOrderInWhichTheyCame() => floor.RunAsync(async () =>
    {
        var queue = create(null);
        var first = queue.GetAsync().AsTask();
        var second = queue.GetAsync().AsTask();
        Assert.True(queue.TryPut(item(1)));
        Assert.False(queue.TryGet(out _)); // it is in the first one's hands already: nobody barges in
        Assert.True(queue.TryPut(item(2)));
        Assert.Equal(item(1), await first);
        Assert.Equal(item(2), await second);
    });

    [Fact]
    public Task GetAsync_TokenCancelledAlready_ThrowsAndTakesNothing() => floor.RunAsync(async () =>
    {
        var cancelled = new CancellationToken(canceled: true);
        var queue = create(null);
        queue.TryPut(item(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await queue.GetAsync(cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await queue.PutAsync(item(2), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queue.JoinAsync(cancelled));
        Assert.Equal(1, queue.Count);
        Assert.Equal(1, queue.UnfinishedCount);
    });

    [Fact]
    public Task GetAsync_WaiterCancelled_LosesNoItem() => floor.RunAsync(async () =>
    {
        using var source = new CancellationTokenSource();
        var queue = create(null);
        var leaver = queue.GetAsync(source.Token).AsTask();
        var stayer = queue.GetAsync().AsTask();
        source.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);
        queue.TryPut(item(1));
        Assert.Equal(item(1), await stayer);
    });

    [Fact]
    public Task PutAsync_WaiterCancelled_LosesNoRoom() => floor.RunAsync(async () =>
    {
        using var source = new CancellationTokenSource();
        var queue = create(1);
        queue.TryPut(item(1));
        var leaver = queue.PutAsync(item(2), source.Token).AsTask();
        var stayer = queue.PutAsync(item(3)).AsTask();
        source.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);
        Assert.Equal(item(1), await queue.GetAsync());
        await stayer;
        Assert.Equal(item(3), await queue.GetAsync());
        Assert.Equal(2, queue.UnfinishedCount); // what was never put does not count
    });

    [Fact]
    public Task JoinAsync_NothingPut_EndsAtOnce() => floor.RunAsync(() => create(null).JoinAsync());

    [Fact]
    public Task JoinAsync_ItemsTakenButNotDone_StillWaits() => floor.RunAsync(async () =>
    {
        var queue = create(null);
        queue.TryPut(item(1));
        queue.TryPut(item(2));
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
        var queue = create(null);
        queue.TryPut(item(1));
        var join = queue.JoinAsync(source.Token);
        source.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => join);
        Assert.Equal(1, queue.UnfinishedCount);
        Assert.Equal(item(1), await queue.GetAsync());
        queue.MarkDone();
        await queue.JoinAsync();
    });

    [Fact]
    public void MarkDone_OnceTooOften_Throws()
    {
        var queue = create(null);
        queue.TryPut(item(1));
        queue.MarkDone();
        Assert.Contains("'queue'", Assert.Throws<InvalidOperationException>(queue.MarkDone).Message, StringComparison.Ordinal);
    }

    [Fact]
    public Task Shutdown_Graceful_RefusesPuttersAndLetsGettersDrain() => floor.RunAsync(async () =>
    {
        var queue = create(1);
        queue.TryPut(item(1));
        var putter = queue.PutAsync(item(2)).AsTask();
        queue.Shutdown();
        queue.Shutdown();
        Assert.True(queue.IsShutDown);
        await Assert.ThrowsAsync<QueueShutDownException>(() => putter);
        await Assert.ThrowsAsync<QueueShutDownException>(async () => await queue.PutAsync(item(3)));
        Assert.False(queue.TryPut(item(3)));
        Assert.Equal(item(1), await queue.GetAsync());
        await Assert.ThrowsAsync<QueueShutDownException>(async () => await queue.GetAsync());
        Assert.False(queue.TryGet(out _));
        Assert.Equal(1, queue.UnfinishedCount);
    });

    [Fact]
    public Task Shutdown_GettersWaiting_AreToldAtOnce() => floor.RunAsync(async () =>
    {
        var queue = create(null);
        var getter = queue.GetAsync().AsTask();
        queue.Shutdown();
        await Assert.ThrowsAsync<QueueShutDownException>(() => getter);
    });

    [Fact]
    public Task Shutdown_Immediate_DropsWhatWaitsAndJoinsWhenTheItemsInHandAreDone() => floor.RunAsync(async () =>
    {
        var queue = create(null);
        for (var i = 1; i <= 3; i++)
            queue.TryPut(item(i));
        await queue.GetAsync();
        var join = queue.JoinAsync();
        queue.Shutdown();
        queue.Shutdown(immediate: true);
        Assert.Equal(0, queue.Count);
        Assert.Equal(1, queue.UnfinishedCount);
        Assert.False(join.IsCompleted);
        queue.MarkDone();
        await join;
    });

    [Fact]
    public Task Shutdown_ImmediateAfterMarkDoneWithoutGet_CountsNeverBelowZero() => floor.RunAsync(async () =>
    {
        var queue = create(null);
        queue.TryPut(item(1));
        queue.MarkDone();
        queue.Shutdown(immediate: true);
        Assert.Equal(0, queue.UnfinishedCount);
        await queue.JoinAsync();
    });

    [Fact]
    public Task GetAllAsync_UntilShutdown_GivesEveryItemAndEnds() => floor.RunAsync(async () =>
    {
        var queue = create(null);
        queue.TryPut(item(1));
        var taken = new List<T>();
        await TaskGroup.RunAsync(async group =>
        {
            var consumer = group.Start(async token =>
            {
                await foreach (var next in queue.GetAllAsync(token).ConfigureAwait(true))
                    taken.Add(next);
            });
            await queue.PutAsync(item(2), group.Token);
            queue.Shutdown();
            await consumer.Completion;
        });
        Assert.Equal([item(1), item(2)], taken.Order());
        Assert.Equal(2, queue.UnfinishedCount); // marking them is the caller's
    });

    [Fact]
    public Task ForEachAsync_HandlerFails_MarksItsItemDoneAndPassesTheErrorOn() => floor.RunAsync(async () =>
    {
        var queue = create(null);
        queue.TryPut(item(1));
        await Assert.ThrowsAsync<Boom>(() => queue.ForEachAsync((_, _) => throw new Boom()));
        Assert.Equal(0, queue.UnfinishedCount);
    });

    [Fact]
    public Task ForEachAsync_ShutDown_EndsNormallyWithEverythingDone() => floor.RunAsync(async () =>
    {
        var queue = create(2);
        var handled = 0;
        await TaskGroup.RunAsync(async group =>
        {
            for (var c = 0; c < 2; c++)
            {
                group.Start(token => queue.ForEachAsync(
                    async (_, _) =>
                    {
                        await Task.Yield();
                        Interlocked.Increment(ref handled);
                    },
                    token));
            }

            for (var i = 1; i <= 6; i++)
                await queue.PutAsync(item(i), group.Token);
            queue.Shutdown();
            await queue.JoinAsync(group.Token);
        });
        Assert.Equal(6, handled);
    });
}
