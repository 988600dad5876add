// Whether something is under way outside the loop is read from the process: its timers and its pool.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace StructuredConcurrency.Simulation.Tests;

public sealed class EventLoopTests
{
    private static TimeProvider Clock => EventLoop.Current!.TimeProvider;

    [Fact]
    public void Run_AnHourOfDelays_TakesNoTimeAndTellsTheHour()
    {
        var report = EventLoop.Run(async () =>
        {
            await Task.Delay(TimeSpan.FromHours(1), Clock);
            Assert.Equal(new DateTimeOffset(2000, 1, 1, 1, 0, 0, TimeSpan.Zero), Clock.GetLocalNow());
        });
        Assert.Equal(Outcome.Completed, report.Outcome);
        Assert.Equal(TimeSpan.FromHours(1), report.VirtualElapsed);
        Assert.Equal(0, report.ForeignPosts);
        Assert.Equal("completed after 3600.000 s", report.ToString());
    }

    [Fact]
    public void Run_WhenAllOverChildren_StaysOnTheLoop()
    {
        var report = EventLoop.Run(() => TaskGroup.RunAsync(async group =>
        {
            var plain = group.Start(token => Task.Delay(TimeSpan.FromSeconds(1), Clock, token));
            var withValue = group.Start(async token =>
            {
                await Task.Delay(TimeSpan.FromSeconds(2), Clock, token);
                return 2;
            });

            // The deadline is the only timer left: were the way over the thread pool, it would be reached first.
            await Task.WhenAll(plain.Completion, withValue.Completion).WaitAsync(TimeSpan.FromHours(1), Clock, group.Token);
        }));

        Assert.Equal("completed after 2.000 s", report.ToString());
        Assert.Equal(0, report.ForeignPosts);
    }

    [Fact]
    public void Run_ProgramThrows_ReportsItsError()
    {
        var report = EventLoop.Run(async () =>
        {
            await Task.Yield();
            throw new InvalidDataException("bad beans");
        });
        Assert.Equal(Outcome.Faulted, report.Outcome);
        Assert.IsType<InvalidDataException>(report.Error);
    }

    [Fact]
    public void Run_CodeThatNobodyAwaitsThrows_ReportsItsError()
    {
        var report = EventLoop.Run(async () =>
        {
            Escape();
            await Task.Delay(TimeSpan.FromSeconds(1), Clock);

#pragma warning disable VSTHRD100 // async void is the case
            static async void Escape()
            {
                await Task.Yield();
                throw new InvalidDataException("nobody looked");
            }
#pragma warning restore VSTHRD100
        });
        Assert.Equal(Outcome.Faulted, report.Outcome);
        Assert.Equal("nobody looked", report.Error?.Message);
    }

    [Fact]
    public void Run_NobodyCanGoOn_IsADeadlockThatNamesWhoWaitsForWhat()
    {
        var report = EventLoop.Run(() => TaskGroup.RunAsync(new TaskGroupOptions { Name = "shop" }, async group =>
        {
            var orders = new JoinableQueue<int>(1) { Name = "orders" };
            await orders.PutAsync(1, group.Token);
            group.Start(async token =>
            {
                await orders.GetAsync(token); // and never marks it done
                await orders.GetAsync(token);
            }, "C1");
            await orders.JoinAsync(group.Token);
        }));
        Assert.Equal(Outcome.Deadlock, report.Outcome);
        Assert.Equal(["main waits for 'orders' to be joined: 1 unfinished", "C1 waits for an item of 'orders'"], report.Waiting.Select(WithoutLine));
        Assert.StartsWith("deadlock at 0.000 s: main waits for", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_FullQueueWithoutConsumers_IsADeadlockOfThePutter()
    {
        var report = EventLoop.Run(() => TaskGroup.RunAsync(group =>
        {
            var queue = new JoinableQueue<int>(1);
            group.Start(async token =>
            {
                await queue.PutAsync(1, token);
                await queue.PutAsync(2, token);
            }, "PROD");
            return Task.CompletedTask;
        }));
        Assert.Equal(["main waits for the children of 'group-1' to end", "PROD waits for room in 'queue'"], report.Waiting.Select(WithoutLine));
    }

    [Fact]
    public void Run_EndlessLoopThatAwaits_MeetsTheStepLimit()
    {
        var report = EventLoop.Run(
            async () =>
            {
                while (true)
                    await Task.Yield();
            },
            new EventLoopOptions { MaxSteps = 1_000 });
        Assert.Equal(Outcome.StepLimit, report.Outcome);
        Assert.Equal(1_000, report.Steps);
    }

    [Fact]
    public void Run_CodeBlocksTheThread_IsToldSoWhereItBlocks()
    {
        var report = EventLoop.Run(async () =>
        {
            var never = new TaskCompletionSource<int>();
            await Task.Yield();
            _ = never.Task.Result;
        });
        Assert.Equal(Outcome.BlockedThread, report.Outcome);
        Assert.IsType<BlockedThreadException>(report.Error);
    }

    [Fact]
    public void Run_ProgramWaitsForTheSystemsClock_HasEscaped()
    {
        var report = EventLoop.Run(() => Task.Delay(TimeSpan.FromMinutes(10)));
        Assert.Equal(Outcome.Escaped, report.Outcome);
    }

    [Fact]
    public void Run_WorkThatComesBackFromThePool_IsCountedAndWaitedFor()
    {
        var report = EventLoop.Run(async () => await Task.Run(() => Task.Delay(1)));
        Assert.Equal(Outcome.Completed, report.Outcome);
        Assert.True(report.ForeignPosts > 0);
    }

    [Fact]
    public void Run_InsideALoop_IsRefused()
    {
        var report = EventLoop.Run(() =>
        {
            EventLoop.Run(() => Task.CompletedTask);
            return Task.CompletedTask;
        });
        Assert.Contains("cannot run inside another", report.Error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_LogOfAnotherRun_IsRefused()
    {
        var log = EventLoop.Run(() => TaskGroup.RunAsync(_ => Task.CompletedTask)).Log;
        var error = Assert.Throws<ArgumentException>(() => EventLoop.Run(() => Task.CompletedTask, new EventLoopOptions { Log = log }));
        Assert.Contains("another run", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_SystemClockAndWorkOnThePool_WaitsForIt()
    {
        // Longer than the virtual loop's patience with strangers; virtual time is not the subject here.
        var report = EventLoop.Run(async () => await Task.Run(() => Task.Delay(400)), new EventLoopOptions { Clock = LoopClock.System });
        Assert.Equal(Outcome.Completed, report.Outcome);
    }

    [Fact]
    public void Run_SystemClock_WaitsInRealTimeAndNeverTooShort()
    {
        var report = EventLoop.Run(() => Task.Delay(TimeSpan.FromMilliseconds(20), Clock), new EventLoopOptions { Clock = LoopClock.System });
        Assert.Equal(Outcome.Completed, report.Outcome);
        Assert.True(report.VirtualElapsed >= TimeSpan.FromMilliseconds(20));
    }

    [Fact]
    public void Run_CancelledFromAnotherThread_TheScopeIsCancelledOnTheLoop()
    {
        using var stranger = new CancellationTokenSource();
        var loopThread = Environment.CurrentManagedThreadId;
        var callbackThread = 0;
        var report = EventLoop.Run(
            () => TaskGroup.RunAsync(
                async group =>
                {
                    group.Token.Register(() => callbackThread = Environment.CurrentManagedThreadId);
                    _ = Task.Run(stranger.Cancel);
                    await Task.Delay(TimeSpan.FromMinutes(10), Clock, group.Token);
                },
                stranger.Token),
            new EventLoopOptions { Clock = LoopClock.System });
        Assert.IsAssignableFrom<OperationCanceledException>(report.Error);
        Assert.Equal(loopThread, callbackThread);
    }

    [Fact]
    public void Run_AsyncLocalOfTheCaller_IsSeen()
    {
        var local = new AsyncLocal<int> { Value = 3 };
        var seen = 0;
        EventLoop.Run(async () =>
        {
            await Task.Yield();
            seen = local.Value;
        });
        Assert.Equal(3, seen);
    }

    [Fact]
    public void Run_StartNewAndContinueWith_StayOnTheLoop()
    {
        var report = EventLoop.Run(async () =>
        {
            var thread = Environment.CurrentManagedThreadId;
#pragma warning disable MA0040, CA2008, VSTHRD105 // the default scheduler is the case
            Assert.Equal(thread, await Task.Factory.StartNew(() => Environment.CurrentManagedThreadId));
            Assert.Equal(thread, await Task.Delay(TimeSpan.FromSeconds(1), Clock).ContinueWith(_ => Environment.CurrentManagedThreadId));
#pragma warning restore MA0040, CA2008, VSTHRD105
        });
        Assert.True(report.Outcome == Outcome.Completed, report.ToString());
        Assert.Equal(0, report.ForeignPosts);
    }

    [Fact]
    public void Run_SameSeed_SameScheduleAndSameLogByteForByte()
    {
        var runs = Enumerable.Range(0, 50).Select(_ => RunRandomly(seed: 11)).ToList();
        Assert.Single(runs.Select(r => r.Fingerprint).Distinct());
        Assert.Single(runs.Select(r => r.Log.ToJsonLines()).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public void Run_OtherSeeds_OtherSchedules() =>
        Assert.True(Enumerable.Range(0, 50).Select(seed => RunRandomly((ulong)seed).Fingerprint).Distinct().Count() > 40);

    [Fact]
    public void Run_RandomSchedules_FindTheLostUpdateThatThePlainOrderHides()
    {
        Assert.Equal(2, Count(new EventLoopOptions()));
        var lost = Enumerable.Range(0, 200).Count(seed => Count(new EventLoopOptions { Picker = new RandomPicker((ulong)seed) }) == 1);
        Assert.InRange(lost, 20, 180);

        static int Count(EventLoopOptions options)
        {
            var counter = 0;
            EventLoop.Run(
                () => TaskGroup.RunAsync(group =>
                {
                    group.Start(_ => Task.FromResult(counter++));
                    group.Start(async _ =>
                    {
                        await Task.Yield();
                        var read = counter;
                        await Task.Yield(); // whatever is written meanwhile is lost
                        counter = read + 1;
                    });
                    return Task.CompletedTask;
                }),
                options);
            return counter;
        }
    }

    [Fact]
    public void Run_TimersThatWereStoppedOrChanged_NeitherLetTimePassNorDelayADeadlock()
    {
        var report = EventLoop.Run(async () =>
        {
            Clock.CreateTimer(_ => { }, null, TimeSpan.FromDays(40), Timeout.InfiniteTimeSpan).Dispose();
            var changed = Clock.CreateTimer(_ => { }, null, TimeSpan.FromDays(1), Timeout.InfiniteTimeSpan);
            changed.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
            await new TaskCompletionSource().Task;
        });
        Assert.Equal(Outcome.Deadlock, report.Outcome);
        Assert.Equal(TimeSpan.FromSeconds(1), report.VirtualElapsed);
    }

    [Fact]
    public void Run_TimerChangedByAnotherThread_FiresOnceWhenItWasLastSetTo()
    {
        var fired = new List<TimeSpan>();
        var report = EventLoop.Run(async () =>
        {
            var clock = Clock;
            var timer = clock.CreateTimer(_ => fired.Add(TimeSpan.FromTicks(clock.GetTimestamp())), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            var stranger = new Thread(() =>
            {
                timer.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
                timer.Change(TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);
            });
            stranger.Start();
            stranger.Join(); // both changes come within one step: between two steps virtual time may jump to the first
            await Task.Delay(TimeSpan.FromSeconds(5), clock);
        });
        Assert.Equal(Outcome.Completed, report.Outcome);
        Assert.Equal([TimeSpan.FromSeconds(2)], fired);
    }

    [Fact]
    public void Run_PeriodicTimer_TicksUntilItIsChangedOrDisposed()
    {
        var ticks = 0;
        var report = EventLoop.Run(async () =>
        {
            using var periodic = new PeriodicTimer(TimeSpan.FromSeconds(1), Clock);
            for (var i = 0; i < 3; i++)
                Assert.True(await periodic.WaitForNextTickAsync());
            var timer = Clock.CreateTimer(_ => ticks++, null, TimeSpan.Zero, TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromSeconds(2.5), Clock); // at 0, 1 and 2
            timer.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
            await Task.Delay(TimeSpan.FromSeconds(5), Clock); // once more
            timer.Change(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
            await timer.DisposeAsync();
            await Task.Delay(TimeSpan.FromSeconds(5), Clock);
        });
        Assert.Equal("completed after 15.500 s", report.ToString());
        Assert.Equal(4, ticks);
    }

    [Fact]
    public void Run_SystemClockAndAProgramThatNeverRests_TimersFireAllTheSame()
    {
        var report = EventLoop.Run(
            () => TimeoutScope.RunAsync(TimeSpan.FromMilliseconds(1), async scope =>
            {
                while (true)
                {
                    scope.Token.ThrowIfCancellationRequested();
                    await Task.Yield();
                }
            }),
            new EventLoopOptions { Clock = LoopClock.System, MaxSteps = int.MaxValue });
        Assert.IsType<TimeoutException>(report.Error);
    }

    [Fact]
    public void Run_SystemClockAndADeadlineInAMonth_WaitsForWhatComesEarlier()
    {
        var report = EventLoop.Run(
            () => TimeoutScope.RunAsync(TimeSpan.FromDays(39), scope => Task.Run(() => Task.Delay(1), scope.Token)),
            new EventLoopOptions { Clock = LoopClock.System });
        Assert.Equal(Outcome.Completed, report.Outcome);
    }

    [Fact]
    public void Run_ProgramIsCancelled_ReportsTheExceptionItThrew()
    {
        var token = new CancellationToken(canceled: true);
        var report = EventLoop.Run(() => TaskGroup.RunAsync(_ => Task.FromCanceled(token), token));
        Assert.Equal(Outcome.Faulted, report.Outcome);
        Assert.Equal(token, Assert.IsType<OperationCanceledException>(report.Error).CancellationToken);
    }

    [Fact]
    public void Run_BlockedThreadThatTheProgramSwallows_IsReportedAllTheSame()
    {
        var report = EventLoop.Run(async () =>
        {
            try
            {
                new TaskCompletionSource().Task.Wait();
            }
            catch (Exception)
            {
                // swallowed: this is the mistake
            }

            await Task.Yield();
        });
        Assert.Equal(Outcome.BlockedThread, report.Outcome);
    }

    [Fact]
    public void Run_MainEndsWhileOthersRun_EndsWithItAndNamesThem()
    {
        var late = false;
        TaskCompletionSource? kept = null;
        var report = EventLoop.Run(() =>
        {
            kept = new TaskCompletionSource();
            _ = TaskGroup.RunAsync(group =>
            {
                group.Start(async _ =>
                {
                    await kept.Task;
                    late = true;
                }, "stray");
                return Task.CompletedTask;
            });
            return Task.Delay(TimeSpan.FromSeconds(1), Clock);
        });
        kept!.SetResult(); // a post after the end
        Assert.Equal(Outcome.Completed, report.Outcome);
        Assert.Contains("stray", report.Waiting.Select(w => w.Name));
        Assert.False(late);
    }

    [Fact]
    public void Run_CallbackPostedToTheContextThrows_ReportsItsError()
    {
        var report = EventLoop.Run(async () =>
        {
            SynchronizationContext.Current!.Post(_ => throw new InvalidDataException("posted"), null);
            await Task.Delay(TimeSpan.FromSeconds(1), Clock);
        });
        Assert.Equal("posted", report.Error?.Message);
    }

    [Fact]
    public void Send_FromAnotherThread_IsRefused()
    {
        var report = EventLoop.Run(async () =>
        {
            var context = SynchronizationContext.Current!;
            var sent = 0;
            context.Send(_ => sent++, null);
            Assert.Equal(1, sent);
            await Assert.ThrowsAsync<NotSupportedException>(() => Task.Run(() => context.Send(_ => sent++, null)));
        });
        Assert.True(report.Outcome == Outcome.Completed, report.ToString());
    }

    [Fact]
    public void Run_OwnIteratorsSemaphoresAndSourcesOnTheClock_StayOnTheLoop()
    {
        var report = EventLoop.Run(async () =>
        {
            using var gate = new SemaphoreSlim(1);
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(3.5), Clock);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token);
            var seen = 0;
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await foreach (var second in SecondsAsync(linked.Token))
                {
                    await gate.WaitAsync(CancellationToken.None);
                    seen = second;
                    gate.Release();
                }
            });
            Assert.Equal(3, seen);

            async IAsyncEnumerable<int> SecondsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
            {
                for (var second = 1; ; second++)
                {
                    await Task.Delay(TimeSpan.FromSeconds(1), Clock, token);
                    yield return second;
                }
            }
        });
        Assert.True(report.Outcome == Outcome.Completed, report.ToString() + report.Error);
        Assert.Equal("completed after 3.500 s", report.ToString());
        Assert.Equal(0, report.ForeignPosts);
    }

    [Fact]
    public void ToString_OtherCulture_WritesTheSameNumbers()
    {
        var culture = (System.Globalization.CultureInfo)System.Globalization.CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        var before = System.Globalization.CultureInfo.CurrentCulture;
        System.Globalization.CultureInfo.CurrentCulture = culture;
        try
        {
            var report = EventLoop.Run(() => TimeoutScope.RunAsync(TimeSpan.FromSeconds(0.8), scope => Task.Delay(TimeSpan.FromSeconds(1), Clock, scope.Token)));
            Assert.Equal("failed after 0.800 s: TimeoutException: The deadline of 0.800 s passed.", report.ToString());
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Run_ManyStepsReady_RunInTheOrderInWhichTheyBecameReady()
    {
        var order = new List<int>();
        EventLoop.Run(() => TaskGroup.RunAsync(group =>
        {
            for (var i = 0; i < 1_000; i++)
            {
                var child = i;
                group.Start(async _ =>
                {
                    order.Add(child);
                    await Task.Yield();
                    order.Add(1_000 + child);
                });
            }

            return Task.CompletedTask;
        }));
        Assert.Equal(Enumerable.Range(0, 2_000), order);
    }

    [Fact]
    public void Run_PickerChoosesOutsideTheReadySteps_ThrowsToTheCaller() =>
        Assert.Throws<ArgumentOutOfRangeException>("index", () => EventLoop.Run(
            () => Task.WhenAll(YieldAsync(), YieldAsync()),
            new EventLoopOptions { Picker = new OutsidePicker() }));

    private static string WithoutLine(WaitingTask task) => $"{task.Name} waits for {task.WaitsFor}";

    private static async Task YieldAsync() => await Task.Yield();

    private sealed class OutsidePicker : ISchedulePicker
    {
        public int Pick(ReadOnlySpan<ReadyStep> ready) => ready.Length;
    }

    private static RunReport RunRandomly(ulong seed) => EventLoop.Run(
        () => TaskGroup.RunAsync(group =>
        {
            var queue = new JoinableQueue<int>(2);
            for (var i = 0; i < 3; i++)
            {
                group.Start(async token =>
                {
                    for (var n = 0; n < 4; n++)
                    {
                        await Task.Delay(TimeSpan.FromMilliseconds(10), Clock, token);
                        await queue.PutAsync(n, token);
                    }
                });
                group.Start(async token =>
                {
                    for (var n = 0; n < 4; n++)
                    {
                        await queue.GetAsync(token);
                        await Task.Delay(TimeSpan.FromMilliseconds(10), Clock, token);
                        queue.MarkDone();
                    }
                });
            }

            return Task.CompletedTask;
        }),
        new EventLoopOptions { Seed = seed, Picker = new RandomPicker(seed), TimerJitter = TimeSpan.FromMilliseconds(5) });
}
