using System.Collections.Concurrent;
using System.Threading.Channels;

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
    public void Run_ReadAllAsyncOfAChannel_TakesNoVirtualTime()
    {
        var report = EventLoop.Run(async () =>
        {
            var channel = Channel.CreateBounded<int>(1);
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(1), Clock);
            var sum = 0;
            var reading = ReadAsync();
            for (var i = 0; i < 20; i++)
            {
                await Task.Yield();
                await channel.Writer.WriteAsync(i, deadline.Token);
            }

            channel.Writer.Complete();
            await reading;
            Assert.Equal(190, sum);

            async Task ReadAsync()
            {
                await foreach (var item in channel.Reader.ReadAllAsync(deadline.Token))
                    sum += item;
            }
        });
        Assert.True(report.Outcome == Outcome.Completed, report.ToString() + report.Error);
        Assert.Equal(TimeSpan.Zero, report.VirtualElapsed);
        Assert.False(report.IsFullyControlled);
    }

    [Fact]
    public void Run_SemaphoreWithAToken_TakesNoVirtualTime()
    {
        var report = EventLoop.Run(async () =>
        {
            using var gate = new SemaphoreSlim(1);
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(1), Clock);
            await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
            {
                await gate.WaitAsync(deadline.Token);
                await Task.Yield();
                gate.Release();
            }));
        });
        Assert.True(report.Outcome == Outcome.Completed, report.ToString() + report.Error);
        Assert.Equal(TimeSpan.Zero, report.VirtualElapsed);
    }

    [Fact]
    public void Run_ProgramsOwnThread_IsWaitedForBeforeTimePasses()
    {
        var report = EventLoop.Run(async () =>
        {
            var done = new TaskCompletionSource();
            new Thread(() =>
            {
                Thread.Sleep(20); // longer than the loop needs to look around
                done.SetResult();
            }).Start();
            await done.Task.WaitAsync(TimeSpan.FromSeconds(1), Clock);
        });
        Assert.True(report.Outcome == Outcome.Completed, report.ToString() + report.Error);
        Assert.Equal(TimeSpan.Zero, report.VirtualElapsed);
        Assert.True(report.ForeignPosts > 0);
    }

    [Fact]
    public void Run_ProgramsOwnThreadAndNoTimer_IsNoDeadlock()
    {
        var report = EventLoop.Run(async () =>
        {
            var done = new TaskCompletionSource();
            new Thread(() =>
            {
                Thread.Sleep(20);
                done.SetResult();
            }).Start();
            await done.Task;
        });
        Assert.Equal(Outcome.Completed, report.Outcome);
    }

    [Fact]
    public void Run_ProgramsOwnThreadNeverEnds_HasEscaped()
    {
        using var release = new ManualResetEventSlim();
        var report = EventLoop.Run(async () =>
        {
            var done = new TaskCompletionSource();
            new Thread(() => release.Wait()).Start();
            await done.Task;
        });
        release.Set();
        Assert.Equal(Outcome.Escaped, report.Outcome);
        Assert.Contains("a thread of its own", report.UsualCause, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WaitForThreadPool_WhatThePoolDoesComesBeforeTheNextChoice()
    {
        // A machine that stalls the pool's thread for long makes its work look like somebody else's: not every run, then, but most.
        var inOrder = 0;
        for (var i = 0; i < 20; i++)
        {
            var order = new List<string>();
            var report = EventLoop.Run(
                async () =>
                {
                    var work = Task.Run(() => { });
                    var other = OtherAsync();
                    await work;
                    order.Add("pool");
                    await other;

                    async Task OtherAsync()
                    {
                        for (var step = 0; step < 3; step++)
                            await Task.Yield();
                        order.Add("other");
                    }
                },
                new EventLoopOptions { WaitForThreadPool = true });
            Assert.Equal(Outcome.Completed, report.Outcome);
            inOrder += order is ["pool", "other"] ? 1 : 0;
        }

        Assert.InRange(inOrder, 11, 20);
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
        Assert.All(report.Waiting, task => Assert.True(task.Line > 200));
        Assert.All(report.Waiting, task => Assert.EndsWith("VerdictTests.cs", task.File, StringComparison.Ordinal));
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

    [Theory]
    [InlineData(false, Outcome.Deadlock)]
    [InlineData(true, Outcome.Escaped)]
    public async Task Run_ProcessIsBusyWithSomethingElse_OnlyWhatIsTheProgramsOwnCounts(bool itsOwnTimer, Outcome outcome)
    {
        var begun = new TaskCompletionSource();
        using var release = new ManualResetEventSlim();
        using var timer = new Timer(_ => { });
        var others = Task.CompletedTask;
        var report = EventLoop.Run(async () =>
        {
            // Begins after the loop, as others' work may; nothing of the program flows there.
            using (ExecutionContext.SuppressFlow())
            {
                timer.Change(TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
                others = Task.Run(() =>
                {
                    begun.SetResult();
                    release.Wait();
                });
            }

            await begun.Task;
            await (itsOwnTimer ? Task.Delay(TimeSpan.FromHours(1)) : new JoinableQueue<int>().GetAsync().AsTask());
        });
        release.Set();
        await others;
        Assert.Equal(outcome, report.Outcome);
    }

    [Fact]
    public void Run_LockInsideTheFrameworkIsHeldForLong_IsNoBlockedThread()
    {
        using var entered = new ManualResetEventSlim();
        var slow = new Lazy<int>(() =>
        {
            entered.Set();
            Thread.Sleep(150);
            return 7;
        });
        Thread holder;
        using (ExecutionContext.SuppressFlow())
        {
            holder = new Thread(() => _ = slow.Value);
            holder.Start();
        }

        entered.Wait(TestContext.Current.CancellationToken);
        var report = EventLoop.Run(() => Task.FromResult(slow.Value));
        Assert.Equal((Outcome.Completed, null), (report.Outcome, report.Error));
        holder.Join();
    }

    [Fact]
    public void Run_BlocksForWhatItsOwnThreadIsAboutToDo_IsNoBlockedThread()
    {
        using var done = new ManualResetEventSlim();
#pragma warning disable VSTHRD002, CA1849, MA0045, xUnit1031 // blocking is the case
        var report = EventLoop.Run(() =>
        {
            new Thread(() =>
            {
                Thread.Sleep(150);
                done.Set();
            }).Start();
            done.Wait(CancellationToken.None);
            return Task.CompletedTask;
        });
#pragma warning restore VSTHRD002, CA1849, MA0045, xUnit1031
        Assert.Equal((Outcome.Completed, null), (report.Outcome, report.Error));
    }

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
