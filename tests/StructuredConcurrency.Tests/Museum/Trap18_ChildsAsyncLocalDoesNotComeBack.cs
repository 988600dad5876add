using System.Runtime.CompilerServices;

namespace StructuredConcurrency.Tests.Museum;

/// <summary>
/// A child sees the values of an <c>AsyncLocal</c> as they were when it was started, and what it writes does not come back.
/// As long as it runs, it keeps that snapshot alive.
/// </summary>
public sealed class Trap18_ChildsAsyncLocalDoesNotComeBack
{
    private static readonly AsyncLocal<string?> s_user = new();

    internal static async Task<string?> Trap()
    {
        await Task.Run(() => s_user.Value = "Ada");
        return s_user.Value; // null
    }

    internal static Task<string> Answer() => TaskGroup.RunAsync(async group =>
    {
        var login = group.Start(async _ => "Ada");
        return await login.Completion; // what a child finds out, it returns
    });

    [Fact]
    public async Task Trap_WrittenInTheChild_DoesNotComeBack() => Assert.Null(await Trap());

    [Fact]
    public async Task Answer_ReturnedByTheChild_ComesBack() => Assert.Equal("Ada", await Answer());

    [Fact]
    public Task Answer_ChangedAfterStart_TheChildSeesItAsItWas() => TaskGroup.RunAsync(async group =>
    {
        s_user.Value = "Ada";
        var go = new TaskCompletionSource();
        var child = group.Start(async _ =>
        {
            await go.Task;
            return s_user.Value;
        });
        s_user.Value = "Bob";
        go.SetResult();
        Assert.Equal("Ada", await child.Completion);
    });

    [Fact]
    public async Task Trap_ChildStillRuns_WhatTheAsyncLocalHeldIsKept()
    {
        var finish = new TaskCompletionSource();
        var (held, child) = StartWithSomethingLarge(finish.Task);
        GC.Collect();
        Assert.True(held.IsAlive);
        finish.SetResult();
        await child;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (WeakReference Held, Task Child) StartWithSomethingLarge(Task finish)
    {
        var large = new AsyncLocal<object?> { Value = new byte[100_000] };
        var started = (new WeakReference(large.Value), Task.Run(async () => await finish));
        large.Value = null; // no more for us; still for the child
        return started;
    }
}
