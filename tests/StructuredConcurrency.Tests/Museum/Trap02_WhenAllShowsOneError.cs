namespace StructuredConcurrency.Tests.Museum;

/// <summary>
/// Awaiting <c>Task.WhenAll</c> throws one error of many: that of the task which failed first, not of the one written first.
/// Beside an error, a task that was cancelled leaves no trace at all.
/// </summary>
public sealed class Trap02_WhenAllShowsOneError
{
    internal static async Task<string> Trap(Task kettle, Task grinder)
    {
        try
        {
            await Task.WhenAll(kettle, grinder);
            return "coffee";
        }
        catch (IOException e)
        {
            return e.Message; // of one
        }
    }

    internal static async Task<string> Answer(Task kettle, Task grinder)
    {
        try
        {
            await TaskGroup.RunAsync(async group =>
            {
                group.Start(_ => kettle);
                group.Start(_ => grinder);
            });
            return "coffee";
        }
        catch (TaskGroupException e)
        {
            return string.Join(" and ", e.InnerExceptions.Select(error => error.Message).Order());
        }
    }

    [Fact]
    public async Task Trap_BothFail_ShowsTheOneThatFailedFirstNotTheFirstArgument()
    {
        var (kettle, grinder) = (new TaskCompletionSource(), new TaskCompletionSource());
        var brewing = Trap(kettle.Task, grinder.Task);
        grinder.SetException(new IOException("the grinder is jammed"));
        kettle.SetException(new IOException("the kettle is dry"));
        Assert.Equal("the grinder is jammed", await brewing);
    }

    [Fact]
    public async Task Trap_OneFailsAndOneIsCancelled_TheCancellationLeavesNoTrace()
    {
        var both = Task.WhenAll(Task.FromCanceled(new CancellationToken(canceled: true)), Task.FromException(new IOException()));
        await Assert.ThrowsAsync<IOException>(() => both);
        Assert.Equal(TaskStatus.Faulted, both.Status);
        Assert.IsType<IOException>(Assert.Single(both.Exception!.InnerExceptions));
    }

    [Fact]
    public async Task Answer_BothFail_ShowsBoth()
    {
        var (kettle, grinder) = (new TaskCompletionSource(), new TaskCompletionSource());
        var brewing = Answer(kettle.Task, grinder.Task);
        grinder.SetException(new IOException("the grinder is jammed"));
        kettle.SetException(new IOException("the kettle is dry"));
        Assert.Equal("the grinder is jammed and the kettle is dry", await brewing);
    }

    [Fact]
    public async Task Answer_OneFailsAndOneIsCancelledByNobody_IsolatedChildrenKeepBoth()
    {
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(
            new TaskGroupOptions { OnChildFailure = ChildFailure.Isolate },
            async group =>
            {
                group.Start(_ => throw new IOException());
                group.Start(_ => throw new OperationCanceledException());
            }));
        Assert.Equal(2, error.InnerExceptions.Count);
        Assert.True(error.Contains<IOException>() && error.Contains<OperationCanceledException>());
    }
}
