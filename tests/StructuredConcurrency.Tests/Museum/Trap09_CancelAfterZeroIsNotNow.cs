namespace StructuredConcurrency.Tests.Museum;

/// <summary>
/// <c>CancelAfter(TimeSpan.Zero)</c> cancels when a timer comes round to it, while <c>new CancellationTokenSource(TimeSpan.Zero)</c> cancels at once.
/// And a source that was disposed throws at whoever comes late, be it only to cancel.
/// </summary>
public sealed class Trap09_CancelAfterZeroIsNotNow
{
    internal static bool Trap(TimeProvider clock)
    {
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(1), clock);
        source.CancelAfter(TimeSpan.Zero);
        return source.IsCancellationRequested; // not yet
    }

    internal static Task<bool> Answer(TimeProvider clock) => TimeoutScope.RunAsync(
        TimeSpan.FromSeconds(1),
        async scope =>
        {
            scope.Reschedule(TimeSpan.Zero);
            return scope.Token.IsCancellationRequested;
        },
        timeProvider: clock);

    [Fact]
    public void Trap_CancelAfterZero_IsNotCancelledYet() => Assert.False(Trap(new ManualClock()));

    [Fact]
    public void Trap_SourceMadeWithZero_IsCancelledAtOnce()
    {
        using var source = new CancellationTokenSource(TimeSpan.Zero, new ManualClock());
        Assert.True(source.IsCancellationRequested);
    }

    [Fact]
    public async Task Answer_RescheduledToZero_IsCancelledAtOnce() => Assert.True(await Answer(new ManualClock()));

    [Fact]
    public async Task Answer_TimeoutOfZero_StartsTheBodyCancelled() =>
        Assert.True(await TimeoutScope.RunAsync(TimeSpan.Zero, async scope => scope.Token.IsCancellationRequested, timeProvider: new ManualClock()));

    [Fact]
    public void Trap_SourceDisposed_ThrowsAtWhoeverComesLate()
    {
        var source = new CancellationTokenSource();
        var kept = source.Token;
        source.Dispose();
        Assert.Throws<ObjectDisposedException>(source.Cancel);
        Assert.Throws<ObjectDisposedException>(() => source.CancelAfter(1));
        Assert.Throws<ObjectDisposedException>(() => source.Token);
        Assert.Throws<ObjectDisposedException>(() => kept.WaitHandle);
        using var registration = kept.Register(() => { }); // does not throw, and never calls back
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(kept);
    }

    [Fact]
    public async Task Answer_GroupHasEnded_WhoeverComesLateDoesNoHarm()
    {
        TaskGroup? kept = null;
        await TaskGroup.RunAsync(async group => kept = group);
        kept!.Cancel("too late");
        Assert.False(kept.Token.WaitHandle.WaitOne(0));
        Assert.False(kept.Token.IsCancellationRequested);
    }
}
