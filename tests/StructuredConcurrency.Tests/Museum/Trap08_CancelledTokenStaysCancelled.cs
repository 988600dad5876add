using System.Threading.Channels;

namespace StructuredConcurrency.Tests.Museum;

/// <summary>
/// A token once cancelled stays so: every further await with it throws at once, also in a <c>finally</c>.
/// A clean-up that awaits with the same token does nothing.
/// </summary>
public sealed class Trap08_CancelledTokenStaysCancelled
{
    internal static async Task Trap(ChannelWriter<string> line, CancellationToken token)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, token);
        }
        finally
        {
            await line.WriteAsync("goodbye", token); // throws, and says nothing
        }
    }

    internal static async Task Answer(ChannelWriter<string> line, CancellationToken token)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, token);
        }
        finally
        {
            await Shield.RunAsync(async shielded => await line.WriteAsync("goodbye", shielded), gracePeriod: TimeSpan.FromSeconds(30));
        }
    }

    [Fact]
    public async Task Trap_Cancelled_SaysNoGoodbye() => Assert.Empty(await HeardAfterCancel(Trap));

    [Fact]
    public async Task Answer_Cancelled_SaysGoodbyeAndStillEndsCancelled() => Assert.Equal(["goodbye"], await HeardAfterCancel(Answer));

    private static async Task<List<string>> HeardAfterCancel(Func<ChannelWriter<string>, CancellationToken, Task> program)
    {
        using var source = new CancellationTokenSource();
        var line = Channel.CreateUnbounded<string>();
        var running = program(line.Writer, source.Token);
        source.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        line.Writer.Complete();
        return await line.Reader.ReadAllAsync().ToListAsync();
    }
}
