using StructuredConcurrency.Simulation;

namespace StructuredConcurrency.Tests.Museum;

/// <summary>
/// <c>Task.Run(work, token)</c> with a token that is cancelled before a thread comes round to it never runs the work, nor its <c>finally</c>.
/// What the work was to give back is gone for good.
/// </summary>
public sealed class Trap13_CancelledTaskRunNeverStarts
{
    internal static async Task Trap(SemaphoreSlim seats, CancellationToken token)
    {
        await seats.WaitAsync(CancellationToken.None);
        await Task.Run(
            async () =>
            {
                try
                {
                    await Serve(token);
                }
                finally
                {
                    seats.Release();
                }
            },
            token); // not even started
    }

    internal static Task Answer(SemaphoreSlim seats, CancellationToken token) => TaskGroup.RunAsync(
        async group =>
        {
            await seats.WaitAsync(group.Token);
            group.Start(async stop =>
            {
                try
                {
                    await Serve(stop);
                }
                finally
                {
                    seats.Release();
                }
            });
        },
        token);

    [Fact]
    public async Task Trap_CancelledBeforeItStarts_TheSeatIsLost()
    {
        using var seats = new SemaphoreSlim(1);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Trap(seats, new CancellationToken(canceled: true)));
        Assert.Equal(0, seats.CurrentCount);
    }

    [Fact]
    public Task Answer_CancelledBetweenStartAndFirstStep_TheSeatIsGivenBack() => Floor.Loop.RunAsync(async () =>
    {
        using var seats = new SemaphoreSlim(1);
        using var source = new CancellationTokenSource();
        var serving = Answer(seats, source.Token);
        Assert.Equal(0, seats.CurrentCount); // started; on the loop no child runs before the next await
        source.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving);
        Assert.Equal(1, seats.CurrentCount);
    });

    [Fact]
    public async Task Answer_CancelledFromTheBeginning_NoSeatIsTaken()
    {
        using var seats = new SemaphoreSlim(1);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Answer(seats, new CancellationToken(canceled: true)));
        Assert.Equal(1, seats.CurrentCount);
    }

    private static async Task Serve(CancellationToken token)
    {
        await Task.Yield();
        token.ThrowIfCancellationRequested();
    }
}
