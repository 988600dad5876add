using StructuredConcurrency.Simulation;

namespace StructuredConcurrency.Tests;

public sealed class ShieldOnLoopTests() : ShieldTests(Floor.Loop);

public sealed class ShieldOnThreadPoolTests() : ShieldTests(Floor.ThreadPool);

public abstract class ShieldTests(Floor floor)
{
    [Fact]
    public Task RunAsync_NegativeGracePeriod_IsRefused() => floor.RunAsync(() =>
        Assert.ThrowsAsync<ArgumentOutOfRangeException>("gracePeriod", async () => await Shield.RunAsync(_ => Task.CompletedTask, TimeSpan.FromSeconds(-2))));

    [Fact]
    public Task RunAsync_WithAValue_ReturnsIt() => floor.RunAsync(async () => Assert.Equal(3, await Shield.RunAsync(_ => Task.FromResult(3))));

    [Fact]
    public Task RunAsync_CleanUpFails_ThrowsItsException() => floor.RunAsync(() => Assert.ThrowsAsync<Boom>(() => Shield.RunAsync(_ => throw new Boom())));
}

public sealed class ShieldStoryTests
{
    [Fact]
    public void RunAsync_Observed_StandsInTheStoryInsideTheScopeThatItShieldsFrom()
    {
        var log = EventLoop.Run(() => TaskGroup.RunAsync(_ => Shield.RunAsync(_ => Task.CompletedTask))).Log;
        var shield = log.Events.Single(e => e is { Kind: ScopeEventKind.ScopeOpened, ScopeKind: ScopeKind.Shield });
        Assert.Equal(1, shield.Parent);
        Assert.Equal("shield-2", shield.ScopeName);
    }
}
