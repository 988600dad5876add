using StructuredConcurrency.Simulation;

namespace StructuredConcurrency.Tests.Asyncio;

/// <summary>What asyncio's own tests ask of its timeout, asked of ours, in virtual time. Which of them each test answers: README.md.</summary>
public sealed class AsyncioTimeoutCases
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RunAsync_BodyOutlastsTheDeadline_TimesOutAtIt(bool absolute) => OnLoop(async () =>
    {
        TimeoutScope? kept = null;
        var deadline = Clock.GetUtcNow() + Ms(10);
        await Assert.ThrowsAsync<TimeoutException>(() => absolute
            ? TimeoutScope.RunUntilAsync(deadline, BodyAsync)
            : TimeoutScope.RunAsync(Ms(10), BodyAsync));
        Assert.True(kept!.Expired);
        Assert.Equal(deadline, kept.Deadline);
        Assert.Equal(deadline, Clock.GetUtcNow());

        Task BodyAsync(TimeoutScope scope)
        {
            kept = scope;
            return Sleep(10_000, scope.Token);
        }
    });

    [Fact]
    public void RunUntilAsync_NestedAtOneInstant_OnlyTheOutermostTimesOut() => OnLoop(async () =>
    {
        TimeoutScope? outer = null, inner = null;
        var passedThrough = false;
        var deadline = Clock.GetUtcNow() + Ms(10);
        await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunUntilAsync(deadline, async first =>
        {
            outer = first;
            try
            {
                await TimeoutScope.RunUntilAsync(
                    deadline,
                    second =>
                    {
                        inner = second;
                        return Sleep(10_000, second.Token);
                    },
                    first.Token);
            }
            catch (OperationCanceledException)
            {
                passedThrough = true;
                throw;
            }
        }));
        Assert.True(passedThrough);
        Assert.True(outer!.Expired);
        Assert.True(inner!.Expired);
    });

    [Fact]
    public void RunAsync_DeadlinePasses_TheBodySeesACancellation() => OnLoop(async () =>
    {
        var seen = false;
        await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunAsync(Ms(10), async scope =>
        {
            try
            {
                await Sleep(10_000, scope.Token);
            }
            catch (OperationCanceledException)
            {
                seen = true;
                throw;
            }
        }));
        Assert.True(seen);
    });

    [Fact]
    public void RunAsync_BodyEndsInTime_IsNotExpiredAndItsDeadlineLiesAhead() => OnLoop(async () =>
    {
        TimeoutScope? kept = null;
        await TimeoutScope.RunAsync(Ms(10_000), scope => Keep(scope, out kept));
        Assert.False(kept!.Expired);
        Assert.True(kept.Deadline > Clock.GetUtcNow());
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RunAsync_NoDeadline_HasNoneAndDoesNotExpire(bool absolute) => OnLoop(async () =>
    {
        TimeoutScope? kept = null;
        await (absolute
            ? TimeoutScope.RunUntilAsync(null, scope => Keep(scope, out kept))
            : TimeoutScope.RunAsync(null, scope => Keep(scope, out kept)));
        Assert.False(kept!.Expired);
        Assert.Null(kept.Deadline);
    });

    [Theory]
    [InlineData(0, 10_000)]
    [InlineData(0, 0)]
    [InlineData(-11, 0)]
    public void RunUntilAsync_DeadlineNowOrPast_TimesOutAtTheFirstAwait(int milliseconds, int sleep) => OnLoop(async () =>
    {
        TimeoutScope? kept = null;
        var now = Clock.GetUtcNow();
        await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunUntilAsync(now + Ms(milliseconds), scope =>
        {
            kept = scope;
            return Sleep(sleep, scope.Token);
        }));
        Assert.True(kept!.Expired);
        Assert.True(kept.Deadline <= now);
        Assert.Equal(now, Clock.GetUtcNow());
    });

    [Fact]
    public void RunAsync_BodyFailsInTime_PassesTheErrorOn() => OnLoop(async () =>
    {
        TimeoutScope? kept = null;
        await Assert.ThrowsAsync<Boom>(() => TimeoutScope.RunAsync(Ms(10), scope =>
        {
            kept = scope;
            throw new Boom();
        }));
        Assert.False(kept!.Expired);
    });

    [Fact]
    public void RunAsync_DeadlinePassesWhileAnErrorIsHandled_TimesOut() => OnLoop(async () =>
    {
        var timeout = await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunAsync(Ms(10), async scope =>
        {
            try
            {
                throw new Boom();
            }
            finally
            {
                await Sleep(1_000, scope.Token);
            }
        }));
        Assert.IsAssignableFrom<OperationCanceledException>(timeout.InnerException);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RunAsync_CleanUpFailsAfterTheDeadline_PassesTheErrorOn(bool afterAnotherError) => OnLoop(async () =>
    {
        TimeoutScope? kept = null;
        await Assert.ThrowsAsync<Boom>(() => TimeoutScope.RunAsync(Ms(10), async scope =>
        {
            kept = scope;
            try
            {
                try
                {
                    if (afterAnotherError)
                        throw new NotSupportedException();
                }
                finally
                {
                    await Sleep(1_000, scope.Token);
                }
            }
            finally
            {
                Fail();
            }
        }));
        Assert.True(kept!.Expired);
    });

    [Fact]
    public void RunAsync_CallerCancelsInTime_IsNoTimeout() => OnLoop(async () =>
    {
        using var caller = new CancellationTokenSource();
        TimeoutScope? kept = null;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TimeoutScope.RunAsync(
            Ms(10_000),
            scope =>
            {
                kept = scope;
                caller.Cancel();
                return Sleep(10_000, scope.Token);
            },
            caller.Token));
        Assert.False(kept!.Expired);
    });

    [Fact]
    public void RunAsync_TimedOutInAChildThatCatchesIt_ChildSucceeds() => OnLoop(async () =>
    {
        ChildTask? child = null;
        await TaskGroup.RunAsync(group =>
        {
            child = group.Start(token => Assert.ThrowsAsync<TimeoutException>(
                () => TimeoutScope.RunAsync(Ms(1), scope => Sleep(10_000, scope.Token), token)));
            return Task.CompletedTask;
        });
        Assert.Equal(ChildTaskStatus.Succeeded, child!.Status);
    });

    [Fact]
    public async Task RunAsync_NestedAndTheClockPassesTheInnerDeadlineWhileCodeRuns_BothTimeOutInTurn()
    {
        // The loop's clock stands still while code runs, so the busy code is time that passes on a clock set by hand.
        var clock = new ManualClock();
        await Floor.ThreadPool.RunAsync(async () =>
        {
            await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunAsync(
                Ms(100),
                async outer =>
                {
                    await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunAsync(
                        Ms(10),
                        inner =>
                        {
                            clock.Advance(Ms(50)); // busy
                            return Forever.WaitAsync(inner.Token);
                        },
                        outer.Token,
                        clock));
                    Assert.False(outer.Expired);
                    clock.Advance(Ms(50));
                    await Forever.WaitAsync(outer.Token);
                },
                default,
                clock));
        });
    }

    [Fact]
    public async Task RunAsync_NestedAndTheClockPassesTheOuterDeadlineWhileCodeRuns_TheOuterTimesOut()
    {
        var clock = new ManualClock();
        await Floor.ThreadPool.RunAsync(async () =>
        {
            await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunAsync(
                Ms(2),
                async outer =>
                {
                    await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TimeoutScope.RunAsync(
                        Ms(100),
                        inner =>
                        {
                            clock.Advance(Ms(10)); // busy
                            return Forever.WaitAsync(inner.Token);
                        },
                        outer.Token,
                        clock));
                    await Forever.WaitAsync(outer.Token);
                },
                default,
                clock));
        });
    }

    [Fact]
    public void RescheduleAt_FromAnotherTask_MovesTheDeadlineOrTakesItAway() => OnLoop(async () =>
    {
        using var caller = new CancellationTokenSource();
        TimeoutScope? scope = null;
        var first = Clock.GetUtcNow() + Ms(10);
        var run = TimeoutScope.RunUntilAsync(
            first,
            opened =>
            {
                scope = opened;
                return Sleep(50_000, opened.Token);
            },
            caller.Token);
        Assert.Equal(first, scope!.Deadline);
        scope.RescheduleAt(first + Ms(20));
        Assert.Equal(first + Ms(20), scope.Deadline);
        scope.RescheduleAt(null);
        Assert.Null(scope.Deadline);
        await Sleep(1_000, default);
        caller.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.False(scope.Expired);
    });

    [Fact]
    public void State_WhileItRunsAndAfterwards_SaysWhereTheScopeStands() => OnLoop(async () =>
    {
        TimeoutScope? kept = null;
        await TimeoutScope.RunAsync(Ms(10), scope =>
        {
            Assert.Equal(TimeoutScopeState.Active, scope.State);
            return Keep(scope, out kept);
        });
        Assert.Equal(TimeoutScopeState.Finished, kept!.State);

        Assert.False(await TimeoutScope.TryRunAsync(Ms(10), scope =>
        {
            kept = scope;
            return Sleep(10_000, scope.Token);
        }));
        Assert.Equal(TimeoutScopeState.Expired, kept.State);
    });

    [Fact]
    public void RunAsync_InTheCleanUpAfterATimeout_TimesOutOnItsOwn() => OnLoop(async () =>
    {
        TimeoutException? second = null;
        var start = Clock.GetUtcNow();
        var first = await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunAsync(Ms(10), async scope =>
        {
            try
            {
                await Sleep(1_000, scope.Token);
            }
            finally
            {
                // The scope's token stays cancelled: a clean-up that awaits stands in a shield.
                second = await Assert.ThrowsAsync<TimeoutException>(() => Shield.RunAsync(
                    token => TimeoutScope.RunAsync(Ms(10), inner => Sleep(10_000, inner.Token), token)));
            }
        }));
        Assert.NotSame(first, second);
        Assert.NotSame(first.InnerException, second!.InnerException);
        Assert.Equal(start + Ms(20), Clock.GetUtcNow());
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    public void RunAsync_InTheCleanUpAfterACancellation_TimesOutOnItsOwn(int timeout) => OnLoop(async () =>
    {
        using var caller = new CancellationTokenSource();
        caller.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Sleep(1_000, caller.Token));
        await Assert.ThrowsAsync<TimeoutException>(() => Shield.RunAsync(
            token => TimeoutScope.RunAsync(Ms(timeout), scope => Sleep(10_000, scope.Token), token)));
    });

    [Fact]
    public void RunAsync_CancelledAgainInTheCleanUpAfterACancellation_IsNoTimeout() => OnLoop(async () =>
    {
        using CancellationTokenSource first = new(), second = new();
        first.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Sleep(1_000, first.Token));
        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TimeoutScope.RunAsync(
            Ms(1_000),
            scope =>
            {
                second.Cancel();
                return Sleep(2_000, scope.Token);
            },
            second.Token));
        Assert.Equal(second.Token, e.CancellationToken);
    });

    [Fact]
    public void RunAsync_TimesOut_TheBodysCancellationIsTheCause() => OnLoop(async () =>
    {
        OperationCanceledException? thrown = null;
        var timeout = await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunAsync(TimeSpan.Zero, async scope =>
        {
            thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Sleep(1_000, scope.Token));
            throw thrown;
        }));
        Assert.Same(thrown, timeout.InnerException);
    });

    [Fact]
    public void Reschedule_FinishedOrExpiredOrExpiring_ThrowsAndSaysWhich() => OnLoop(async () =>
    {
        TimeoutScope? kept = null;
        await TimeoutScope.RunAsync(Ms(10), scope => Keep(scope, out kept));
        Assert.Contains("Finished", Assert.Throws<InvalidOperationException>(() => kept!.Reschedule(Ms(20))).Message, StringComparison.Ordinal);

        await TimeoutScope.RunAsync(Ms(10), async scope =>
        {
            kept = scope;
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Sleep(1_000, scope.Token));
            Assert.Contains("Expired", Assert.Throws<InvalidOperationException>(() => scope.Reschedule(Ms(20))).Message, StringComparison.Ordinal);
        });
        Assert.Contains("Expired", Assert.Throws<InvalidOperationException>(() => kept!.Reschedule(Ms(20))).Message, StringComparison.Ordinal);
    });

    [Fact]
    public void RunAsync_AroundAGroupWhoseChildFailsInItsCleanUp_TheGroupsErrorPasses() => OnLoop(async () =>
    {
        TimeoutScope? kept = null;
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TimeoutScope.RunAsync(Ms(10), scope =>
        {
            kept = scope;
            return TaskGroup.RunAsync(
                async group =>
                {
                    group.Start(async token =>
                    {
                        try
                        {
                            await Sleep(2_000, token);
                        }
                        finally
                        {
                            Fail();
                        }
                    });
                    try
                    {
                        throw new NotSupportedException();
                    }
                    finally
                    {
                        await Sleep(1_000, group.Token);
                    }
                },
                scope.Token);
        }));
        Assert.IsType<Boom>(Assert.Single(error.InnerExceptions));
        Assert.True(kept!.Expired);
    });

    private static TimeProvider Clock => EventLoop.Current!.TimeProvider;

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static Task Sleep(int milliseconds, CancellationToken token) => Task.Delay(Ms(milliseconds), Clock, token);

    private static async Task Keep(TimeoutScope scope)
    {
        await Sleep(1, scope.Token);
    }

    private static Task Keep(TimeoutScope scope, out TimeoutScope kept)
    {
        kept = scope;
        return Keep(scope);
    }

    private static void Fail() => throw new Boom();

    private static void OnLoop(Func<Task> test) => Floor.Loop.RunAsync(test).GetAwaiter().GetResult();

    /// <summary>A clock that moves when told to, and fires what has become due.</summary>
    private sealed class ManualClock : TimeProvider
    {
        private readonly Lock _gate = new();
        private readonly List<ManualTimer> _timers = [];
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _now);

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(GetTimestamp());

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new ManualTimer(this, callback, state);
            timer.Change(dueTime, period);
            lock (_gate)
                _timers.Add(timer);
            return timer;
        }

        public void Advance(TimeSpan time)
        {
            Interlocked.Add(ref _now, time.Ticks);
            ManualTimer[] due;
            lock (_gate)
                due = [.. _timers];
            foreach (var timer in due)
                timer.FireIfDue();
        }

        private sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
        {
            private long _due = long.MaxValue;

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                Interlocked.Exchange(ref _due, dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : clock.GetTimestamp() + dueTime.Ticks);
                return true;
            }

            public void FireIfDue()
            {
                if (Interlocked.Read(ref _due) > clock.GetTimestamp())
                    return;
                Interlocked.Exchange(ref _due, long.MaxValue);
                callback(state);
            }

            public void Dispose() => Interlocked.Exchange(ref _due, long.MaxValue);

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
