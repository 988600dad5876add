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
    public void TryGet_PriorityWithAComparer_FollowsIt() => Assert.Equal(
        [3, 2, 1],
        Order(new PriorityJoinableQueue<int, int>(comparer: Comparer<int>.Create((x, y) => y.CompareTo(x))), (1, 1), (3, 3), (2, 2)).Select(pair => pair.Item1));

    [Fact]
    public async Task TryGet_ComparerThrowsWhileAPutterGetsItsRoom_PutterCanStillBeCancelled()
    {
        var isBroken = false;
        var queue = new PriorityJoinableQueue<int, int>(2, Comparer<int>.Create((x, y) => isBroken && (x == 3 || y == 3) ? throw new Boom() : x.CompareTo(y)));
        Assert.True(queue.TryPut((1, 1)));
        Assert.True(queue.TryPut((2, 2)));
        using var impatient = new CancellationTokenSource();
        var put = queue.PutAsync((3, 3), impatient.Token).AsTask();
        isBroken = true;
        Assert.Throws<Boom>(() => queue.TryGet(out _));
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => put.WaitAsync(TimeSpan.FromSeconds(30)));
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
    public void MarkDone_OnceTooOften_Throws()
    {
        var queue = create(null);
        queue.TryPut(item(1));
        queue.MarkDone();
        Assert.Contains("'queue'", Assert.Throws<InvalidOperationException>(queue.MarkDone).Message, StringComparison.Ordinal);
    }

    [Fact]
    public Task Shutdown_EverybodyRefused_IsToldByAnExceptionOfItsOwn() => floor.RunAsync(async () =>
    {
        var queue = create(null);
        queue.Shutdown();
        await Assert.ThrowsAsync<QueueShutDownException>(async () => await queue.PutAsync(item(1)));
        await Assert.ThrowsAsync<QueueShutDownException>(async () => await queue.GetAsync());
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
}
