namespace StructuredConcurrency.Tests;

/// <summary>On the pool a cancellation takes time to come down the tree; what is cut short meanwhile was asked to stop all the same.</summary>
public sealed class CancellationOnItsWayTests
{
    [Fact]
    public Task RunAsync_GrandchildCutShortByTheOutermostTokenBeforeItsOwnGroupHears_CountsAsCancelled() => Floor.ThreadPool.RunAsync(async () =>
    {
        var grandchildEnded = new ManualResetEventSlim();
        var grandchildListens = new TaskCompletionSource();
        await TaskGroup.RunAsync(async outermost =>
        {
            outermost.Start(outerToken => TaskGroup.RunAsync(
                middle =>
                {
                    // Called before the middle group hears of it: holds the cancellation up on its way down.
                    outerToken.UnsafeRegister(_ => grandchildEnded.Wait(TimeSpan.FromSeconds(20)), null);
                    middle.Start(middleToken => TaskGroup.RunAsync(
                        inner =>
                        {
                            inner.Start(async _ =>
                            {
                                var cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                                using var registration = outermost.Token.Register(() => cut.SetCanceled(outermost.Token));
                                grandchildListens.SetResult();
                                try
                                {
                                    await cut.Task;
                                }
                                finally
                                {
                                    // Not now but soon: once this child's end has been judged, or judging waits for the cancellation.
                                    ThreadPool.UnsafeQueueUserWorkItem(_ => grandchildEnded.Set(), null);
                                }
                            });
                            return Task.CompletedTask;
                        },
                        middleToken));
                    return Task.CompletedTask;
                },
                outerToken));
            await grandchildListens.Task;
            outermost.Cancel();
        });
    });

    [Fact]
    public async Task TimeoutScope_CallbackOfItsTokenThrows_TheErrorIsNotLost()
    {
        var error = await Assert.ThrowsAsync<AggregateException>(() => TimeoutScope.RunAsync(Timeout.InfiniteTimeSpan, async scope =>
        {
            scope.Token.Register(() => throw new Boom());
            scope.Reschedule(TimeSpan.Zero);
            await Forever.WaitAsync(scope.Token);
        }));
        Assert.IsType<Boom>(Assert.Single(error.InnerExceptions));
    }
}
