namespace StructuredConcurrency.Simulation.Tests;

public sealed class LoopBridgeTests
{
    [Fact]
    public void CallAsync_AwaitedWithoutAContext_GoesOnInTheStepInWhichItEnds()
    {
        var report = EventLoop.Run(async () =>
        {
            await FrameworkAsync(LoopBridge.FromHere(), Environment.CurrentManagedThreadId);
            Assert.NotNull(EventLoop.Current);
        });
        Assert.Equal((Outcome.Completed, null, 0, TimeSpan.FromMilliseconds(20)), (report.Outcome, report.Error, report.ForeignPosts, report.VirtualElapsed));

        // Code as the framework's: it asks for no context, and calls the stand-in where there is none.
        static async Task FrameworkAsync(LoopBridge bridge, int thread)
        {
            Assert.True(bridge.LeadsToALoop);
            for (var i = 1; i <= 2; i++)
            {
                Assert.Equal(i, await bridge.CallAsync(() => WorkAsync(i)).ConfigureAwait(false));
                Assert.Equal((thread, true), (Environment.CurrentManagedThreadId, SynchronizationContext.Current is null));
            }
        }

        static async Task<int> WorkAsync(int result)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), EventLoop.Current!.TimeProvider);
            return result;
        }
    }

    [Fact]
    public void CallAsync_CodeThatFailsOrIsCancelled_EndsAsItDoes()
    {
        var report = EventLoop.Run(async () =>
        {
            var bridge = LoopBridge.FromHere();
            await Assert.ThrowsAsync<InvalidDataException>(() => bridge.CallAsync<int>(async () =>
            {
                await Task.Yield();
                throw new InvalidDataException();
            }));
            Assert.Throws<InvalidDataException>(() => { _ = bridge.CallAsync<int>(() => throw new InvalidDataException()); });
            Assert.NotNull(EventLoop.Current);
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(5), EventLoop.Current.TimeProvider);
            var cancelled = bridge.CallAsync(async () =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, EventLoop.Current!.TimeProvider, stop.Token);
                return 1;
            });
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
            Assert.True(cancelled.IsCanceled);
        });
        Assert.Equal((Outcome.Completed, null, 0), (report.Outcome, report.Error, report.ForeignPosts));
    }

    [Fact]
    public async Task CallAsync_WhereNoLoopRuns_IsAnOrdinaryCall()
    {
        var bridge = LoopBridge.FromHere();
        Assert.False(bridge.LeadsToALoop);
        Assert.Equal(7, await bridge.CallAsync(() => Task.FromResult(7)));
    }
}
