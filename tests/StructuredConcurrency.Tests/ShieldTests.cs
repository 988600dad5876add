using StructuredConcurrency.Simulation;

namespace StructuredConcurrency.Tests;

public sealed class ShieldOnLoopTests() : ShieldTests(Floor.Loop);

public sealed class ShieldOnThreadPoolTests() : ShieldTests(Floor.ThreadPool);

public abstract class ShieldTests(Floor floor)
{
    [Fact]
    public Task RunAsync_CallerCancelled_CleansUpUndisturbed() => floor.RunAsync(async () =>
    {
        var cleaned = false;
        await TaskGroup.RunAsync(group =>
        {
            group.Start(async token =>
            {
                try
                {
                    await Forever.WaitAsync(token);
                }
                finally
                {
                    await Shield.RunAsync(async shielded =>
                    {
                        Assert.False(shielded.IsCancellationRequested);
                        await Task.Yield();
                        shielded.ThrowIfCancellationRequested();
                        cleaned = true;
                    });
                }
            });
            group.Cancel();
            return Task.CompletedTask;
        });
        Assert.True(cleaned);
    });

    [Fact]
    public Task RunAsync_WithAValue_ReturnsIt() => floor.RunAsync(async () => Assert.Equal(3, await Shield.RunAsync(_ => Task.FromResult(3))));

    [Fact]
    public Task RunAsync_CleanUpFails_ThrowsItsException() => floor.RunAsync(() => Assert.ThrowsAsync<Boom>(() => Shield.RunAsync(_ => throw new Boom())));

    [Fact]
    public Task RunAsync_CallerCancelledAndCleanUpDone_ThrowsNothingOfItsOwn() => floor.RunAsync(async () =>
    {
        using var caller = new CancellationTokenSource();
        await TaskGroup.RunAsync(
            async _ =>
            {
                caller.Cancel();
                await Shield.RunAsync(_ => Task.CompletedTask);
            },
            caller.Token);
    });
}

public sealed class ShieldTimeTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private static TimeProvider Clock => EventLoop.Current!.TimeProvider;

    [Fact]
    public Task RunAsync_GracePeriodOver_ThrowsTimeout() => Floor.Loop.RunAsync(async () =>
    {
        await Assert.ThrowsAsync<TimeoutException>(() => Shield.RunAsync(token => Task.Delay(TimeSpan.FromSeconds(60), Clock, token), s_second));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("gracePeriod", async () => await Shield.RunAsync(_ => Task.CompletedTask, TimeSpan.FromSeconds(-2)));
    });

    [Fact]
    public Task RunAsync_TimeoutScopeInsideAnExpiredScope_WorksOnItsOwn() => Floor.Loop.RunAsync(async () =>
    {
        var inner = false;
        await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunAsync(s_second, async scope =>
        {
            try
            {
                await Task.Delay(TimeSpan.FromSeconds(60), Clock, scope.Token);
            }
            finally
            {
                // The outer deadline has passed, and yet this one is reported: the shield keeps the outer off.
                await Shield.RunAsync(async token => await Assert.ThrowsAsync<TimeoutException>(
                    () => TimeoutScope.RunAsync(s_second, s => Task.Delay(TimeSpan.FromSeconds(60), Clock, s.Token), token)));
                inner = true;
            }
        }));
        Assert.True(inner);
    });

    [Fact]
    public void RunAsync_Observed_StandsInTheStoryInsideTheScopeThatItShieldsFrom()
    {
        var log = EventLoop.Run(() => TaskGroup.RunAsync(_ => Shield.RunAsync(_ => Task.CompletedTask))).Log;
        var shield = log.Events.Single(e => e is { Kind: ScopeEventKind.ScopeOpened, ScopeKind: ScopeKind.Shield });
        Assert.Equal(1, shield.Parent);
        Assert.Equal("shield-2", shield.ScopeName);
    }
}
