using System.Threading.Channels;

namespace StructuredConcurrency.Tests.Museum;

/// <summary>
/// A <c>ValueTask</c> may be awaited once; the second time it throws, or gives what somebody else was waiting for.
/// And where a method takes only an <c>Action</c>, an async lambda becomes async void: its end and its errors are lost.
/// </summary>
public sealed class Trap19_ValueTaskAwaitedTwice
{
    internal static async Task<string> Trap(Channel<string> orders)
    {
        var next = orders.Reader.ReadAsync();
        await orders.Writer.WriteAsync("espresso");
        return $"{await next}, I repeat: {await next}";
    }

    internal static Task<string> Answer(JoinableQueue<string> orders) => TaskGroup.RunAsync(async group =>
    {
        var next = group.Start(async token => await orders.GetAsync(token));
        await orders.PutAsync("espresso", group.Token);
        return $"{await next.Completion}, I repeat: {await next.Completion}";
    });

    [Fact]
    public async Task Trap_AwaitedTwice_Throws() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => Trap(Channel.CreateUnbounded<string>()));

    [Fact]
    public async Task Answer_AwaitedTwice_GivesTheSameTwice() =>
        Assert.Equal("espresso, I repeat: espresso", await Answer(new JoinableQueue<string>()));

    [Fact]
    public async Task Trap_AsyncLambdaForAnAction_IsOnlyBegun()
    {
        var (kettle, done) = (new TaskCompletionSource(), new TaskCompletionSource());
        Run(async () =>
        {
            await kettle.Task;
            done.SetResult();
        });
        Assert.False(done.Task.IsCompleted); // "Run" has returned
        kettle.SetResult();
        await done.Task;

        static void Run(Action work) => work();
    }
}
