namespace StructuredConcurrency.Tests.Museum;

/// <summary>
/// A timer may call back a little before the clock has reached the time it was set for: timer and clock do not tick together.
/// Code that drops such a call as "not due yet" waits for ever, since no other will come.
/// </summary>
/// <remarks>
/// Measured with <c>TimeProvider.System</c> on .NET 10.0.12, Linux: of 2,000 timers of 50 ms set within a few milliseconds of one another 520 came early, by
/// up to 1.6 ms; of 1,600 set one after the other, 5. Here a clock set by hand is early for certain.
/// </remarks>
public sealed class Trap25_TimersFireEarly
{
    internal static Task Trap(TimeSpan timeout, TimeProvider clock)
    {
        var over = new TaskCompletionSource();
        var start = clock.GetTimestamp();
        clock.CreateTimer(
            _ =>
            {
                if (clock.GetElapsedTime(start) >= timeout) // to be on the safe side …
                    over.SetResult();
            },
            null,
            timeout,
            Timeout.InfiniteTimeSpan);
        return over.Task;
    }

    internal static Task Answer(TimeSpan timeout, TimeProvider clock) =>
        TimeoutScope.TryRunAsync(timeout, scope => Task.Delay(Timeout.Infinite, scope.Token), timeProvider: clock);

    [Fact]
    public void Trap_TimerOneTickEarly_NoOtherTimerWillEverCome()
    {
        var clock = new ManualClock();
        var over = Trap(TimeSpan.FromSeconds(1), clock);
        FireOneTickEarly(clock);
        Assert.False(over.IsCompleted);
        Assert.Equal(0, clock.ArmedTimers);
    }

    [Fact]
    public async Task Answer_TimerOneTickEarly_IsSetOnceMore()
    {
        var clock = new ManualClock();
        var over = Answer(TimeSpan.FromSeconds(1), clock);
        FireOneTickEarly(clock);
        Assert.False(over.IsCompleted);
        Assert.Equal(1, clock.ArmedTimers);
        clock.Pass(TimeSpan.FromTicks(1));
        clock.FireAll();
        await over;
    }

    private static void FireOneTickEarly(ManualClock clock)
    {
        clock.Pass(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        clock.FireAll();
    }
}
