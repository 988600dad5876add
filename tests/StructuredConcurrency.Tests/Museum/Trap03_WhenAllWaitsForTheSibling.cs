using System.Threading.Channels;

namespace StructuredConcurrency.Tests.Museum;

/// <summary>
/// <c>Task.WhenAll</c> cancels nothing and ends when the last task has ended.
/// If one fails on whom another waits, the error is never seen: the program hangs.
/// </summary>
public sealed class Trap03_WhenAllWaitsForTheSibling
{
    internal static Task Trap(CancellationToken token)
    {
        var beans = Channel.CreateUnbounded<string>();
        return Task.WhenAll(Produce(beans), Consume(beans, token)); // the consumer waits for ever
    }

    internal static Task Answer(CancellationToken token) => TaskGroup.RunAsync(
        async group =>
        {
            var beans = Channel.CreateUnbounded<string>();
            group.Start(_ => Produce(beans));
            group.Start(stop => Consume(beans, stop));
        },
        token);

    [Fact]
    public void Trap_ProducerFails_Hangs() => Assert.True(Verdict.Of(Trap).Hangs);

    [Fact]
    public void Answer_ProducerFails_StopsTheConsumerAndReportsTheError()
    {
        var (hangs, error) = Verdict.Of(Answer);
        Assert.False(hangs);
        Assert.Equal("no beans", Assert.Single(Assert.IsType<TaskGroupException>(error).InnerExceptions).Message);
    }

    [Fact]
    public async Task Trap_ForEachAsync_StopsTheOthersButThrowsOneOfTheErrors()
    {
        using var bothRun = new Barrier(2);
        var all = Parallel.ForEachAsync(["a", "b"], new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (name, token) =>
        {
            await Task.Yield();
            bothRun.SignalAndWait(CancellationToken.None);
            throw new IOException(name);
        });
        await Assert.ThrowsAsync<IOException>(() => all);
        Assert.Equal(2, all.Exception!.InnerExceptions.Count);
    }

    private static async Task Produce(Channel<string> beans)
    {
        await beans.Writer.WriteAsync("arabica");
        throw new IOException("no beans");
    }

    private static async Task Consume(Channel<string> beans, CancellationToken token)
    {
        while (true)
            await beans.Reader.ReadAsync(token);
    }
}
