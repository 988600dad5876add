using System.Threading.Channels;

namespace StructuredConcurrency.Tests.Museum;

/// <summary>
/// A channel is complete when its last item was taken, not when the work on it is done, and it counts nothing that would tell.
/// It has no last-in-first-out, no bounded priority, and keeps no order among items of equal priority.
/// </summary>
public sealed class Trap20_ChannelHasNoJoin
{
    internal static async Task<int> Trap(Func<string, Task> brew)
    {
        var (orders, served) = (Channel.CreateUnbounded<string>(), 0);
        var barista = Task.Run(async () =>
        {
            await foreach (var order in orders.Reader.ReadAllAsync())
            {
                await brew(order);
                served++;
            }
        });
        await orders.Writer.WriteAsync("espresso");
        orders.Writer.Complete();
        await orders.Reader.Completion;
        return served; // it is only in somebody's hands
    }

    internal static Task<int> Answer(Func<string, Task> brew) => TaskGroup.RunAsync(async group =>
    {
        var (orders, served) = (new JoinableQueue<string>(), 0);
        group.Start(token => orders.ForEachAsync(
            async (order, _) =>
            {
                await brew(order);
                served++;
            },
            token));
        await orders.PutAsync("espresso", group.Token);
        await orders.JoinAsync(group.Token);
        orders.Shutdown();
        return served;
    });

    [Fact]
    public async Task Trap_ItemTakenButNotDone_CountsAsComplete()
    {
        var finish = new TaskCompletionSource();
        Assert.Equal(0, await Trap(_ => finish.Task));
        finish.SetResult();
    }

    [Fact]
    public async Task Answer_ItemTakenButNotDone_IsWaitedFor()
    {
        var (taken, finish) = (new TaskCompletionSource(), new TaskCompletionSource());
        var serving = Answer(_ =>
        {
            taken.SetResult();
            return finish.Task;
        });
        await taken.Task;
        Assert.False(serving.IsCompleted);
        finish.SetResult();
        Assert.Equal(1, await serving);
    }

    [Fact]
    public async Task Trap_CompletedWithAnError_EachWayToReadThrowsSomethingElse()
    {
        var orders = Channel.CreateUnbounded<string>();
        orders.Writer.Complete(new IOException());
        Assert.IsType<IOException>((await Assert.ThrowsAsync<ChannelClosedException>(async () => await orders.Reader.ReadAsync())).InnerException);
        await Assert.ThrowsAsync<IOException>(async () => await orders.Reader.ReadAllAsync().ToListAsync());
        await Assert.ThrowsAsync<IOException>(() => orders.Reader.Completion);
    }

    [Fact]
    public async Task Trap_EqualPriorities_ComeOutInNoUsefulOrder()
    {
        var orders = Channel.CreateUnboundedPrioritized(new UnboundedPrioritizedChannelOptions<string> { Comparer = Comparer<string>.Create((_, _) => 0) });
        foreach (var order in "abcdef")
            orders.Writer.TryWrite(order.ToString());
        orders.Writer.Complete();
        Assert.Equal("afedcb", string.Concat(await orders.Reader.ReadAllAsync().ToListAsync()));
    }

    [Fact]
    public async Task Answer_EqualPriorities_ComeOutAsTheyWentIn()
    {
        var orders = new PriorityJoinableQueue<string, int>();
        foreach (var order in "abcdef")
            orders.TryPut((order.ToString(), 0));
        orders.Shutdown();
        Assert.Equal("abcdef", string.Concat(await orders.GetAllAsync().Select(order => order.Element).ToListAsync()));
    }

    [Fact]
    public void Trap_CapacityOfZero_MakesAChannelThatHoldsNothing()
    {
        var orders = Channel.CreateBounded<string>(0);
        Assert.False(orders.Writer.TryWrite("espresso")); // nobody waits for it
        Assert.Throws<ArgumentOutOfRangeException>(() => new JoinableQueue<string>(0));
    }
}
