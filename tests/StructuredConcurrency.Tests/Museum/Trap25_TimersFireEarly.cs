using System.Diagnostics;

namespace StructuredConcurrency.Tests.Museum;

/// <summary>
/// A timer may call back a little before the clock has reached the time it was set for: timer and clock do not tick together.
/// Code that drops such a call as "not due yet" waits for ever, since no other will come.
/// </summary>
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

    /// <summary>Run by hand: what the machine's own timers do is no matter for a test that must not depend on luck.</summary>
    [Fact(Explicit = true)]
    public async Task Measure_TimersOfThisMachine_HowManyComeEarly()
    {
        var early = 0;
        for (var i = 0; i < 300; i++)
        {
            var over = new TaskCompletionSource<TimeSpan>();
            var start = Stopwatch.GetTimestamp();
            var due = TimeSpan.FromMilliseconds(5);
            await using var timer = TimeProvider.System.CreateTimer(_ => over.SetResult(Stopwatch.GetElapsedTime(start)), null, due, Timeout.InfiniteTimeSpan);
            early += await over.Task < due ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{early} of 300 came early");
    }

    private static void FireOneTickEarly(ManualClock clock)
    {
        clock.Pass(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        clock.FireAll();
    }
}
