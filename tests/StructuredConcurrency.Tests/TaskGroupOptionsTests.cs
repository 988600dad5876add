using StructuredConcurrency.Simulation;

namespace StructuredConcurrency.Tests;

public sealed class TaskGroupOptionsOnLoopTests() : TaskGroupOptionsTests(Floor.Loop);

public sealed class TaskGroupOptionsOnThreadPoolTests() : TaskGroupOptionsTests(Floor.ThreadPool);

public abstract class TaskGroupOptionsTests(Floor floor)
{
    [Fact]
    public Task Isolate_ChildFails_SiblingsFinishAndEveryErrorIsThrownAtTheEnd() => floor.RunAsync(async () =>
    {
        var release = new TaskCompletionSource();
        var finished = false;
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(
            new TaskGroupOptions { OnChildFailure = ChildFailure.Isolate },
            async group =>
            {
                group.Start(async token =>
                {
                    await release.Task;
                    token.ThrowIfCancellationRequested();
                    finished = true;
                });
                for (var i = 0; i < 2; i++)
                {
                    var failing = group.Start(_ => Task.FromException(new Boom()));
                    await Assert.ThrowsAsync<Boom>(() => failing.Completion);
                }

                Assert.False(group.IsCancellationRequested);
                release.SetResult();
            }));
        Assert.True(finished);
        Assert.Equal(2, error.InnerExceptions.Count);
    });

    [Fact]
    public Task Isolate_BodyFails_StillCancelsTheChildren() => floor.RunAsync(async () =>
    {
        ChildTask? child = null;
        await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(new TaskGroupOptions { OnChildFailure = ChildFailure.Isolate }, group =>
        {
            child = group.Start(Forever.WaitAsync);
            throw new Boom();
        }));
        Assert.Equal(ChildTaskStatus.Cancelled, child!.Status);
    });

    [Fact]
    public Task IgnoreForeignCancellation_Child_CountsAsCancelledAndSiblingsGoOn() => floor.RunAsync(() => TaskGroup.RunAsync(
        new TaskGroupOptions { OnForeignCancellation = ForeignCancellation.Ignore },
        async group =>
        {
            var foreign = group.Start(_ => throw new OperationCanceledException("an HTTP client's timeout, say"));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => foreign.Completion);
            Assert.Equal(ChildTaskStatus.Cancelled, foreign.Status);
            Assert.True(foreign.Completion.IsCanceled);
            Assert.False(group.IsCancellationRequested);
            Assert.Equal(2, await group.Start(_ => Task.FromResult(2)).Completion);
        }));

    [Fact]
    public Task IgnoreForeignCancellation_Body_IsStillAnError() => floor.RunAsync(async () => Assert.True((await Assert.ThrowsAsync<TaskGroupException>(
        () => TaskGroup.RunAsync(new TaskGroupOptions { OnForeignCancellation = ForeignCancellation.Ignore }, _ => throw new OperationCanceledException()))).Contains<OperationCanceledException>()));

    [Fact]
    public Task MaxConcurrency_MoreChildrenThanPlaces_RunsThemInTheOrderOfTheirStarts() => floor.RunAsync(async () =>
    {
        var local = new AsyncLocal<int>();
        var begun = new List<int>();
        var running = 0;
        var most = 0;
        var twoRun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await TaskGroup.RunAsync(new TaskGroupOptions { MaxConcurrency = 2 }, async group =>
        {
            for (var i = 0; i < 6; i++)
            {
                var number = i;
                local.Value = i;
                group.Start(async _ =>
                {
                    lock (begun)
                    {
                        begun.Add(number);
                        most = Math.Max(most, ++running);
                        if (running == 2)
                            twoRun.TrySetResult();
                    }

                    Assert.Equal(number, local.Value); // as of its Start, however late it begins
                    await release.Task;
                    lock (begun)
                        running--;
                });
            }

            await twoRun.Task;
            Assert.Equal(6, group.ActiveCount); // those that wait count as active
            lock (begun)
                Assert.Equal([0, 1], begun.Order());
            release.SetResult();
        });
        Assert.Equal(2, most);
        Assert.Equal(6, begun.Count);
        if (floor == Floor.Loop)
            Assert.Equal([0, 1, 2, 3, 4, 5], begun); // on the pool two that hold places may note it in either order
    });

    [Fact]
    public Task MaxConcurrency_GroupCancelledWhileChildrenWait_TheyBeginWithACancelledToken() => floor.RunAsync(async () =>
    {
        var seen = new List<bool>();
        await TaskGroup.RunAsync(new TaskGroupOptions { MaxConcurrency = 1 }, group =>
        {
            group.Start(Forever.WaitAsync);
            group.Start(token =>
            {
                seen.Add(token.IsCancellationRequested);
                return Task.CompletedTask;
            });
            group.Cancel();
            return Task.CompletedTask;
        });
        Assert.Equal([true], seen);
    });

    [Fact]
    public void MaxConcurrency_BelowOne_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => new TaskGroupOptions { MaxConcurrency = 0 });

    [Fact]
    public Task StartAndWaitAsync_ChildReports_GoesOnWhileTheChildRuns() => floor.RunAsync(() => TaskGroup.RunAsync(async group =>
    {
        var port = await group.StartAndWaitAsync<int>(async (started, token) =>
        {
            await Task.Yield();
            started.Report(8080);
            Assert.Throws<InvalidOperationException>(() => started.Report(1));
            await Forever.WaitAsync(token);
        });
        Assert.Equal(8080, port);
        Assert.Equal(1, group.ActiveCount);
        group.Cancel();
    }));

    [Fact]
    public Task StartAndWaitAsync_ChildFailsFirst_ThrowsItsErrorAndTheGroupListsItOnce() => floor.RunAsync(async () =>
    {
        var boom = new Boom();
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(async group =>
            Assert.Equal(0, await group.StartAndWaitAsync<int>((_, _) => Task.FromException(boom)))));
        Assert.Same(boom, Assert.Single(error.InnerExceptions));
    });

    [Fact]
    public Task StartAndWaitAsync_ChildEndsWithoutReporting_SaysSo() => floor.RunAsync(() => TaskGroup.RunAsync(async group =>
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => group.StartAndWaitAsync<int>((_, _) => Task.CompletedTask));
        Assert.Contains("Report", error.Message, StringComparison.Ordinal);
    }));

    [Fact]
    public Task RaceAsync_FirstSuccessWins_TheRestAreCancelledAndWaitedFor() => floor.RunAsync(async () =>
    {
        var cleaned = false;
        var winner = await TaskGroup.RaceAsync<string>(race =>
        {
            race.Start(_ => Task.FromException<string>(new Boom()));
            race.Start(async token =>
            {
                try
                {
                    await Forever.WaitAsync(token);
                    return "never";
                }
                finally
                {
                    await Task.Yield();
                    cleaned = true;
                }
            });
            race.Start(async _ =>
            {
                await Task.Yield();
                return "won";
            });
            return Task.CompletedTask;
        });
        Assert.Equal("won", winner);
        Assert.True(cleaned);
    });

    [Fact]
    public Task RaceAsync_AllFail_ThrowsAllErrors() => floor.RunAsync(async () => Assert.Equal(2, (await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RaceAsync<int>(race =>
    {
        race.Start(_ => Task.FromException<int>(new Boom("a")));
        race.Start(_ => Task.FromException<int>(new Boom("b")));
        return Task.CompletedTask;
    }))).InnerExceptions.Count));

    [Fact]
    public Task RaceAsync_NobodyStarted_Throws() => floor.RunAsync(() => Assert.ThrowsAsync<InvalidOperationException>(() => TaskGroup.RaceAsync<int>(_ => Task.CompletedTask)));

    [Fact]
    public Task RaceAsync_StartAfterTheWin_IsRefusedAsCancelled() => floor.RunAsync(async () => Assert.Equal(1, await TaskGroup.RaceAsync<int>(async race =>
    {
        race.Start(_ => Task.FromResult(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Forever.WaitAsync(race.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => race.Start(_ => Task.FromResult(2)));
    })));

    [Fact]
    public Task RaceAsync_CallerCancels_ThrowsWithTheCallersToken() => floor.RunAsync(async () =>
    {
        using var caller = new CancellationTokenSource();
        var running = TaskGroup.RaceAsync<int>(
            race =>
            {
                race.Start(async token =>
                {
                    await Forever.WaitAsync(token);
                    return 1;
                });
                return Task.CompletedTask;
            },
            caller.Token);
        caller.Cancel();
        Assert.Equal(caller.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running)).CancellationToken);
    });
}

public sealed class StragglerTests
{
    [Fact]
    public void StragglerDelay_ChildIgnoresItsToken_IsWaitedForAndNamed()
    {
        var log = EventLoop.Run(() => TaskGroup.RunAsync(new TaskGroupOptions { StragglerDelay = TimeSpan.FromSeconds(2) }, group =>
        {
            group.Start(_ => Task.Delay(TimeSpan.FromSeconds(10), EventLoop.Current!.TimeProvider, CancellationToken.None), "deaf");
            group.Start(Forever.WaitAsync, "polite");
            group.Cancel();
            return Task.CompletedTask;
        })).Log;
        var named = log.Events.Single(e => e.Kind == ScopeEventKind.Straggling);
        Assert.Equal((TimeSpan.FromSeconds(2), "waiting for deaf"), (named.Time, named.Text));
        Assert.Equal(TimeSpan.FromSeconds(10), log.Events[^1].Time);
    }

    [Fact]
    public void StragglerDelay_EverybodyEndsInTime_NobodyIsNamedAndNoTimeIsLost()
    {
        var report = EventLoop.Run(() => TaskGroup.RunAsync(group =>
        {
            group.Start(Forever.WaitAsync);
            group.Cancel();
            return Task.CompletedTask;
        }));
        Assert.DoesNotContain(report.Log.Events, e => e.Kind == ScopeEventKind.Straggling);
        Assert.Equal(TimeSpan.Zero, report.VirtualElapsed);
    }
}
