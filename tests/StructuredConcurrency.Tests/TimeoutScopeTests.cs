using StructuredConcurrency.Simulation;

namespace StructuredConcurrency.Tests;

public sealed class TimeoutScopeTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public void RunAsync_BodyTooSlow_SaysAfterHowLongAndEndsThen() => OnLoop(async () =>
    {
        var error = await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunAsync(s_second, scope => Sleep(60, scope.Token)));
        Assert.Contains("1.000 s", error.Message, StringComparison.Ordinal);
        Assert.Equal(1.0, Now());
    });

    [Fact]
    public void Remaining_WhileTheBodyRuns_CountsDownAndIsNothingWithoutADeadline() => OnLoop(() => TimeoutScope.RunAsync(s_second, async scope =>
    {
        Assert.Equal(s_second, scope.Remaining);
        await Sleep(0.5, scope.Token);
        Assert.Equal(s_second / 2, scope.Remaining);
        scope.Reschedule(null);
        Assert.Null(scope.Remaining);
        Assert.Null(scope.Deadline);
    }));

    [Fact]
    public void Timeout_Negative_IsRefusedByItsName() => OnLoop(() => TimeoutScope.RunAsync(s_second, async scope =>
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("timeout", () => TimeoutScope.RunAsync(TimeSpan.FromSeconds(-2), _ => throw new Boom()));
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => scope.Reschedule(TimeSpan.FromSeconds(-2)));
    }));

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
    public Task Reschedule_WhileTheOldDeadlineExpires_TheNewOneHolds()
    {
        var clock = new ManualClock();
        return TimeoutScope.RunAsync(
            s_second,
            scope =>
            {
                clock.Pass(s_second);
                clock.WhenRead = () => scope.Reschedule(s_second);
                clock.FireDue();
                Assert.Equal(TimeoutScopeState.Active, scope.State);
                clock.Pass(s_second);
                clock.FireDue();
                Assert.Equal(TimeoutScopeState.Expired, scope.State);
                return Task.CompletedTask;
            },
            timeProvider: clock);
    }

    [Fact]
    public Task Reschedule_TwiceAtTheSameTime_TheTimerIsSetToTheLast()
    {
        var clock = new ManualClock();
        return TimeoutScope.RunAsync(
            s_second,
            scope =>
            {
                clock.WhenRead = () => clock.WhenRead = () => scope.Reschedule(s_second); // read for the new deadline, and again to set the timer
                scope.Reschedule(s_second * 1_000);
                clock.Pass(s_second);
                clock.FireDue();
                Assert.Equal(TimeoutScopeState.Expired, scope.State);
                return Task.CompletedTask;
            },
            timeProvider: clock);
    }

    [Fact]
    public void TryRunAsync_OpenedWhenADeadlineAroundItHasPassed_ReportsItsOwn() => OnLoop(() => TimeoutScope.RunAsync(s_second, async outer =>
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Sleep(5, outer.Token));
        Assert.False(await TimeoutScope.TryRunAsync(s_second / 2, cleanUp => Sleep(5, cleanUp.Token)));
        Assert.Equal(1.5, Now());
    }));

    [Fact]
    public void TryRunAsync_DeadlineAroundItPassesAndIsNotHeard_ReportsItsOwn() => OnLoop(async () =>
        Assert.True(await TimeoutScope.TryRunAsync(s_second, async _ =>
        {
            Assert.False(await TimeoutScope.TryRunAsync(s_second * 2, deaf => Sleep(5, deaf.Token)));
            Assert.Equal(2.0, Now());
        })));

    [Fact]
    public void RunAsync_TwoEqualDeadlinesWhenOneAroundThemHasPassed_OuterOfTheTwoReports() => OnLoop(() => TimeoutScope.RunAsync(s_second, async expired =>
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Sleep(5, expired.Token));
        Assert.False(await TimeoutScope.TryRunAsync(s_second / 2, async outer =>
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TimeoutScope.RunAsync(s_second / 2, inner => Sleep(5, inner.Token)));
            outer.Token.ThrowIfCancellationRequested();
        }));
    }));

    private static Task Sleep(double seconds, CancellationToken token) => Task.Delay(TimeSpan.FromSeconds(seconds), EventLoop.Current!.TimeProvider, token);

    private static double Now() => (EventLoop.Current!.TimeProvider.GetUtcNow() - new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero)).TotalSeconds;

    private static void OnLoop(Func<Task> test) => Floor.Loop.RunAsync(test).GetAwaiter().GetResult();
}
