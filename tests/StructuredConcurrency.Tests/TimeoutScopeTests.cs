using StructuredConcurrency.Simulation;

namespace StructuredConcurrency.Tests;

public sealed class TimeoutScopeTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public void RunAsync_BodyTooSlow_ThrowsTimeoutAtTheDeadline() => OnLoop(async () =>
    {
        TimeoutScope? kept = null;
        var error = await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunAsync(s_second, scope =>
        {
            kept = scope;
            return Sleep(60, scope.Token);
        }));
        Assert.IsAssignableFrom<OperationCanceledException>(error.InnerException);
        Assert.Contains("1.000 s", error.Message, StringComparison.Ordinal);
        Assert.True(kept!.Expired);
        Assert.Equal(1.0, Now());
    });

    [Fact]
    public void RunAsync_BodyInTime_ReturnsItsValue() => OnLoop(async () =>
    {
        TimeoutScope? kept = null;
        Assert.Equal(3, await TimeoutScope.RunAsync(s_second, async scope =>
        {
            kept = scope;
            Assert.Equal(TimeoutScopeState.Active, scope.State);
            Assert.Equal(s_second, scope.Remaining);
            await Sleep(0.5, scope.Token);
            Assert.Equal(s_second / 2, scope.Remaining);
            return 3;
        }));
        Assert.Equal(TimeoutScopeState.Finished, kept!.State);
        Assert.False(kept.Expired);
    });

    [Theory]
    [InlineData(null)]
    [InlineData(-1.0)]
    public void RunAsync_NoDeadline_NeverExpires(double? milliseconds) => OnLoop(() =>
        TimeoutScope.RunAsync(milliseconds is { } ms ? TimeSpan.FromMilliseconds(ms) : null, async scope =>
        {
            Assert.Null(scope.Deadline);
            Assert.Null(scope.Remaining);
            await Sleep(100_000, scope.Token);
        }));

    [Fact]
    public void RunAsync_Zero_StartsTheBodyWithACancelledToken() => OnLoop(async () =>
    {
        var started = false;
        await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunAsync(TimeSpan.Zero, scope =>
        {
            started = scope.Token.IsCancellationRequested;
            return Sleep(1, scope.Token);
        }));
        Assert.True(started);
    });

    [Fact]
    public void RunAsync_Negative_ThrowsBeforeTheBody() => OnLoop(async () =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("timeout", () => TimeoutScope.RunAsync(TimeSpan.FromSeconds(-2), _ => throw new Boom())));

    [Fact]
    public void RunAsync_BodyFailsInTime_PassesItsExceptionUnchanged() => OnLoop(async () =>
    {
        var boom = new Boom();
        Assert.Same(boom, await Assert.ThrowsAsync<Boom>(() => TimeoutScope.RunAsync(s_second, _ => Task.FromException(boom))));
    });

    [Fact]
    public void RunAsync_BodyFailsInItsCleanupAfterTheDeadline_PassesThatExceptionUnchanged() => OnLoop(async () =>
    {
        TimeoutScope? kept = null;
        await Assert.ThrowsAsync<Boom>(() => TimeoutScope.RunAsync(s_second, async scope =>
        {
            kept = scope;
            try
            {
                await Sleep(60, scope.Token);
            }
            finally
            {
                throw new Boom();
            }
        }));
        Assert.True(kept!.Expired);
    });

    [Fact]
    public void RunAsync_CallerCancels_IsNotATimeout() => OnLoop(async () =>
    {
        using var caller = new CancellationTokenSource(TimeSpan.FromSeconds(0.5), EventLoop.Current!.TimeProvider);
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TimeoutScope.RunAsync(s_second, scope => Sleep(60, scope.Token), caller.Token));
        Assert.Equal(caller.Token, error.CancellationToken);
        Assert.Equal(0.5, Now());
    });

    [Fact]
    public void RunAsync_CallerCancelsAndTheDeadlinePasses_IsNotATimeout() => OnLoop(async () =>
    {
        using var caller = new CancellationTokenSource(s_second, EventLoop.Current!.TimeProvider);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TimeoutScope.RunAsync(s_second, scope => Sleep(60, scope.Token), caller.Token));
    });

    [Fact]
    public void RunAsync_BodyFinishesInSpiteOfTheDeadline_ReturnsItsValue() => OnLoop(async () =>
    {
        TimeoutScope? kept = null;
        Assert.Equal(1, await TimeoutScope.RunAsync(s_second, async scope =>
        {
            kept = scope;
            await Sleep(2, CancellationToken.None);
            return 1;
        }));
        Assert.True(kept!.Expired);
    });

    [Fact]
    public void RunAsync_NestedWithEqualDeadlines_TheOuterReports() => OnLoop(async () =>
    {
        await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunAsync(s_second, async outer =>
        {
            var inner = await Assert.ThrowsAnyAsync<Exception>(() => TimeoutScope.RunAsync(s_second, scope => Sleep(60, scope.Token), outer.Token));
            Assert.IsAssignableFrom<OperationCanceledException>(inner);
            Assert.True(outer.Token.IsCancellationRequested);
            throw inner;
        }));
    });

    [Fact]
    public void RunAsync_EqualDeadlinesWithAGroupBetween_TheOuterReports() => OnLoop(async () =>
        await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunAsync(s_second, outer => TaskGroup.RunAsync(
            g =>
            {
                g.Start(token => TimeoutScope.RunAsync(s_second, scope => Sleep(60, scope.Token), token));
                return Task.CompletedTask;
            },
            outer.Token))));

    [Fact]
    public void RunAsync_InnerDeadlineEarlier_TheInnerReportsAndTheOuterStillFires() => OnLoop(async () =>
    {
        await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunAsync(2 * s_second, async outer =>
        {
            await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunAsync(s_second, scope => Sleep(60, scope.Token), outer.Token));
            Assert.Equal(1.0, Now());
            await Sleep(60, outer.Token);
        }));
        Assert.Equal(2.0, Now());
    });

    [Fact]
    public void RunAsync_InsideAScopeThatHasEnded_ReportsItsOwnTimeout() => OnLoop(async () =>
    {
        var outerEnded = new TaskCompletionSource();
        Task? stray = null;
        await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunAsync(s_second, outer =>
        {
            stray = StrayAsync();
            return Sleep(60, outer.Token);
        }));
        outerEnded.SetResult();
        await Assert.ThrowsAsync<TimeoutException>(() => stray!);

        async Task StrayAsync()
        {
            await outerEnded.Task;
            await TimeoutScope.RunAsync(s_second, scope => Sleep(60, scope.Token));
        }
    });

    [Fact]
    public void RunAsync_LongestTimeoutWhileObserved_IsADeadlineLikeAnother() => OnLoop(async () =>
    {
        await Sleep(1, CancellationToken.None);
        Assert.Equal(1, await TimeoutScope.RunAsync(TimeSpan.MaxValue, scope =>
        {
            Assert.Equal(DateTimeOffset.MaxValue, scope.Deadline);
            return Task.FromResult(1);
        }));
    });

    [Fact]
    public void RunAsync_AroundAGroup_ChildrenCancelledMakeATimeoutAndAFailedCleanupMakesAGroupException() => OnLoop(async () =>
    {
        await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunAsync(s_second, scope => GroupAsync(scope.Token, static t => Sleep(60, t))));
        await Assert.ThrowsAsync<TaskGroupException>(() => TimeoutScope.RunAsync(s_second, scope => GroupAsync(scope.Token, static async t =>
        {
            try
            {
                await Sleep(60, t);
            }
            finally
            {
                throw new Boom();
            }
        })));

        static Task GroupAsync(CancellationToken token, Func<CancellationToken, Task> work) => TaskGroup.RunAsync(
            g =>
            {
                g.Start(work);
                return Task.CompletedTask;
            },
            token);
    });

    [Fact]
    public void RunAsync_InAChild_TimeoutIsAnErrorOfTheGroup() => OnLoop(async () =>
    {
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(g =>
        {
            g.Start(token => TimeoutScope.RunAsync(s_second, scope => Sleep(60, scope.Token), token));
            return Task.CompletedTask;
        }));
        Assert.True(error.Contains<TimeoutException>());
    });

    [Fact]
    public void RunUntilAsync_PointInTime_ExpiresThere() => OnLoop(async () =>
    {
        var clock = EventLoop.Current!.TimeProvider;
        await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunUntilAsync(clock.GetUtcNow() + s_second, scope =>
        {
            Assert.Equal(clock.GetUtcNow() + s_second, scope.Deadline);
            return Sleep(60, scope.Token);
        }));
        Assert.Equal(1.0, Now());
        Assert.Equal(4, await TimeoutScope.RunUntilAsync(null, _ => Task.FromResult(4)));
    });

    [Fact]
    public void RunUntilAsync_InThePast_StartsTheBodyWithACancelledToken() => OnLoop(async () =>
    {
        var started = false;
        await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunUntilAsync(DateTimeOffset.UnixEpoch, scope =>
        {
            started = scope.Token.IsCancellationRequested;
            return Sleep(1, scope.Token);
        }));
        Assert.True(started);
    });

    [Fact]
    public void TryRunAsync_SaysWhetherTheBodyEndedInTimeAndRethrowsEverythingElse() => OnLoop(async () =>
    {
        Assert.True(await TimeoutScope.TryRunAsync(s_second, scope => Sleep(0.5, scope.Token)));
        Assert.False(await TimeoutScope.TryRunAsync(s_second, scope => Sleep(60, scope.Token)));
        await Assert.ThrowsAsync<Boom>(() => TimeoutScope.TryRunAsync(s_second, _ => throw new Boom()));
        await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.TryRunAsync(s_second, _ => throw new TimeoutException("another's")));
        using var caller = new CancellationTokenSource(s_second / 2, EventLoop.Current!.TimeProvider);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TimeoutScope.TryRunAsync(s_second, scope => Sleep(60, scope.Token), caller.Token));
    });

    [Theory]
    [InlineData(3.0, 3.0)]
    [InlineData(0.25, 0.5)]
    [InlineData(0.0, 0.25)]
    public void Reschedule_LaterOrEarlierOrNow_MovesTheDeadlineFromNow(double timeout, double expected) => OnLoop(async () =>
    {
        await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunAsync(s_second, async scope =>
        {
            await Sleep(timeout == 3.0 ? 0 : 0.25, scope.Token);
            scope.Reschedule(TimeSpan.FromSeconds(timeout));
            Assert.Equal(TimeSpan.FromSeconds(timeout), scope.Remaining);
            await Sleep(60, scope.Token);
        }));
        Assert.Equal(expected, Now());
    });

    [Fact]
    public void Reschedule_Null_TakesTheDeadlineAwayAndAnotherSetsItAgain() => OnLoop(async () =>
    {
        await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunAsync(s_second, async scope =>
        {
            scope.Reschedule(null);
            await Sleep(5, scope.Token);
            Assert.Null(scope.Deadline);
            scope.RescheduleAt(EventLoop.Current!.TimeProvider.GetUtcNow() + s_second);
            await Sleep(60, scope.Token);
        }));
        Assert.Equal(6.0, Now());
    });

    [Fact]
    public void Reschedule_AfterExpiryOrEnd_ThrowsAndNamesTheState() => OnLoop(async () =>
    {
        TimeoutScope? kept = null;
        await TimeoutScope.RunAsync(s_second, scope =>
        {
            kept = scope;
            return Task.CompletedTask;
        });
        Assert.Contains("Finished", Assert.Throws<InvalidOperationException>(() => kept!.Reschedule(s_second)).Message, StringComparison.Ordinal);
        await TimeoutScope.TryRunAsync(s_second, async scope =>
        {
            kept = scope;
            await Sleep(60, scope.Token);
        });
        Assert.Contains("Expired", Assert.Throws<InvalidOperationException>(() => kept!.RescheduleAt(null)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => kept!.Reschedule(TimeSpan.FromSeconds(-2)));
    });

    [Fact]
    public async Task RunAsync_TimerThatComesEarly_NeitherExpiresTheScopeNorLosesTheTimeout()
    {
        var clock = new ManualClock();
        var running = TimeoutScope.RunAsync(s_second, scope => Forever.WaitAsync(scope.Token), timeProvider: clock);
        clock.Pass(s_second - TimeSpan.FromTicks(1));
        clock.FireAll();
        Assert.False(running.IsCompleted);
        clock.Pass(TimeSpan.FromTicks(1));
        clock.FireAll();
        await Assert.ThrowsAsync<TimeoutException>(() => running);
    }

    private static Task Sleep(double seconds, CancellationToken token) => Task.Delay(TimeSpan.FromSeconds(seconds), EventLoop.Current!.TimeProvider, token);

    private static double Now() => (EventLoop.Current!.TimeProvider.GetUtcNow() - new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero)).TotalSeconds;

    private static void OnLoop(Func<Task> test) => Floor.Loop.RunAsync(test).GetAwaiter().GetResult();
}
