namespace StructuredConcurrency.Tests;

/// <summary>Alone in the process while they run: they measure memory, and listen for errors that nobody has seen.</summary>
[CollectionDefinition(nameof(StressTests), DisableParallelization = true)]
public sealed class StressCollection;

/// <summary>What only many rounds show, on real threads.</summary>
[Collection(nameof(StressTests))]
public sealed class StressTests : IDisposable
{
    private readonly List<Exception> _unobserved = [];

    public StressTests()
    {
        Collect(); // what others left behind is not ours
        TaskScheduler.UnobservedTaskException += OnUnobserved;
    }

    /// <summary>After each of them: no task of theirs ended with an error that nobody looked at.</summary>
    public void Dispose()
    {
        Collect();
        TaskScheduler.UnobservedTaskException -= OnUnobserved;
        lock (_unobserved)
            Assert.Empty(_unobserved);
    }

    [Fact]
    public async Task TimeoutScope_TwoHundredNestedEqualDeadlinesOnTheRealClock_OneTimeoutAndNoHang()
    {
        for (var round = 0; round < 10; round++)
            await Assert.ThrowsAsync<TimeoutException>(() => NestAsync(200, CancellationToken.None)).WaitAsync(TimeSpan.FromSeconds(60));

        static Task NestAsync(int depth, CancellationToken token) => TimeoutScope.RunAsync(
            TimeSpan.FromMilliseconds(20),
            scope => depth == 0 ? Forever.WaitAsync(scope.Token) : NestAsync(depth - 1, scope.Token),
            token);
    }

    [Fact]
    public async Task RunAsync_HundredThousandGroupsOnOneToken_LeaveNothingOnItAndMemoryFlat()
    {
        using var caller = new CancellationTokenSource();
        var sample = new List<WeakReference>();
        await RunAsync(10_000);
        var before = Memory();
        await RunAsync(100_000);
        var grown = Memory() - before;

        // Whatever a group might leave, a registration or a child, takes more than 20 bytes.
        Assert.True(grown < 100_000 * 20, $"100,000 groups left {grown:N0} bytes behind.");
        Assert.InRange(sample.Count(group => group.IsAlive), 0, 1); // this method may still know the last
        Assert.False(caller.IsCancellationRequested);

        async Task RunAsync(int groups)
        {
            for (var i = 0; i < groups; i++)
            {
                await TaskGroup.RunAsync(
                    group =>
                    {
                        group.Start(_ => Task.CompletedTask);
                        if (i % 1_000 == 0)
                            sample.Add(new WeakReference(group));
                        return Task.CompletedTask;
                    },
                    caller.Token);
            }
        }

        static long Memory()
        {
            Collect();
            return GC.GetTotalMemory(forceFullCollection: true);
        }
    }

    [Fact]
    public async Task Start_TwoThreadsWhileAThirdFails_LosesNoChildAndThrowsNothingElse()
    {
        for (var round = 0; round < 10_000; round++)
        {
            var started = 0;
            var ended = 0;
            var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(g =>
            {
                for (var starter = 0; starter < 2; starter++)
                {
                    g.Start(async _ =>
                    {
                        while (true)
                        {
                            g.Start(_ =>
                            {
                                Interlocked.Increment(ref ended);
                                return Task.CompletedTask;
                            });
                            Interlocked.Increment(ref started);
                            await Task.Yield();
                        }
                    });
                }

                g.Start(async _ =>
                {
                    await Task.Yield();
                    throw new Boom();
                });
                return Task.CompletedTask;
            }));
            Assert.IsType<Boom>(Assert.Single(error.InnerExceptions));
            Assert.Equal(started, ended);
        }
    }

    [Fact]
    public async Task RunAsync_BodyCutShortWhileChildrenEnd_AlwaysThrowsTheCallersCancellation()
    {
        for (var round = 0; round < 30_000; round++)
        {
            using var caller = new CancellationTokenSource();
            var childrenMayEnd = new TaskCompletionSource();
            await Assert.ThrowsAsync<OperationCanceledException>(() => TaskGroup.RunAsync(
                async group =>
                {
                    for (var child = 0; child < 6; child++)
                        group.Start(_ => childrenMayEnd.Task);
                    await Task.Yield();
                    caller.Cancel();
                    _ = Task.Run(childrenMayEnd.SetResult);
                    group.Token.ThrowIfCancellationRequested();
                },
                caller.Token));
        }
    }

    [Fact]
    public async Task ChildCancel_ByTwoThreadsWhileTheChildEnds_IsToldAtMostOnceAndBeforeTheEnd()
    {
        for (var round = 0; round < 5_000; round++)
        {
            var log = new EventLog();
            var go = new TaskCompletionSource();
            var child = new TaskCompletionSource<ChildTask>();
            var cancels = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
            {
                await go.Task;
                (await child.Task).Cancel();
            })).ToList();
            await TaskGroup.RunAsync(new TaskGroupOptions { Observer = log }, group =>
            {
                child.SetResult(group.Start(_ => go.Task));
                _ = Task.Run(go.SetResult);
                return Task.CompletedTask;
            });
            await Task.WhenAll(cancels);
            Assert.DoesNotContain(log.Events.SkipWhile(e => e.Kind != ScopeEventKind.ChildEnded), e => e.Kind == ScopeEventKind.CancelRequested);
            Assert.True(log.Events.Count(e => e.Kind == ScopeEventKind.CancelRequested) <= 1);
        }
    }

    [Fact]
    public async Task Start_RefusedWhileTheGroupEnds_ThrowsNothingElse()
    {
        for (var round = 0; round < 500; round++)
        {
            TaskGroup? group = null;
            var release = new TaskCompletionSource();
            var running = TaskGroup.RunAsync(g =>
            {
                group = g;
                g.Start(_ => release.Task);
                g.Cancel();
                return Task.CompletedTask;
            });
            var stranger = Task.Run(() =>
            {
                while (true)
                {
                    try
                    {
                        group!.Start(_ => Task.CompletedTask);
                    }
                    catch (OperationCanceledException)
                    {
                        Thread.Yield(); // still stopping
                    }
                    catch (InvalidOperationException ended)
                    {
                        return ended.Message;
                    }
                }
            });
            release.SetResult();
            await running;
            Assert.Contains("has ended", await stranger, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task RunAsync_EveryWayToFail_LeavesNoExceptionUnobserved()
    {
        for (var round = 0; round < 1_000; round++)
        {
            await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync<int>(async group =>
            {
                var failures = new List<Func<CancellationToken, Task<int>>>
                {
                    _ => throw new Boom(),
                    _ => Task.FromException<int>(new Boom()),
                    async _ =>
                    {
                        await Task.Yield();
                        throw new Boom();
                    },
                    async _ =>
                    {
                        await Task.WhenAll(Task.FromException(new Boom()), Task.FromException(new Boom()));
                        return 1;
                    },
                    async token =>
                    {
                        try
                        {
                            await Forever.WaitAsync(token);
                            return 1;
                        }
                        finally
                        {
                            throw new Boom();
                        }
                    },
                };
                group.Token.Register(() => throw new Boom());
                var first = group.Start(Forever.WaitAsync);
                foreach (var failure in failures.TakeWhile(_ => !group.IsCancellationRequested))
                {
                    try
                    {
                        group.Start(failure);
                        group.Start(token => (Task)failure(token));
                    }
                    catch (OperationCanceledException)
                    {
                        break; // one has failed already
                    }
                }

                first.Cancel();
                await Task.Yield();
                throw new Boom();
            }));
        }
    }

    [Fact]
    public async Task PutAsync_CancelledWhileRoomAppears_LosesNoItemAndNoRoom()
    {
        var queue = new JoinableQueue<int>(1);
        var put = 0;
        var taken = 0;
        var cancelled = 0;
        for (var round = 0; round < 100_000; round++)
        {
            Assert.True(queue.TryPut(1));
            put++;
            using var source = new CancellationTokenSource();
            var putter = queue.PutAsync(1, source.Token).AsTask();
            var cancel = round % 2 == 0 ? Task.Run(source.Cancel) : null; // now the one has a head start, now the other
            var get = Task.Run(() => queue.TryGet(out _));
            cancel ??= Task.Run(source.Cancel);
            Assert.True(await get);
            taken++;
            await cancel;
            try
            {
                await putter;
                put++;
                Assert.True(queue.TryGet(out _));
                taken++;
            }
            catch (OperationCanceledException)
            {
                Assert.Equal(0, queue.Count);
                cancelled++;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"cancelled in {cancelled:N0} of 100,000 rounds");

        Assert.Equal(put, taken);
        Assert.Equal(put, queue.UnfinishedCount);
    }

    [Fact]
    public async Task GetAsync_CancelledWhileAnItemArrives_LosesNoItem()
    {
        const int rounds = 100_000;
        var queue = new JoinableQueue<int>();
        var received = 0;
        var cancelled = 0;
        for (var round = 0; round < rounds; round++)
        {
            using var source = new CancellationTokenSource();
            var get = queue.GetAsync(source.Token).AsTask();
            var cancel = round % 2 == 0 ? Task.Run(source.Cancel) : null;
            var put = Task.Run(() => queue.TryPut(1));
            cancel ??= Task.Run(source.Cancel);
            try
            {
                received += await get;
            }
            catch (OperationCanceledException)
            {
                await put;
                Assert.True(queue.TryGet(out var kept));
                received += kept;
                cancelled++;
            }

            await Task.WhenAll(put, cancel);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"cancelled in {cancelled:N0} of {rounds:N0} rounds");

        Assert.Equal(rounds, received);
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public async Task PutAsync_ManyProducersAndConsumersOnThreads_EveryItemArrivesOnce()
    {
        const int items = 20_000;
        var queue = new JoinableQueue<int>(4);
        var sum = 0L;
        await TaskGroup.RunAsync(async group =>
        {
            var producers = Enumerable.Range(0, 4).Select(p => group.Start(async token =>
            {
                for (var i = 1; i <= items; i++)
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
        Assert.Equal(4L * items * (items + 1) / 2, sum);
        Assert.Equal(0, queue.UnfinishedCount);
    }

    private static void Collect()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs e)
    {
        lock (_unobserved)
            _unobserved.Add(e.Exception);
    }
}
