using StructuredConcurrency.Simulation;

namespace StructuredConcurrency.Tests.Museum;

/// <summary>
/// <c>task.WaitAsync(timeout)</c> ends the waiting, not the work.
/// The caller reports a failure, and later the work happens after all.
/// </summary>
public sealed class Trap15_WaitAsyncAbandonsTheWork
{
    internal static async Task<string> Trap(Func<CancellationToken, Task> charge, TimeProvider clock)
    {
        try
        {
            await charge(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(1), clock);
            return "paid";
        }
        catch (TimeoutException)
        {
            return "not paid"; // but it will be
        }
    }

    internal static async Task<string> Answer(Func<CancellationToken, Task> charge, TimeProvider clock)
    {
        try
        {
            await TimeoutScope.RunAsync(TimeSpan.FromSeconds(1), scope => charge(scope.Token), timeProvider: clock);
            return "paid";
        }
        catch (TimeoutException)
        {
            return "not paid";
        }
    }

    [Fact]
    public Task Trap_ChargeTakesTwoSeconds_SaysNotPaidAndChargesAllTheSame() => Floor.Loop.RunAsync(async () =>
        Assert.Equal(("not paid", 1), await Charge(Trap)));

    [Fact]
    public Task Answer_ChargeTakesTwoSeconds_SaysNotPaidAndChargesNothing() => Floor.Loop.RunAsync(async () =>
        Assert.Equal(("not paid", 0), await Charge(Answer)));

    private static async Task<(string Said, int Charged)> Charge(Func<Func<CancellationToken, Task>, TimeProvider, Task<string>> program)
    {
        var clock = EventLoop.Current!.TimeProvider;
        var charged = 0;
        var said = await program(
            async token =>
            {
                await Task.Delay(TimeSpan.FromSeconds(2), clock, token);
                charged++;
            },
            clock);
        Assert.Equal(0, charged);
        await Task.Delay(TimeSpan.FromHours(1), clock, CancellationToken.None);
        return (said, charged);
    }
}
