namespace StructuredConcurrency.Tests;

public sealed class TaskGroupOnLoopTests() : TaskGroupTests(Floor.Loop);

public sealed class TaskGroupOnThreadPoolTests() : TaskGroupTests(Floor.ThreadPool);

/// <summary>What the conformance suite cannot ask: the library's own types, and races inside it.</summary>
public abstract class TaskGroupTests(Floor floor)
{
    [Fact]
    public Task Completion_AskedForBeforeAndAfterTheEnd_IsOneTask() => TaskGroup.RunAsync(async group =>
    {
        var gate = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = group.Start(_ => gate.Task);
        var other = group.Start(async token => await Task.Delay(Timeout.Infinite, token));
        var ends = Task.WhenAny(first.Completion, other.Completion);
        gate.SetResult(1);
        Assert.Same(first.Completion, await ends);
        group.Cancel();
    });

    [Fact]
    public Task Start_AfterTheGroupEnded_SaysWhichGroup() => floor.RunAsync(async () =>
    {
        TaskGroup? kept = null;
        await TaskGroup.RunAsync(new TaskGroupOptions { Name = "batch" }, g =>
        {
            kept = g;
            return Task.CompletedTask;
        });
        Assert.Contains("'batch'", Assert.Throws<InvalidOperationException>(() => kept!.Start(_ => Task.CompletedTask)).Message, StringComparison.Ordinal);
    });

    [Fact]
    public Task Contains_ErrorOfANestedGroup_IsFound() => floor.RunAsync(async () =>
    {
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(g =>
        {
            g.Start(token => TaskGroup.RunAsync(_ => Task.FromException(new Boom()), token));
            return Task.CompletedTask;
        }));
        Assert.True(error.Contains<Boom>());
        Assert.False(error.Contains<TimeoutException>());
    });

    [Fact]
    public Task ChildCancel_AwaitedCompletion_NamesTheChildInItsException() => floor.RunAsync(() => TaskGroup.RunAsync(async g =>
    {
        var lonely = g.Start(Forever.WaitAsync, "lonely");
        lonely.Cancel();
        Assert.Equal("lonely", (await Assert.ThrowsAsync<ChildCancelledException>(() => lonely.Completion)).Name);
    }));

    [Fact]
    public Task RunAsync_BodyAndChildListenToTheCallersToken_AreCutShortByIt() => floor.RunAsync(async () =>
    {
        using var caller = new CancellationTokenSource();
        var listening = new TaskCompletionSource();
        ChildTask? child = null;
        var running = TaskGroup.RunAsync(
            _ => Forever.WaitAsync(caller.Token),
            caller.Token);
        var withChild = TaskGroup.RunAsync(
            g =>
            {
                child = g.Start(async _ =>
                {
                    var wait = Forever.WaitAsync(caller.Token);
                    listening.SetResult();
                    await wait;
                });
                return Task.CompletedTask;
            },
            caller.Token);
        await listening.Task;
        caller.Cancel();
        Assert.Equal(caller.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running)).CancellationToken);
        Assert.Equal(caller.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => withChild)).CancellationToken);
        Assert.Equal(ChildTaskStatus.Cancelled, child!.Status);
    });

    [Fact]
    public Task RunAsync_GrandchildrenListenToTheTokenOfATimeoutAroundAll_AreCutShortByIt() => floor.RunAsync(async () =>
    {
        for (var round = 0; round < 20; round++)
        {
            await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunAsync(TimeSpan.FromMilliseconds(1), scope => NestAsync(3, scope.Token, scope.Token)));
        }

        static Task NestAsync(int depth, CancellationToken own, CancellationToken outermost) => depth == 0
            ? Forever.WaitAsync(outermost)
            : TaskGroup.RunAsync(
                g =>
                {
                    g.Start(token => NestAsync(depth - 1, token, outermost));
                    g.Start(token => NestAsync(depth - 1, token, outermost));
                    return Task.CompletedTask;
                },
                own);
    });

    [Fact]
    public Task Cancel_AtEachStepAroundTheEndOfTheLastChild_NeverThrows() => floor.RunAsync(async () =>
    {
        for (var distance = 0; distance < 8; distance++)
        {
            TaskGroup? group = null;
            var release = new TaskCompletionSource();
            using var caller = new CancellationTokenSource();
            var running = TaskGroup.RunAsync(
                g =>
                {
                    group = g;
                    g.Start(_ => release.Task);
                    return Task.CompletedTask;
                },
                caller.Token);
            await Task.Yield();
            release.SetResult();
            for (var step = 0; step < distance; step++)
                await Task.Yield();
            caller.Cancel();
            group!.Cancel();
            await running;
        }
    });

    [Fact]
    public Task RunAsync_ErrorRisesThroughThousandsOfGroups_IsThrownWithAMessageAtEveryLevel() => Floor.ThreadPool.RunAsync(async () =>
    {
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => NestAsync(3_000));
        Assert.StartsWith("1 error in task group", error.Message, StringComparison.Ordinal);
        var depth = 0;
        for (Exception? e = error; e is TaskGroupException; e = e.InnerException)
            depth++;
        Assert.Equal(3_001, depth);

        static async Task NestAsync(int levels)
        {
            await Task.Yield();
            await TaskGroup.RunAsync(_ => levels > 0 ? NestAsync(levels - 1) : throw new Boom());
        }
    });
}
