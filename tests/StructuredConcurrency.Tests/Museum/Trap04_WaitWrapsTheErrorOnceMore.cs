namespace StructuredConcurrency.Tests.Museum;

/// <summary>
/// <c>await</c> throws what the method threw, <c>.Wait()</c> and <c>.Result</c> throw it wrapped in one more <c>AggregateException</c>.
/// A filter written for the one does not match the other.
/// </summary>
public sealed class Trap04_WaitWrapsTheErrorOnceMore
{
    internal static string Trap()
    {
        try
        {
            BrewAll().Wait();
            return "coffee";
        }
        catch (AggregateException e) when (e.InnerException is IOException)
        {
            return "no water";
        }
    }

    internal static async Task<string> Answer()
    {
        try
        {
            await TaskGroup.RunAsync(async group => { group.Start(_ => Brew()); });
            return "coffee";
        }
        catch (TaskGroupException e) when (e.Contains<IOException>())
        {
            return "no water";
        }
    }

    [Fact]
    public void Trap_MethodThrowsAnAggregate_TheFilterLooksOneLevelTooHigh()
    {
        var error = Assert.Throws<AggregateException>(Trap);
        Assert.IsType<IOException>(Assert.IsType<AggregateException>(error.InnerException).InnerException);
    }

    [Fact]
    public async Task Trap_SameMethodAwaited_ThrowsItAsItIs() =>
        Assert.IsType<IOException>((await Assert.ThrowsAsync<AggregateException>(BrewAll)).InnerException);

    [Fact]
    public async Task Answer_Awaited_HasOneTypeAndOneLevel() => Assert.Equal("no water", await Answer());

    private static async Task Brew()
    {
        await Task.Yield();
        throw new IOException("the tap is dry");
    }

    private static async Task BrewAll()
    {
        await Task.Yield();
        throw new AggregateException(new IOException("the tap is dry"));
    }
}
