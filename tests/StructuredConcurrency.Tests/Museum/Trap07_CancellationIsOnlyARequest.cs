using StructuredConcurrency.Simulation;

namespace StructuredConcurrency.Tests.Museum;

/// <summary>
/// Cancelling a token throws nothing into running code: work that does not look at the token runs to its end, and succeeds.
/// <c>Task.Run(work, token)</c> does not change that; its token only keeps work from starting.
/// </summary>
public sealed class Trap07_CancellationIsOnlyARequest
{
    internal static Task Trap(Func<Task> deliver, CancellationToken token) => Task.Run(deliver, token);

    internal static Task Answer(Func<CancellationToken, Task> deliver, CancellationToken token) => TaskGroup.RunAsync(
        async group =>
        {
            group.Start(deliver, "courier"); // which is handed a token: no work can overlook it
        },
        token);

    [Fact]
    public async Task Trap_CancelledWhileItRuns_RunsOnAndSucceeds()
    {
        using var source = new CancellationTokenSource();
        var (started, finish) = (new TaskCompletionSource(), new TaskCompletionSource());
        var delivery = Trap(
            () =>
            {
                started.SetResult();
                return finish.Task;
            },
            source.Token);
        await started.Task;
        source.Cancel();
        finish.SetResult();
        await delivery;
        Assert.Equal(TaskStatus.RanToCompletion, delivery.Status);
    }

    [Fact]
    public async Task Answer_WorkThatLooksAtItsToken_IsStopped()
    {
        using var source = new CancellationTokenSource();
        var delivery = Answer(Forever.WaitAsync, source.Token);
        source.Cancel();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => delivery);
        Assert.Equal(source.Token, error.CancellationToken);
    }

    [Fact]
    public void Answer_WorkThatIgnoresItsToken_IsWaitedForAndNamed()
    {
        var log = EventLoop.Run(async () =>
        {
            var clock = EventLoop.Current!.TimeProvider;
            using var source = new CancellationTokenSource(TimeSpan.FromSeconds(1), clock);
            await Answer(_ => Task.Delay(TimeSpan.FromMinutes(1), clock, CancellationToken.None), source.Token);
        }).Log;
        var straggling = log.Events.Single(e => e.Kind == ScopeEventKind.Straggling);
        Assert.Equal((TimeSpan.FromSeconds(6), "waiting for courier"), (straggling.Time, straggling.Text));
        Assert.Equal(TimeSpan.FromMinutes(1), log.Events[^1].Time);
    }
}
