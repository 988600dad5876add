namespace StructuredConcurrency.Tests.Museum;

/// <summary>
/// An <c>OperationCanceledException</c> carries the token that was waited with; if the callee linked it once more, that is not yours.
/// So comparing tokens does not tell who cancelled.
/// </summary>
public sealed class Trap06_TokenOfTheExceptionIsNotYours
{
    internal static async Task<string> Trap(CancellationToken token)
    {
        try
        {
            await Fetch(token);
            return "fetched";
        }
        catch (OperationCanceledException e) when (e.CancellationToken == token) // it is the token of Fetch
        {
            return "you asked me to stop";
        }
    }

    internal static async Task<string> Answer(CancellationToken token)
    {
        try
        {
            await TaskGroup.RunAsync(group => Fetch(group.Token), token);
            return "fetched";
        }
        catch (OperationCanceledException e) when (e.CancellationToken == token)
        {
            return "you asked me to stop";
        }
    }

    [Fact]
    public async Task Trap_CalleeLinksTheToken_TheFilterDoesNotMatch()
    {
        using var source = new CancellationTokenSource();
        var fetching = Trap(source.Token);
        source.Cancel();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetching);
        Assert.NotEqual(source.Token, error.CancellationToken);
    }

    [Fact]
    public async Task Answer_CalleeLinksTheToken_TheGroupThrowsWithTheCallersToken()
    {
        using var source = new CancellationTokenSource();
        var fetching = Answer(source.Token);
        source.Cancel();
        Assert.Equal("you asked me to stop", await fetching);
    }

    private static async Task Fetch(CancellationToken token)
    {
        using var abort = new CancellationTokenSource();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(token, abort.Token);
        await Task.Delay(Timeout.Infinite, linked.Token);
    }
}
