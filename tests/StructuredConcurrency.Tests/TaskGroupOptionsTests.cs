using StructuredConcurrency.Simulation;

namespace StructuredConcurrency.Tests;

public sealed class TaskGroupOptionsOnLoopTests() : TaskGroupOptionsTests(Floor.Loop);

public sealed class TaskGroupOptionsOnThreadPoolTests() : TaskGroupOptionsTests(Floor.ThreadPool);

public abstract class TaskGroupOptionsTests(Floor floor)
{
    [Fact]
    public Task Report_Twice_Throws() => floor.RunAsync(() => TaskGroup.RunAsync(group => group.StartAndWaitAsync<int>((started, _) =>
    {
        started.Report(8080);
        Assert.Throws<InvalidOperationException>(() => started.Report(1));
        return Task.CompletedTask;
    })));
}

public sealed class SuppressedFlowTests
{
    [Fact]
    public async Task MaxConcurrency_FlowSuppressedAtStart_ChildDoesNotSeeWhatTheOneBeforeItSaw()
    {
        var local = new AsyncLocal<string>();
        var firstRuns = new TaskCompletionSource();
        var first = new TaskCompletionSource();
        var seen = new TaskCompletionSource<string?>();
        await TaskGroup.RunAsync(new TaskGroupOptions { MaxConcurrency = 1 }, async group =>
        {
            group.Start(_ =>
            {
                firstRuns.SetResult();
                return first.Task;
            });
            using (ExecutionContext.SuppressFlow())
            {
                group.Start(_ =>
                {
                    seen.SetResult(local.Value);
                    return Task.CompletedTask;
                });
            }

            await firstRuns.Task;
            await Task.Run(() =>
            {
                local.Value = "of whoever ended the first";
                first.SetResult();
            });
        });
        Assert.Null(await seen.Task);
    }
}

public sealed class StragglerTests
{
    public static TheoryData<TimeSpan> DelaysNoTimerReaches => [TimeSpan.FromSeconds(-2), TimeSpan.MaxValue];

    [Theory]
    [MemberData(nameof(DelaysNoTimerReaches))]
    public void StragglerDelay_NoTimerReachesIt_IsRefused(TimeSpan delay) =>
        Assert.Throws<ArgumentOutOfRangeException>("value", () => new TaskGroupOptions { StragglerDelay = delay });

    [Fact]
    public Task StragglerDelay_Infinite_GroupEndsAsEver() => Floor.Loop.RunAsync(() => TaskGroup.RunAsync(new TaskGroupOptions { StragglerDelay = Timeout.InfiniteTimeSpan }, group =>
    {
        group.Start(Forever.WaitAsync);
        group.Cancel();
        return Task.CompletedTask;
    }));

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
    public void StragglerDelay_InnerGroupWithoutTheOuterToken_IsWaitedForAndTheStoryShowsWhoWaits()
    {
        var log = EventLoop.Run(() => TaskGroup.RunAsync(new TaskGroupOptions { Name = "outer" }, group =>
        {
            group.Start(
                _ => TaskGroup.RunAsync(
                    new TaskGroupOptions { Name = "inner" },
                    inner =>
                    {
                        inner.Start(_ => Task.Delay(TimeSpan.FromSeconds(10), EventLoop.Current!.TimeProvider, CancellationToken.None), "slow");
                        return Task.CompletedTask;
                    },
                    CancellationToken.None),
                "deaf");
            group.Cancel();
            return Task.CompletedTask;
        })).Log;
        Assert.Equal(("outer", "waiting for deaf"), log.Events.Where(e => e.Kind == ScopeEventKind.Straggling).Select(e => (e.ScopeName, e.Text)).Single());
        Assert.Contains(log.Events, e => e is { Kind: ScopeEventKind.WaitStarted, Wait: ScopeWait.Children, TaskName: "deaf", ScopeName: "inner" });
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
