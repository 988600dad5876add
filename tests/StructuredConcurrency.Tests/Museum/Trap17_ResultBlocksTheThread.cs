using StructuredConcurrency.Simulation;

namespace StructuredConcurrency.Tests.Museum;

/// <summary>
/// <c>.Result</c> keeps a thread until the task has ended, and where only that thread could end it, both wait for ever.
/// With a group that waits for its children it looks as if the group hung.
/// </summary>
public sealed class Trap17_ResultBlocksTheThread
{
    internal static Task<int> Trap(Func<CancellationToken, Task<int>> price) => TaskGroup.RunAsync(async group =>
    {
        var coffee = group.Start(async token => price(token).Result);
        var cake = group.Start(async token => price(token).Result);
        return await coffee.Completion + await cake.Completion;
    });

    internal static Task<int> Answer(Func<CancellationToken, Task<int>> price) => TaskGroup.RunAsync(async group =>
    {
        var coffee = group.Start(price);
        var cake = group.Start(price);
        return await coffee.Completion + await cake.Completion;
    });

    [Fact]
    public void Trap_OnOneThread_WouldWaitForEver()
    {
        var report = EventLoop.Run(() => Trap(Price));
        Assert.Equal(Outcome.BlockedThread, report.Outcome);
        Assert.IsType<BlockedThreadException>(report.Error);
    }

    [Fact]
    public void Answer_OnOneThread_BothPricesAreAskedForAtOnce()
    {
        var total = 0;
        var report = EventLoop.Run(async () => total = await Answer(Price));
        Assert.Equal((Outcome.Completed, 6, TimeSpan.FromSeconds(1)), (report.Outcome, total, report.VirtualElapsed));
    }

    private static async Task<int> Price(CancellationToken token)
    {
        await Task.Delay(TimeSpan.FromSeconds(1), EventLoop.Current!.TimeProvider, token);
        return 3;
    }
}
