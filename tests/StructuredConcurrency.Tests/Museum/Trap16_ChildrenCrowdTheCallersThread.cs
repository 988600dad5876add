using StructuredConcurrency.Simulation;

namespace StructuredConcurrency.Tests.Museum;

/// <summary>
/// An async method that is called directly, as for <c>Task.WhenAll</c>, comes back to the caller's <c>SynchronizationContext</c> after every await.
/// "Concurrent" work started by a window then runs on the window's thread, one after the other.
/// </summary>
public sealed class Trap16_ChildrenCrowdTheCallersThread
{
    internal static Task Trap(Func<CancellationToken, Task> work, CancellationToken token) =>
        Task.WhenAll(work(token), work(token));

    internal static Task Answer(Func<CancellationToken, Task> work, CancellationToken token) => TaskGroup.RunAsync(
        async group =>
        {
            group.Start(work);
            group.Start(work);
        },
        token);

    [Fact]
    public async Task Trap_CalledFromAWindow_EveryAwaitComesBackToIt() => Assert.Equal(2, await PostsToTheWindow(Trap));

    [Fact]
    public async Task Answer_CalledFromAWindow_NothingComesBackToIt() => Assert.Equal(0, await PostsToTheWindow(Answer));

    [Fact]
    public Task Answer_OnAnEventLoop_StaysOnIt() => Floor.Loop.RunAsync(() => Answer(
        async _ =>
        {
            Assert.NotNull(EventLoop.Current);
            await Task.Yield();
            Assert.NotNull(EventLoop.Current);
        },
        CancellationToken.None));

    private static async Task<int> PostsToTheWindow(Func<Func<CancellationToken, Task>, CancellationToken, Task> program)
    {
        var window = new Window();
        var before = SynchronizationContext.Current;
        var clicked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        SynchronizationContext.SetSynchronizationContext(window);
        Task running;
        try
        {
            running = program(async _ => await clicked.Task, CancellationToken.None);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        clicked.SetResult();
        await running;
        return window.Posts;
    }

    private sealed class Window : SynchronizationContext
    {
        private int _posts;

        public int Posts => _posts;

        public override void Post(SendOrPostCallback d, object? state)
        {
            Interlocked.Increment(ref _posts);
            base.Post(d, state);
        }
    }
}
