using System.Threading.Channels;

namespace StructuredConcurrency.Simulation.Tests;

/// <summary>Alone in the process while they run: to whom the thread pool's work, or memory, belongs cannot be told for sure while others use it too.</summary>
[CollectionDefinition(nameof(OutsideTheLoopTests), DisableParallelization = true)]
public sealed class OutsideTheLoopCollection;

[Collection(nameof(OutsideTheLoopTests))]
public sealed class MemoryTests
{
    /// <summary>A producer, two consumers, cancelled by a timeout and by a failure: what a hundred thousand runs leave behind.</summary>
    [Fact]
    public void Explore_AHundredThousandSchedules_KeepsNoMoreThanTenThousand()
    {
        var (schedules, early, late) = (0, 0L, 0L);
        var report = EventLoop.Explore(
            () => TimeoutScope.TryRunAsync(TimeSpan.FromMilliseconds(3), scope => TaskGroup.RunAsync(
                group =>
                {
                    var queue = new JoinableQueue<int>(1);
                    group.Start(token => queue.PutAsync(1, token).AsTask());
                    group.Start(async token => await queue.GetAsync(token));
                    group.Start(async token => await queue.GetAsync(token));
                    return Task.CompletedTask;
                },
                scope.Token)),
            new ExploreOptions
            {
                Strategy = ExploreStrategy.Random,
                Schedules = 100_000,
                TimerJitter = TimeSpan.Zero, // few different schedules: those that were seen are kept, twenty bytes each
                Check = _ =>
                {
                    if (++schedules == 10_000)
                        early = GC.GetTotalMemory(forceFullCollection: true);
                    else if (schedules == 100_000)
                        late = GC.GetTotalMemory(forceFullCollection: true);
                    return null;
                },
            });
        Assert.True(report.Findings.Count == 0, report.ToString());
        Assert.InRange(late - early, long.MinValue, 100_000);
    }
}

/// <summary>Programs that leave the loop for the thread pool or a thread of their own, and come back.</summary>
[Collection(nameof(OutsideTheLoopTests))]
public sealed class OutsideTheLoopTests
{
    private static TimeProvider Clock => EventLoop.Current!.TimeProvider;

    [Fact]
    public void Run_ReadAllAsyncOfAChannel_TakesNoVirtualTime()
    {
        var report = Run(async () =>
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
        var report = Run(async () =>
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
        var report = Run(async () =>
        {
            var done = new TaskCompletionSource();
            StartThread(() =>
            {
                Thread.Sleep(20); // longer than the loop needs to look around
                done.SetResult();
            });
            await done.Task.WaitAsync(TimeSpan.FromSeconds(1), Clock);
        });
        Assert.True(report.Outcome == Outcome.Completed, report.ToString() + report.Error);
        Assert.Equal(TimeSpan.Zero, report.VirtualElapsed);
        Assert.True(report.ForeignPosts > 0);
    }

    [Fact]
    public void Run_ProgramsOwnThreadAndNoTimer_IsNoDeadlock()
    {
        var report = Run(async () =>
        {
            var done = new TaskCompletionSource();
            StartThread(() =>
            {
                Thread.Sleep(20);
                done.SetResult();
            });
            await done.Task;
        });
        Assert.Equal(Outcome.Completed, report.Outcome);
    }

    [Fact]
    public void Run_ProgramsOwnThreadNeverEnds_HasEscaped()
    {
        using var release = new ManualResetEventSlim();
        var report = Run(async () =>
        {
            var done = new TaskCompletionSource();
            StartThread(() => release.Wait());
            await done.Task;
        });
        release.Set();
        Assert.Equal(Outcome.Escaped, report.Outcome);
        Assert.Contains("a thread of its own", report.UsualCause, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_AnotherLoopRanOnThePool_IsNotWaitedForAnyMore()
    {
        var report = Run(async () =>
        {
            await Task.Run(() => EventLoop.Run(async () => await Task.Yield()));
            await new TaskCompletionSource().Task;
        });
        Assert.Equal(Outcome.Deadlock, report.Outcome); // and not escaped: nothing of it runs elsewhere
    }

    [Fact]
    public void Run_WaitForThreadPool_WhatThePoolDoesComesBeforeTheNextChoice()
    {
        for (var i = 0; i < 50; i++)
        {
            var order = new List<string>();
            var report = EventLoop.Run( // here, and not on a thread of its own: the test's would be a busy one of the pool, and be waited for
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
            Assert.Equal(["pool", "other"], order);
        }
    }

    [Theory]
    [InlineData(false, Outcome.Deadlock)]
    [InlineData(true, Outcome.Escaped)]
    public async Task Run_ProcessIsBusyWithSomethingElse_OnlyWhatIsTheProgramsOwnCounts(bool itsOwnTimer, Outcome outcome)
    {
        var begun = new TaskCompletionSource();
        using var release = new ManualResetEventSlim();
        using var timer = new Timer(_ => { });
        var others = Task.CompletedTask;
        var report = Run(async () =>
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
        var report = Run(() => Task.FromResult(slow.Value));
        Assert.Equal((Outcome.Completed, null), (report.Outcome, report.Error));
        holder.Join();
    }

    [Fact]
    public void Run_BlocksForWhatItsOwnThreadIsAboutToDo_IsNoBlockedThread()
    {
        using var done = new ManualResetEventSlim();
#pragma warning disable VSTHRD002, CA1849, MA0045, xUnit1031 // blocking is the case
        var report = Run(() =>
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

    /// <summary>On a thread of its own: one that has run loops before may have learnt what others did then.</summary>
    private static RunReport Run(Func<Task> main, EventLoopOptions? options = null)
    {
        RunReport? report = null;
        var thread = new Thread(() => report = EventLoop.Run(main, options));
        thread.Start();
        thread.Join();
        return report!;
    }

    /// <summary>Returns when the thread runs: one that the machine has not let begin yet is nobody's.</summary>
    private static void StartThread(Action work)
    {
        using var runs = new ManualResetEventSlim();
        new Thread(() =>
        {
            runs.Set();
            work();
        }).Start();
        runs.Wait();
    }
}
