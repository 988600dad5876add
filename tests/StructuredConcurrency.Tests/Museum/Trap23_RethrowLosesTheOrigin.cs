using System.Runtime.CompilerServices;

namespace StructuredConcurrency.Tests.Museum;

/// <summary>
/// Catching first and asking "was it my cancellation?" afterwards means throwing again, and <c>throw e</c> erases where it came from.
/// An exception filter asks before it catches: what is not yours passes untouched.
/// </summary>
public sealed class Trap23_RethrowLosesTheOrigin
{
    internal static async Task Trap(CancellationToken token)
    {
        try
        {
            await Fetch(token);
        }
        catch (OperationCanceledException e)
        {
            if (!token.IsCancellationRequested)
                throw e; // from here, says the stack
        }
    }

    internal static async Task Answer(CancellationToken token)
    {
        try
        {
            await TaskGroup.RunAsync(async group => { group.Start(Fetch); }, token);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
        }
    }

    [Fact]
    public async Task Trap_CancellationOfSomebodyElse_NoLongerSaysWhereItCameFrom()
    {
        var error = await Assert.ThrowsAsync<OperationCanceledException>(() => Trap(CancellationToken.None));
        Assert.DoesNotContain(nameof(Fetch), error.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_CancellationOfSomebodyElse_SaysWhereItCameFrom()
    {
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => Answer(CancellationToken.None));
        Assert.Contains(nameof(Fetch), Assert.Single(error.InnerExceptions).StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public Task Answer_OwnCancellation_IsQuiet() => Answer(new CancellationToken(canceled: true));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task Fetch(CancellationToken token)
    {
        await Task.Yield();
        throw new OperationCanceledException("the server gave up");
    }
}
