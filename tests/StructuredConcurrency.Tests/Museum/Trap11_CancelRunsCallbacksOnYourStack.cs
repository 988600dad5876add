namespace StructuredConcurrency.Tests.Museum;

/// <summary>
/// <c>Cancel()</c> runs everybody's callbacks on the stack of whoever calls it, with the locks that he holds: a deadlock in waiting.
/// What a callback throws comes out of <c>Cancel()</c>, at somebody who has nothing to do with it.
/// </summary>
public sealed class Trap11_CancelRunsCallbacksOnYourStack
{
    internal static bool Trap()
    {
        var gate = new Lock();
        var ranUnderLock = new TaskCompletionSource<bool>();
        using var source = new CancellationTokenSource();
        source.Token.Register(() => ranUnderLock.SetResult(gate.IsHeldByCurrentThread));
        lock (gate)
            source.Cancel(); // the callback runs in here
        return ranUnderLock.Task.Result;
    }

    internal static Task<bool> Answer() => TaskGroup.RunAsync(async group =>
    {
        var gate = new Lock();
        var ranUnderLock = new TaskCompletionSource<bool>();
        group.Token.Register(() => ranUnderLock.SetResult(gate.IsHeldByCurrentThread));
        lock (gate)
            group.Cancel();
        return await ranUnderLock.Task;
    });

    [Fact]
    public void Trap_CancelUnderALock_RunsTheCallbackUnderIt() => Assert.True(Trap());

    [Fact]
    public async Task Answer_CancelUnderALock_RunsTheCallbackElsewhere() => Assert.False(await Answer());

    [Fact]
    public void Trap_CallbackThrows_CancelThrows()
    {
        using var source = new CancellationTokenSource();
        source.Token.Register(() => throw new IOException("a stranger's error"));
        Assert.IsType<IOException>(Assert.Single(Assert.Throws<AggregateException>(source.Cancel).InnerExceptions));
    }

    [Fact]
    public void Trap_Callbacks_RunLastComeFirstServed()
    {
        var order = new List<int>();
        using var source = new CancellationTokenSource();
        for (var i = 1; i <= 3; i++)
        {
            var number = i;
            source.Token.Register(() => order.Add(number));
        }

        source.Cancel();
        Assert.Equal([3, 2, 1], order);
    }

    [Fact]
    public async Task Answer_CallbackThrows_IsAnErrorOfTheGroup()
    {
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(async group =>
        {
            group.Token.Register(() => throw new IOException("a stranger's error"));
            group.Cancel(); // throws nothing
        }));
        Assert.IsType<IOException>(Assert.Single(error.InnerExceptions));
    }
}
