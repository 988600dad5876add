namespace StructuredConcurrency.Tests.Asyncio;

public sealed class AsyncioQueueCasesFifoOnLoop() : AsyncioQueueCases<int>(Floor.Loop, capacity => new JoinableQueue<int>(capacity), n => n);

public sealed class AsyncioQueueCasesFifoOnThreadPool() : AsyncioQueueCases<int>(Floor.ThreadPool, capacity => new JoinableQueue<int>(capacity), n => n);

public sealed class AsyncioQueueCasesLifoOnLoop() : AsyncioQueueCases<int>(Floor.Loop, capacity => new LifoJoinableQueue<int>(capacity), n => n);

public sealed class AsyncioQueueCasesLifoOnThreadPool() : AsyncioQueueCases<int>(Floor.ThreadPool, capacity => new LifoJoinableQueue<int>(capacity), n => n);

public sealed class AsyncioQueueCasesPriorityOnLoop()
    : AsyncioQueueCases<(int Element, int Priority)>(Floor.Loop, capacity => new PriorityJoinableQueue<int, int>(capacity), n => (n, n));

public sealed class AsyncioQueueCasesPriorityOnThreadPool()
    : AsyncioQueueCases<(int Element, int Priority)>(Floor.ThreadPool, capacity => new PriorityJoinableQueue<int, int>(capacity), n => (n, n));

/// <summary>What asyncio's own tests ask of its queues, asked of each of ours. Which of them each test answers: README.md.</summary>
public abstract class AsyncioQueueCases<T>(Floor floor, Func<int?, JoinableQueue<T>> create, Func<int, T> item)
{
    [Fact]
    public Task Count_PutAndGet_SaysEmptyAndFull() => floor.RunAsync(async () =>
    {
        var queue = create(1);
        Assert.Equal((0, 1), (queue.Count, queue.Capacity));
        await queue.PutAsync(item(1));
        Assert.Equal(queue.Capacity, queue.Count);
        Assert.Equal(item(1), await queue.GetAsync());
        Assert.Equal(0, queue.Count);
    });

    [Fact]
    public Task PutAsync_MoreThanTheCapacity_WaitsForAGetter() => floor.RunAsync(async () =>
    {
        var queue = create(2);
        var put = 0;
        var two = new TaskCompletionSource();
        await TaskGroup.RunAsync(async group =>
        {
            var putter = group.Start(async token =>
            {
                for (var i = 0; i < 3; i++)
                {
                    if (i == 2)
                        two.SetResult();
                    await queue.PutAsync(item(7), token);
                    Interlocked.Increment(ref put);
                }

                return true;
            });
            await two.Task;
            Assert.Equal(2, put);
            Assert.Equal(item(7), await queue.GetAsync());
            Assert.True(await putter.Completion);
            Assert.Equal(3, put);
            await queue.GetAsync();
            await queue.GetAsync();
            Assert.Equal(0, queue.Count);
        });
    });

    [Fact]
    public Task GetAsync_ItemThere_IsNoWait() => floor.RunAsync(async () =>
    {
        var queue = create(null);
        Assert.True(queue.TryPut(item(1)));
        var get = queue.GetAsync();
        Assert.True(get.IsCompleted);
        Assert.Equal(item(1), await get);
    });

    [Fact]
    public Task GetAsync_PutterWaits_IsFreedByIt() => floor.RunAsync(async () =>
    {
        var queue = create(1);
        await queue.PutAsync(item(1));
        var putter = queue.PutAsync(item(2)).AsTask();
        Assert.False(putter.IsCompleted);
        Assert.Equal(item(1), await queue.GetAsync());
        await putter;
        Assert.Equal(item(2), await queue.GetAsync());
    });

    [Fact]
    public Task GetAsync_NothingThere_WaitsForAPutter() => floor.RunAsync(async () =>
    {
        var queue = create(null);
        var get = queue.GetAsync().AsTask();
        Assert.False(get.IsCompleted);
        Assert.True(queue.TryPut(item(1)));
        Assert.Equal(item(1), await get);
    });

    [Fact]
    public void TryGet_EmptyOrNot_SaysWhether()
    {
        var queue = create(null);
        Assert.False(queue.TryGet(out _));
        Assert.True(queue.TryPut(item(1)));
        Assert.True(queue.TryGet(out var got));
        Assert.Equal(item(1), got);
    }

    [Fact]
    public void TryPut_FullOrNot_SaysWhether()
    {
        var queue = create(1);
        Assert.True(queue.TryPut(item(1)));
        Assert.False(queue.TryPut(item(2)));
        Assert.Equal(1, queue.UnfinishedCount);
    }

    [Fact]
    public Task GetAsync_TheFirstOfTwoIsCancelled_TheSecondIsServed() => floor.RunAsync(async () =>
    {
        var queue = create(null);
        using var cancel = new CancellationTokenSource();
        var first = queue.GetAsync(cancel.Token).AsTask();
        var second = queue.GetAsync().AsTask();
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await queue.PutAsync(item(1));
        Assert.Equal(item(1), await second);
    });

    [Fact]
    public Task PutAsync_CapacityOneAndMoreItems_AllComeThrough() => floor.RunAsync(async () =>
    {
        var queue = create(1);
        var got = 0;
        await TaskGroup.RunAsync(group =>
        {
            group.Start(async token =>
            {
                for (var i = 0; i < 5; i++)
                    await queue.PutAsync(item(i), token);
            });
            group.Start(async token =>
            {
                for (; got < 5; got++)
                    await queue.GetAsync(token);
            });
            return Task.CompletedTask;
        });
        Assert.Equal(5, got);
    });

    [Fact]
    public Task GetAsync_TimedOut_LeavesNobodyInLine() => floor.RunAsync(async () =>
    {
        var queue = create(5);
        await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunAsync(TimeSpan.FromMilliseconds(1), async scope => await queue.GetAsync(scope.Token)));
        Assert.True(queue.TryPut(item(1)));
        Assert.Equal(1, queue.Count); // had somebody still waited, the item would be gone
    });

    [Fact]
    public Task GetAsync_CancelledWhenAnItemCame_LosesNoItem() => floor.RunAsync(async () =>
    {
        var queue = create(null);
        using var cancel = new CancellationTokenSource();
        var reader = queue.GetAsync(cancel.Token).AsTask();
        Assert.True(queue.TryPut(item(1)));
        Assert.True(queue.TryPut(item(2)));
        cancel.Cancel();
        Assert.Equal(item(1), await reader); // what was given is not taken back
        Assert.Equal(item(2), await queue.GetAsync());
    });

    [Fact]
    public Task GetAsync_OneOfManyCancelled_TheOthersGetTheItems() => floor.RunAsync(async () =>
    {
        var queue = create(null);
        using var cancel = new CancellationTokenSource();
        var first = queue.GetAsync(cancel.Token).AsTask();
        var second = queue.GetAsync().AsTask();
        var third = queue.GetAsync().AsTask();
        cancel.Cancel();
        Assert.True(queue.TryPut(item(1)));
        Assert.True(queue.TryPut(item(2)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal((item(1), item(2)), (await second, await third));
    });

    [Fact]
    public Task PutAsync_CancelledWhenRoomCame_LosesNoItem() => floor.RunAsync(async () =>
    {
        var queue = create(1);
        using var cancel = new CancellationTokenSource();
        Assert.True(queue.TryPut(item(1)));
        var writer = queue.PutAsync(item(2), cancel.Token).AsTask();
        Assert.True(queue.TryGet(out var first));
        cancel.Cancel();
        await writer; // what was given is not taken back
        Assert.True(queue.TryGet(out var second));
        Assert.Equal((item(1), item(2)), (first, second));
        Assert.Equal(0, queue.Count);
    });

    [Fact]
    public Task PutAsync_OneOfTwoWaitersCancelled_TheOtherPuts() => floor.RunAsync(async () =>
    {
        var queue = create(1);
        using var cancel = new CancellationTokenSource();
        await queue.PutAsync(item(1));
        var waits = queue.PutAsync(item(2)).AsTask();
        var cancelled = queue.PutAsync(item(3), cancel.Token).AsTask();
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.False(waits.IsCompleted);
        Assert.Equal(item(1), await queue.GetAsync());
        await waits;
        Assert.Equal(item(2), await queue.GetAsync());
        Assert.Equal(0, queue.Count);
    });

    [Fact]
    public Task PutAsync_GetterWaits_ItGetsTheItem() => floor.RunAsync(async () =>
    {
        var queue = create(null);
        var getter = queue.GetAsync().AsTask();
        await queue.PutAsync(item(1));
        Assert.Equal(item(1), await getter);
        Assert.Equal(0, queue.Count);
    });

    [Fact]
    public Task TryGet_SeveralPuttersWait_EachIsLetInAsRoomAppears() => floor.RunAsync(async () =>
    {
        var queue = create(2);
        var putters = Enumerable.Range(0, 4).Select(i => queue.PutAsync(item(i)).AsTask()).ToArray();
        Assert.Equal([true, true, false, false], putters.Select(putter => putter.IsCompleted));
        Assert.True(queue.TryGet(out _));
        Assert.True(queue.TryGet(out _));
        foreach (var putter in putters)
            await putter;
        Assert.Equal(2, queue.Count);
    });

    [Fact]
    public Task PutAsync_WaiterCancelled_LeavesNobodyInLine() => floor.RunAsync(async () =>
    {
        var queue = create(1);
        using var cancel = new CancellationTokenSource();
        Assert.True(queue.TryPut(item(1)));
        var waits = queue.PutAsync(item(2), cancel.Token).AsTask();
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
        Assert.True(queue.TryGet(out _));
        Assert.Equal(0, queue.Count); // had somebody still waited, its item would be here
    });

    [Fact]
    public void MarkDone_NothingUnfinished_Throws() => Assert.Throws<InvalidOperationException>(() => create(null).MarkDone());

    [Fact]
    public Task JoinAsync_TwoWorkersTakeAHundredItems_EndsWhenAllAreDone() => floor.RunAsync(async () =>
    {
        var queue = create(null);
        for (var i = 0; i < 100; i++)
            Assert.True(queue.TryPut(item(i)));
        var done = 0;
        await TaskGroup.RunAsync(async group =>
        {
            for (var worker = 0; worker < 2; worker++)
            {
                group.Start(async token =>
                {
                    await foreach (var _ in queue.GetAllAsync(token))
                    {
                        Interlocked.Increment(ref done);
                        queue.MarkDone();
                    }
                });
            }

            await queue.JoinAsync();
            Assert.Equal(100, done);
            queue.Shutdown();
        });
    });

    [Fact]
    public Task JoinAsync_Unused_EndsAtOnceAndAgain() => floor.RunAsync(async () =>
    {
        var queue = create(null);
        Assert.True(queue.JoinAsync().IsCompletedSuccessfully);
        await queue.JoinAsync();
    });

    [Fact]
    public Task Shutdown_Empty_WaitingGetterFailsAndJoinEnds() => floor.RunAsync(async () =>
    {
        var queue = create(null);
        var getter = queue.GetAsync().AsTask();
        queue.Shutdown();
        Assert.Equal(0, queue.Count);
        await queue.JoinAsync();
        await Assert.ThrowsAsync<QueueShutDownException>(() => getter);
        await AssertShutDownAsync(queue);
    });

    [Fact]
    public Task Shutdown_NotEmpty_WaitingPutterFailsAndTheRestCanBeTaken() => floor.RunAsync(async () =>
    {
        var queue = create(1);
        Assert.True(queue.TryPut(item(1)));
        var join = queue.JoinAsync();
        var putter = queue.PutAsync(item(2)).AsTask();
        Assert.False(putter.IsCompleted);
        queue.Shutdown();
        Assert.Equal(1, queue.Count);
        await Assert.ThrowsAsync<QueueShutDownException>(() => putter);
        Assert.Equal(item(1), await queue.GetAsync());
        Assert.False(join.IsCompleted);
        await AssertShutDownAsync(queue);
        queue.MarkDone();
        await join;
        Assert.Throws<InvalidOperationException>(queue.MarkDone);
    });

    [Fact]
    public Task Shutdown_Immediate_DropsTheItemsAndJoinEnds() => floor.RunAsync(async () =>
    {
        var queue = create(null);
        Assert.True(queue.TryPut(item(1)));
        var join = queue.JoinAsync();
        queue.Shutdown(immediate: true);
        Assert.Equal(0, queue.Count);
        await join;
        await AssertShutDownAsync(queue);
        Assert.Throws<InvalidOperationException>(queue.MarkDone);
    });

    [Fact]
    public Task Shutdown_ImmediateWithAnItemInHand_JoinWaitsForThatOne() => floor.RunAsync(async () =>
    {
        var queue = create(null);
        Assert.True(queue.TryPut(item(1)));
        Assert.True(queue.TryPut(item(1)));
        var join = queue.JoinAsync();
        Assert.Equal(item(1), await queue.GetAsync());
        queue.Shutdown(immediate: true);
        Assert.Equal(0, queue.Count);
        Assert.False(join.IsCompleted);
        await AssertShutDownAsync(queue);
        queue.MarkDone();
        Assert.Throws<InvalidOperationException>(queue.MarkDone);
        await join;
    });

    [Fact]
    public void IsShutDown_AfterShutdown_SaysSo()
    {
        var queue = create(null);
        Assert.False(queue.IsShutDown);
        queue.Shutdown();
        Assert.True(queue.IsShutDown);
    }

    private async Task AssertShutDownAsync(JoinableQueue<T> queue)
    {
        await Assert.ThrowsAsync<QueueShutDownException>(async () => await queue.PutAsync(item(9)));
        Assert.False(queue.TryPut(item(9)));
        await Assert.ThrowsAsync<QueueShutDownException>(async () => await queue.GetAsync());
        Assert.False(queue.TryGet(out _));
    }
}

/// <summary>The order in which items come out.</summary>
public sealed class AsyncioQueueOrderCases
{
    [Fact]
    public async Task GetAsync_FirstInFirstOut() => Assert.Equal([1, 3, 2], await OrderAsync(new JoinableQueue<int>(), 1, 3, 2));

    [Fact]
    public async Task GetAsync_LastInFirstOut() => Assert.Equal([2, 3, 1], await OrderAsync(new LifoJoinableQueue<int>(), 1, 3, 2));

    [Fact]
    public async Task GetAsync_LowestFirst() =>
        Assert.Equal([("a", 1), ("c", 2), ("b", 3)], await OrderAsync(new PriorityJoinableQueue<string, int>(), ("a", 1), ("b", 3), ("c", 2)));

    private static async Task<IEnumerable<T>> OrderAsync<T>(JoinableQueue<T> queue, params T[] items)
    {
        foreach (var item in items)
            await queue.PutAsync(item);
        var taken = new List<T>();
        while (queue.Count > 0)
            taken.Add(await queue.GetAsync());
        return taken;
    }
}
