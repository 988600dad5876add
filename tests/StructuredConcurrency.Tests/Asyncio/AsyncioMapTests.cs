using System.Reflection;
using System.Runtime.CompilerServices;
using StructuredConcurrency.Simulation;

namespace StructuredConcurrency.Tests.Asyncio;

/// <summary>What <c>docs/asyncio-to-csharp.md</c> says, row by row: each test is named in its row.</summary>
public sealed class AsyncioMapTests
{
    private static TimeProvider Clock => EventLoop.Current!.TimeProvider;

    [Fact]
    public void Map_EveryRow_NamesItsTestAndEveryTestHasARow()
    {
        var rows = File.ReadAllLines(Document()).Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line.EndsWith("` |", StringComparison.Ordinal))
            .Select(line => line[..^3][(line[..^3].LastIndexOf('`') + 1)..]).ToList();
        var tests = typeof(AsyncioMapTests).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => method.IsDefined(typeof(FactAttribute))).Select(method => method.Name).Where(name => !name.StartsWith("Map_", StringComparison.Ordinal));
        Assert.Equal(tests.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));

        var tableRows = File.ReadAllLines(Document()).Count(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| asyncio |", StringComparison.Ordinal));
        Assert.Equal(tableRows, rows.Count);
    }

    [Fact]
    public void Run_MainProgram_RunsItToItsEnd()
    {
        var ended = false;
        OnLoop(async () =>
        {
            await Task.Yield();
            ended = true;
        });
        Assert.True(ended);
    }

    [Fact]
    public void TaskGroup_Block_EndsAfterItsChildren() => OnLoop(async () =>
    {
        var ended = false;
        await TaskGroup.RunAsync(group =>
        {
            group.Start(async token =>
            {
                await Sleep(10, token);
                ended = true;
            });
            return Task.CompletedTask;
        });
        Assert.True(ended);
    });

    [Fact]
    public void Start_Child_BeginsLaterAndIsGivenAToken() => OnLoop(() => TaskGroup.RunAsync(async group =>
    {
        var hasBegun = false;
        var child = group.Start(
            token =>
            {
                hasBegun = true;
                Assert.True(token.CanBeCanceled);
                return Task.CompletedTask;
            },
            "C1");
        Assert.False(hasBegun);
        Assert.Equal("C1", child.Name);
        await child.Completion;
        Assert.True(hasBegun);
    }));

    [Fact]
    public void Call_AsyncMethodWithoutAwait_RunsAtOnceUpToItsFirstAwait() => OnLoop(async () =>
    {
        var hasBegun = false;
        var running = BeginAsync();
        Assert.True(hasBegun);
        await running;

        async Task BeginAsync()
        {
            hasBegun = true;
            await Task.Yield();
        }
    });

    [Fact]
    public void Result_AfterTheGroup_IsTheChildsValue() => OnLoop(async () =>
    {
        ChildTask<int>? child = null;
        await TaskGroup.RunAsync(group =>
        {
            child = group.Start(token => Task.FromResult(42));
            return Task.CompletedTask;
        });
        Assert.Equal(42, child!.Result);
    });

    [Fact]
    public void Completion_OfAChild_EndsAsTheChildEnds() => OnLoop(() => TaskGroup.RunAsync(async group =>
    {
        var child = group.Start(token => Sleep(10, token));
        await child.Completion;
        Assert.Equal(ChildTaskStatus.Succeeded, child.Status);
    }));

    [Fact]
    public void LoopRun_PlainTask_BelongsToNobody() => OnLoop(async () =>
    {
        Task? orphan = null;
        await StartAsync();
        Assert.False(orphan!.IsCompleted);
        await orphan;

        Task StartAsync()
        {
            orphan = EventLoop.Current!.Run("orphan", token => Sleep(10, token));
            return Task.CompletedTask;
        }
    });

    [Fact]
    public void WhenAll_OneFails_WaitsForAllAndShowsOneError() => OnLoop(async () =>
    {
        var slow = Sleep(50, default);
        await Assert.ThrowsAsync<IOException>(() => Task.WhenAll(FailAsync<IOException>(10), FailAsync<FormatException>(20), slow));
        Assert.True(slow.IsCompletedSuccessfully);
    });

    [Fact]
    public void Cancel_OneChild_ItsSiblingsGoOn() => OnLoop(async () =>
    {
        ChildTask? sibling = null;
        await TaskGroup.RunAsync(group =>
        {
            var child = group.Start(token => Sleep(10_000, token));
            sibling = group.Start(token => Sleep(10, token));
            child.Cancel();
            return Task.CompletedTask;
        });
        Assert.Equal(ChildTaskStatus.Succeeded, sibling!.Status);
    });

    [Fact]
    public void Token_OnceCancelled_StopsEveryLaterAwaitWithIt() => OnLoop(async () =>
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Sleep(10, source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Sleep(10, source.Token));
    });

    [Fact]
    public void Token_NotLookedAt_StopsNobody() => OnLoop(async () =>
    {
        var reachedItsEnd = false;
        await TaskGroup.RunAsync(group =>
        {
            group.Start(async _ =>
            {
                await Sleep(50, CancellationToken.None);
                reachedItsEnd = true;
            });
            group.Cancel();
            return Task.CompletedTask;
        });
        Assert.True(reachedItsEnd);
    });

    [Fact]
    public void OperationCanceledException_IsCaughtByCatchException() => OnLoop(async () =>
    {
        Exception? caught = null;
        try
        {
            await Sleep(10, new CancellationToken(canceled: true));
        }
        catch (Exception e)
        {
            caught = e;
        }

        Assert.IsAssignableFrom<OperationCanceledException>(caught);
    });

    [Fact]
    public void Cancellation_Swallowed_ChildCountsAsASuccess() => OnLoop(async () =>
    {
        ChildTask? child = null;
        await TaskGroup.RunAsync(group =>
        {
            child = group.Start(async token =>
            {
                try
                {
                    await Sleep(10_000, token);
                }
                catch (OperationCanceledException)
                {
                    // forgotten: throw
                }
            });
            group.Cancel();
            return Task.CompletedTask;
        });
        Assert.Equal(ChildTaskStatus.Succeeded, child!.Status);
    });

    [Fact]
    public void TaskGroupException_TwoChildrenFail_HoldsBothErrors() => OnLoop(async () =>
    {
        var errors = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(group =>
        {
            group.Start(_ => FailAsync<IOException>(10));
            group.Start(_ => FailAsync<FormatException>(10));
            return Task.CompletedTask;
        }));
        Assert.True(errors.Contains<IOException>());
        Assert.True(errors.Contains<FormatException>());
    });

    [Fact]
    public void TimeoutScope_DeadlinePasses_ThrowsTimeoutException() => OnLoop(() =>
        Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunAsync(Ms(10), scope => Sleep(50, scope.Token))));

    [Fact]
    public void TimeoutScope_CallerCancels_IsNoTimeout() => OnLoop(async () =>
    {
        using var caller = new CancellationTokenSource(Ms(5), Clock);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TimeoutScope.RunAsync(Ms(10), scope => Sleep(50, scope.Token), caller.Token));
    });

    [Fact]
    public void Reschedule_LaterDeadline_GivesMoreTime() => OnLoop(() => TimeoutScope.RunAsync(Ms(10), async scope =>
    {
        scope.Reschedule(Ms(100));
        await Sleep(50, scope.Token);
    }));

    [Fact]
    public void WaitAsync_TimesOut_TheWorkGoesOn() => OnLoop(async () =>
    {
        var work = Sleep(50, default);
        await Assert.ThrowsAsync<TimeoutException>(() => work.WaitAsync(Ms(10), Clock));
        Assert.False(work.IsCompleted);
        await work;
    });

    [Fact]
    public void Shield_CancelledAround_RunsToItsEndAndIsWaitedFor() => OnLoop(async () =>
    {
        var cleaned = false;
        var inTime = await TimeoutScope.TryRunAsync(Ms(10), async scope =>
        {
            try
            {
                await Sleep(50, scope.Token);
            }
            finally
            {
                await Shield.RunAsync(async token =>
                {
                    await Sleep(20, token);
                    cleaned = true;
                });
            }
        });
        Assert.False(inTime);
        Assert.True(cleaned);
    });

    [Fact]
    public void Queue_Capacity_IsTheRoomAndNullIsNoLimit()
    {
        var bounded = new JoinableQueue<int>(1);
        Assert.True(bounded.TryPut(1));
        Assert.False(bounded.TryPut(2));
        Assert.Null(new JoinableQueue<int>().Capacity);
        Assert.Throws<ArgumentOutOfRangeException>(() => new JoinableQueue<int>(0));
    }

    [Fact]
    public void PutAndGet_GivenAToken_WaitUntilTheyMay() => OnLoop(() => TaskGroup.RunAsync(async group =>
    {
        var queue = new JoinableQueue<int>(1);
        var taker = group.Start(async token => await queue.GetAsync(token));
        await queue.PutAsync(7, group.Token);
        Assert.Equal(7, await taker.Completion);
    }));

    [Fact]
    public void TryGet_Empty_ReturnsFalseAndThrowsNothing() => Assert.False(new JoinableQueue<int>().TryGet(out _));

    [Fact]
    public void MarkDone_MoreOftenThanPut_Throws() => Assert.Throws<InvalidOperationException>(() => new JoinableQueue<int>().MarkDone());

    [Fact]
    public void Join_ItemTakenAndNotMarkedDone_Waits() => OnLoop(async () =>
    {
        var queue = new JoinableQueue<int>();
        await queue.PutAsync(1);
        var join = queue.JoinAsync();
        await queue.GetAsync();
        await Sleep(10, default);
        Assert.False(join.IsCompleted);
        queue.MarkDone();
        await join;
    });

    [Fact]
    public void Shutdown_Empty_GetThrowsQueueShutDownException() => OnLoop(async () =>
    {
        var queue = new JoinableQueue<int>();
        queue.Shutdown();
        await Assert.ThrowsAsync<QueueShutDownException>(async () => await queue.GetAsync());
    });

    [Fact]
    public void OtherQueues_PriorityAndLifo_GiveInTheirOrder()
    {
        var byPriority = new PriorityJoinableQueue<string, int>();
        Assert.True(byPriority.TryPut(("later", 2)));
        Assert.True(byPriority.TryPut(("first", 1)));
        Assert.True(byPriority.TryGet(out var first));
        Assert.Equal("first", first.Element);

        var stack = new LifoJoinableQueue<int>();
        Assert.True(stack.TryPut(1));
        Assert.True(stack.TryPut(2));
        Assert.True(stack.TryGet(out var last));
        Assert.Equal(2, last);
    }

    [Fact]
    public void Delay_OnTheLoopsClock_TakesVirtualTime()
    {
        var report = EventLoop.Run(() => Sleep(3_600_000, default));
        Assert.Equal(TimeSpan.FromHours(1), report.VirtualElapsed);
        Assert.Equal(0, report.ForeignPosts);
    }

    [Fact]
    public void Yield_TwoTasks_TakeTurns()
    {
        var turns = new List<string>();
        OnLoop(() => TaskGroup.RunAsync(group =>
        {
            foreach (var name in (string[])["a", "b"])
            {
                group.Start(async _ =>
                {
                    turns.Add(name);
                    await Task.Yield();
                    turns.Add(name);
                });
            }

            return Task.CompletedTask;
        }));
        Assert.Equal(["a", "b", "a", "b"], turns);
    }

    [Fact]
    public void TimeProvider_Timestamps_AreTheLoopsTime() => OnLoop(async () =>
    {
        var start = Clock.GetTimestamp();
        await Sleep(10, default);
        Assert.Equal(Ms(10), Clock.GetElapsedTime(start));
    });

    [Fact]
    public void SemaphoreSlim_OnePlace_IsALock() => OnLoop(async () =>
    {
        using var gate = new SemaphoreSlim(1);
        var (inside, most) = (0, 0);
        await TaskGroup.RunAsync(group =>
        {
            for (var i = 0; i < 3; i++)
            {
                group.Start(async token =>
                {
                    await gate.WaitAsync(token);
                    most = Math.Max(most, ++inside);
                    await Sleep(10, token);
                    inside--;
                    gate.Release();
                });
            }

            return Task.CompletedTask;
        });
        Assert.Equal(1, most);
    });

    [Fact]
    public void AsyncLocal_ChildSeesIt_WhatItWritesDoesNotComeBack() => OnLoop(async () =>
    {
        var order = new AsyncLocal<int> { Value = 1 };
        await TaskGroup.RunAsync(group =>
        {
            group.Start(_ =>
            {
                Assert.Equal(1, order.Value);
                order.Value = 2;
                return Task.CompletedTask;
            });
            return Task.CompletedTask;
        });
        Assert.Equal(1, order.Value);
    });

    [Fact]
    public void TaskRun_FromTheLoop_LeavesIt() => OnLoop(async () =>
    {
        var loops = Environment.CurrentManagedThreadId;
        Assert.NotEqual(loops, await Task.Run(() => Environment.CurrentManagedThreadId));
        Assert.Equal(loops, Environment.CurrentManagedThreadId);
    });

    [Fact]
    public void Race_FirstToSucceed_Wins() => OnLoop(async () => Assert.Equal("quick", await TaskGroup.RaceAsync<string>(race =>
    {
        race.Start(async token =>
        {
            await Sleep(50, token);
            return "slow";
        });
        race.Start(async token =>
        {
            await Sleep(10, token);
            return "quick";
        });
        return Task.CompletedTask;
    })));

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static Task Sleep(int milliseconds, CancellationToken token) => Task.Delay(Ms(milliseconds), Clock, token);

    private static async Task FailAsync<TException>(int after)
        where TException : Exception, new()
    {
        await Sleep(after, default);
        throw new TException();
    }

    private static void OnLoop(Func<Task> program)
    {
        var report = EventLoop.Run(program, new EventLoopOptions { WaitForThreadPool = true }); // one row goes there, and on a busy machine it may be slow to begin
        if (report.Error is { } error)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
        Assert.Equal(Outcome.Completed, report.Outcome);
    }

    private static string Document([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", "asyncio-to-csharp.md"));
}
