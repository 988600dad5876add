using System.Collections.Concurrent;
using System.Threading.Channels;
using StructuredConcurrency.Simulation.StandIns;

namespace StructuredConcurrency.Simulation.Tests;

/// <summary>Programs that leave the loop, hold it up or misuse it: each has a verdict that says so, and none hangs.</summary>
public sealed class VerdictTests
{
    private static TimeProvider Clock => EventLoop.Current!.TimeProvider;

    public static TheoryData<string> Blockers => [.. s_blockers.Keys];

    private static readonly SortedDictionary<string, Action> s_blockers = new(StringComparer.Ordinal)
    {
#pragma warning disable VSTHRD002, CA1849, MA0045, xUnit1031 // blocking is the case
        ["Task.Wait"] = static () => new TaskCompletionSource().Task.Wait(CancellationToken.None),
        ["Task.Result"] = static () => _ = new TaskCompletionSource<int>().Task.Result,
        ["GetResult"] = static () => new TaskCompletionSource().Task.GetAwaiter().GetResult(),
        ["Task.WaitAll"] = static () => Task.WaitAll([new TaskCompletionSource().Task], CancellationToken.None),
        ["SemaphoreSlim.Wait"] = static () => new SemaphoreSlim(0).Wait(CancellationToken.None),
        ["ManualResetEventSlim.Wait"] = static () => new ManualResetEventSlim().Wait(CancellationToken.None),
        ["ManualResetEvent.WaitOne"] = static () => new ManualResetEvent(false).WaitOne(),
        ["BlockingCollection.Take"] = static () => new BlockingCollection<int>().Take(CancellationToken.None),
        ["Monitor.Wait"] = static () =>
        {
            var gate = new object();
            lock (gate)
                Monitor.Wait(gate);
        },
#pragma warning restore VSTHRD002, CA1849, MA0045, xUnit1031
    };

    [Theory]
    [MemberData(nameof(Blockers))]
    public void Run_CodeBlocksTheThread_IsABlockedThread(string how)
    {
        var report = EventLoop.Run(async () =>
        {
            await Task.Yield();
            s_blockers[how]();
        });
        Assert.Equal(Outcome.BlockedThread, report.Outcome);
        Assert.Contains("Await instead", report.UsualCause, StringComparison.Ordinal);
    }

    [Fact]
    public void Explore_CodeBlocksInSomeOrders_IsFoundAndShrunk()
    {
        var report = EventLoop.Explore(
            () => TaskGroup.RunAsync(group =>
            {
                var ready = new TaskCompletionSource();
                group.Start(_ =>
                {
                    ready.SetResult();
                    return Task.CompletedTask;
                });
                group.Start(_ =>
                {
#pragma warning disable VSTHRD002, CA1849, MA0045, xUnit1031
                    ready.Task.Wait(CancellationToken.None);
#pragma warning restore VSTHRD002, CA1849, MA0045, xUnit1031
                    return Task.CompletedTask;
                });
                return Task.CompletedTask;
            }),
            new ExploreOptions());
        Assert.Equal(Outcome.BlockedThread, Assert.Single(report.Findings).Shrunk.Outcome);
    }

    [Fact]
    public void Explore_EndlessYielding_MeetsTheStepLimit()
    {
        var report = EventLoop.Explore(
            async () =>
            {
                while (true)
                    await Task.Yield();
            },
            new ExploreOptions { MaxSteps = 500 });
        var finding = Assert.Single(report.Findings);
        Assert.Equal(Outcome.StepLimit, finding.Shrunk.Outcome);
        Assert.Contains("Task.Yield()", finding.Failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_TimerCallbackThrows_ReportsItsError()
    {
        var report = EventLoop.Run(async () =>
        {
            await using var timer = Clock.CreateTimer(_ => throw new InvalidDataException("in the callback"), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
            await Task.Delay(TimeSpan.FromSeconds(5), Clock);
        });
        Assert.Equal(Outcome.Faulted, report.Outcome);
        Assert.Equal("in the callback", report.Error?.Message);
        Assert.Equal(TimeSpan.FromSeconds(1), report.VirtualElapsed);
    }

    [Fact]
    public void Run_ProgramDisposesTheLoopsClock_IsToldThatItCannot()
    {
        var report = EventLoop.Run(() =>
        {
            ((IDisposable)(object)Clock).Dispose();
            return Task.CompletedTask;
        });
        Assert.IsType<InvalidCastException>(report.Error);
    }

    [Fact]
    public void Run_TimerDisposedWhileItIsAwaited_IsADeadlockNotAHang()
    {
        var report = EventLoop.Run(async () =>
        {
            var rings = new TaskCompletionSource();
            var timer = Clock.CreateTimer(_ => rings.SetResult(), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
            await timer.DisposeAsync();
            Assert.False(timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
            await rings.Task;
        });
        Assert.Equal(Outcome.Deadlock, report.Outcome);
        Assert.Equal("main waits for 'rings' to be completed", WithoutLine(Assert.Single(report.Waiting)));
    }

    [Fact]
    public void ExploreAndReplay_InsideALoop_AreRefused()
    {
        var report = EventLoop.Run(() =>
        {
            Assert.Throws<InvalidOperationException>(() => EventLoop.Explore(() => Task.CompletedTask, new ExploreOptions()));
            Assert.Throws<InvalidOperationException>(() => EventLoop.Replay(() => Task.CompletedTask, new ScheduleTrace(0, TimeSpan.Zero, [])));
            return Task.CompletedTask;
        });
        Assert.Equal(Outcome.Completed, report.Outcome);
    }

    [Fact]
    public void Run_TaskOfAnotherRunIsAwaited_IsADeadlockThatSaysSo()
    {
        Task? kept = null;
        EventLoop.Run(() =>
        {
            kept = SleepAsync();
            return Task.CompletedTask;

            static async Task SleepAsync() => await Task.Delay(TimeSpan.FromSeconds(1), Clock);
        });
        var report = EventLoop.Run(async () => await kept!);
        Assert.Equal(Outcome.Deadlock, report.Outcome);
        Assert.Equal("main waits for a task of another run, which will not go on", WithoutLine(Assert.Single(report.Waiting)));
    }

    [Fact]
    public void Run_TaskOfARunThatGoesOnElsewhereIsAwaited_SaysSo()
    {
        Task? theirs = null;
        using var begun = new ManualResetEventSlim();
        using var judged = new ManualResetEventSlim();
        var elsewhere = new Thread(() => EventLoop.Run(() =>
        {
            theirs = Task.Delay(TimeSpan.FromHours(1), Clock);
            begun.Set();
            judged.Wait(); // in the middle of a step
            return theirs;
        }));
        elsewhere.Start();
        begun.Wait();
        var report = EventLoop.Run(async () => await theirs!);
        judged.Set();
        elsewhere.Join();
        Assert.Equal("main waits for a task of another run, which goes on elsewhere", WithoutLine(Assert.Single(report.Waiting)));
        Assert.Contains(report.Outcome, new[] { Outcome.Deadlock, Outcome.Escaped });
    }

    [Fact]
    public void Run_TaskThatYieldedToAnotherRunIsAwaited_DoesNotWaitForItsTurn()
    {
        Task? left = null;
        EventLoop.Run(() =>
        {
            left = YieldAsync();
            return Task.CompletedTask;

            static async Task YieldAsync() => await Task.Yield();
        });
        var report = EventLoop.Run(async () => await left!);
        Assert.Equal(Outcome.Deadlock, report.Outcome);
        Assert.Equal("a step of another run, or of code outside the loop", Assert.Single(report.Waiting).WaitsFor);
    }

    [Fact]
    public void Run_TasksWithoutNames_AreNamedAfterTheirMethods()
    {
        var report = EventLoop.Run(async () =>
        {
            var gate = new SemaphoreSlim(0);
            var channel = Channel.CreateBounded<int>(1);
            var answer = new TaskCompletionSource<int>();
            await Task.WhenAll(TakePermitAsync(), ReadAsync(), WriteAsync());

            async Task TakePermitAsync() => await gate.WaitAsync();

            async Task ReadAsync() => await answer.Task;

            async Task WriteAsync()
            {
                await channel.Writer.WriteAsync(1);
                await channel.Writer.WriteAsync(2);
            }
        });
        Assert.Equal(
            [
                "main waits for 3 tasks to end",
                "TakePermitAsync waits for a permit of 'gate'",
                "ReadAsync waits for 'answer' to be completed",
                "WriteAsync waits for room in 'channel'",
            ],
            report.Waiting.Select(WithoutLine));
        Assert.All(report.Waiting, task => Assert.True(task.Line > 100));
        Assert.All(report.Waiting, task => Assert.EndsWith("VerdictTests.cs", task.File, StringComparison.Ordinal));
    }

    [Fact]
    public void Run_PermitsWaitedForWithAToken_AreNamed()
    {
        var report = EventLoop.Run(async () =>
        {
            using var stop = new CancellationTokenSource();
            using var pilot = new SemaphoreSlim(0);
            using var tug = new SemaphoreSlim(0);
            await Task.WhenAll(PilotFirstAsync(), TugFirstAsync());

            async Task PilotFirstAsync()
            {
                Assert.False(await tug.WaitAsyncOnLoop(TimeSpan.FromSeconds(1)));
                await pilot.WaitAsyncOnLoop(stop.Token);
            }

            async Task TugFirstAsync() => await tug.WaitAsyncOnLoop(stop.Token);
        });
        Assert.Equal(Outcome.Deadlock, report.Outcome);
        Assert.Equal(
            ["main waits for 2 tasks to end", "PilotFirstAsync waits for a permit of 'pilot'", "TugFirstAsync waits for a permit of 'tug'"],
            report.Waiting.Select(WithoutLine));
    }

    [Fact]
    public void Run_WithoutALog_NamesTheSameWaits()
    {
        Assert.Equal(Waits(observe: true), Waits(observe: false));

        static IEnumerable<string> Waits(bool observe) => EventLoop.Run(
            () => TaskGroup.RunAsync(new TaskGroupOptions { Name = "shop" }, async group =>
            {
                var orders = new JoinableQueue<int>(1) { Name = "orders" };
                var boxes = new JoinableQueue<int>(1) { Name = "boxes" };
                group.Start(async token => await orders.GetAsync(token), "taker");
                group.Start(async token =>
                {
                    await boxes.PutAsync(1, token);
                    await boxes.PutAsync(2, token);
                }, "putter");
                group.Start(token => boxes.JoinAsync(token), "joiner");
                await Task.Yield();
            }),
            new EventLoopOptions { Observe = observe }).Waiting.Select(task => task.ToString());
    }

    private static string WithoutLine(WaitingTask task) => $"{task.Name} waits for {task.WaitsFor}";

    [Fact]
    public void Options_ThatMakeNoSense_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("Schedules", () => new ExploreOptions { Schedules = 0 });
        Assert.Throws<ArgumentOutOfRangeException>("MaxFindings", () => new ExploreOptions { MaxFindings = 0 });
        Assert.Throws<ArgumentOutOfRangeException>("TimerJitter", () => new ExploreOptions { TimerJitter = TimeSpan.FromTicks(-1) });
        Assert.Throws<ArgumentOutOfRangeException>("TimerJitter", () => new EventLoopOptions { TimerJitter = TimeSpan.FromTicks(-1) });
        Assert.Throws<ArgumentOutOfRangeException>("TimerJitter", () => new EventLoopOptions { TimerJitter = TimeSpan.MaxValue });
        Assert.Throws<ArgumentOutOfRangeException>("timerJitter", () => new ScheduleTrace(1, TimeSpan.MaxValue, []));
    }

    [Theory]
    [InlineData(-5_000)]
    [InlineData(5e9)] // 58 days
    public void Run_TimerThatTheSystemsClockRefuses_IsRefusedAsWell(double milliseconds)
    {
        var time = TimeSpan.FromMilliseconds(milliseconds);
        Assert.Throws<ArgumentOutOfRangeException>("dueTime", () => TimeProvider.System.CreateTimer(_ => { }, null, time, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>("period", () => TimeProvider.System.CreateTimer(_ => { }, null, TimeSpan.Zero, time));
        var report = EventLoop.Run(() =>
        {
            Assert.Throws<ArgumentOutOfRangeException>("dueTime", () => Clock.CreateTimer(_ => { }, null, time, TimeSpan.Zero));
            Assert.Throws<ArgumentOutOfRangeException>("period", () => Clock.CreateTimer(_ => { }, null, TimeSpan.Zero, time));
            return Task.CompletedTask;
        });
        Assert.Null(report.Error);
    }

    [Fact]
    public void Run_TaskStartedOnALoopWhoseRunHasEnded_IsRefused()
    {
        EventLoop? ended = null;
        EventLoop.Run(() =>
        {
            ended = EventLoop.Current;
            return Task.CompletedTask;
        });
        var report = EventLoop.Run(() => ended!.Run("late", _ => Task.CompletedTask));
        Assert.Equal(Outcome.Faulted, report.Outcome);
        Assert.Contains("'late' would never begin", report.Error!.Message, StringComparison.Ordinal);
    }
}
