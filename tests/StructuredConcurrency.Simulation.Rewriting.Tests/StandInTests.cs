using System.Threading.Channels;
using StructuredConcurrency.Simulation.StandIns;

namespace StructuredConcurrency.Simulation.Rewriting.Tests;

/// <summary>A stand-in behaves as its original: each story is told by the original off the loop, and by the stand-in off and on it.</summary>
public sealed class StandInTests
{
    private static readonly CancellationToken s_cancelled = new(canceled: true);

    private static InvalidOperationException Bad(string message) => new(message);

    public static TheoryData<string> Stories => [.. s_stories.Keys];

    private static readonly Dictionary<string, (Func<Task<object?>> Original, Func<Task<object?>> StandIn)> s_stories = new(StringComparer.Ordinal)
    {
        ["Run(null)"] = (() => Value(Task.Run((Action)null!)), () => Value(TaskOnLoop.Run((Action)null!))),
        ["Run(null function)"] = (() => Value(Task.Run((Func<Task<int>>)null!)), () => Value(TaskOnLoop.Run((Func<Task<int>>)null!))),
        ["Run(value)"] = (() => Of(Task.Run(() => 5)), () => Of(TaskOnLoop.Run(() => 5))),
        ["Run(task)"] = (() => Of(Task.Run(() => Task.FromResult(5))), () => Of(TaskOnLoop.Run(() => Task.FromResult(5)))),
        ["Run(throws)"] = (() => Value(Task.Run(() => throw Bad("x"))), () => Value(TaskOnLoop.Run(() => throw Bad("x")))),
        ["Run(async throws)"] = (
            () => Value(Task.Run(async () => { await Task.Yield(); throw Bad("x"); })),
            () => Value(TaskOnLoop.Run(async () => { await Task.Yield(); throw Bad("x"); }))),
        ["Run(two errors)"] = (
            () => All(Task.Run(() => Task.WhenAll(Task.FromException(Bad("x")), Task.FromException(Bad("y"))))),
            () => All(TaskOnLoop.Run(() => Task.WhenAll(Task.FromException(Bad("x")), Task.FromException(Bad("y")))))),
        ["Run(throws before it is async)"] = (
            () => All(Task.Run(Task? () => throw Bad("x"))), () => All(TaskOnLoop.Run(Task? () => throw Bad("x")))),
        ["Run(cancelled before it is async)"] = (
            () => Value(Task.Run(Task? () => throw new OperationCanceledException(s_cancelled))), () => Value(TaskOnLoop.Run(Task? () => throw new OperationCanceledException(s_cancelled)))),
        ["Run(action is cancelled)"] = (
            () => Value(Task.Run(() => s_cancelled.ThrowIfCancellationRequested())), () => Value(TaskOnLoop.Run(() => s_cancelled.ThrowIfCancellationRequested()))),
#pragma warning disable VSTHRD114, MA0022 // null is the case
        ["Run(returns null)"] = (() => Value(Task.Run(() => (Task?)null)), () => Value(TaskOnLoop.Run(() => (Task?)null))),
#pragma warning restore VSTHRD114, MA0022
        ["Run(cancelled token)"] = (() => Value(Task.Run(() => { }, s_cancelled)), () => Value(TaskOnLoop.Run(() => { }, s_cancelled))),
        ["Run(async, cancelled token)"] = (() => Value(Task.Run(() => Task.CompletedTask, s_cancelled)), () => Value(TaskOnLoop.Run(() => Task.CompletedTask, s_cancelled))),

        ["Delay(-2)"] = (() => Value(Task.Delay(-2)), () => Value(TaskOnLoop.Delay(-2))),
        ["Delay(too long)"] = (() => Value(Task.Delay(TimeSpan.FromDays(100))), () => Value(TaskOnLoop.Delay(TimeSpan.FromDays(100)))),
        ["Delay(0)"] = (() => Value(Task.Delay(0)), () => Value(TaskOnLoop.Delay(0))),
        ["Delay(infinite, cancelled)"] = (() => Value(Task.Delay(-1, s_cancelled)), () => Value(TaskOnLoop.Delay(-1, s_cancelled))),
        ["Delay(cancelled later)"] = (() => Value(Task.Delay(-1, Soon())), () => Value(TaskOnLoop.Delay(-1, Soon()))),

        ["WhenAll(null)"] = (() => Value(Task.WhenAll((Task[])null!)), () => Value(TaskOnLoop.WhenAll((Task[])null!))),
        ["WhenAll(null, generic)"] = (() => Value(Task.WhenAll((IEnumerable<Task<int>>)null!)), () => Value(TaskOnLoop.WhenAll((IEnumerable<Task<int>>)null!))),
        ["WhenAll(holds null)"] = (() => Value(Task.WhenAll(Later(1), null!)), () => Value(TaskOnLoop.WhenAll(Later(1), null!))),
        ["WhenAll()"] = (() => Value(Task.WhenAll()), () => Value(TaskOnLoop.WhenAll())),
        ["WhenAll(values)"] = (
            async () => string.Join(',', await Task.WhenAll(Later(1), Task.FromResult(2), Later(3))), async () => string.Join(',', await TaskOnLoop.WhenAll(Later(1), Task.FromResult(2), Later(3)))),
        ["WhenAll(errors in the order in which they came)"] = (
            () => Failing(tasks => Task.WhenAll((Task[])tasks)), () => Failing(tasks => TaskOnLoop.WhenAll((Task[])tasks))),
        ["WhenAll(errors of tasks with results, in the order of the tasks)"] = (() => Failing(Task.WhenAll), () => Failing(TaskOnLoop.WhenAll)),
        ["WhenAll(an error beats cancellation)"] = (
            () => All(Task.WhenAll(Task.FromCanceled(s_cancelled), Fail("x", 1))), () => All(TaskOnLoop.WhenAll(Task.FromCanceled(s_cancelled), Fail("x", 1)))),
        ["WhenAll(cancelled, its token)"] = (() => Value(Task.WhenAll(Later(1), Cancelled())), () => Value(TaskOnLoop.WhenAll(Later(1), Cancelled()))),
        ["WhenAll(a list that changes afterwards)"] = (() => Changing(Task.WhenAll), () => Changing(TaskOnLoop.WhenAll)),

        ["WhenAny(null)"] = (() => Value(Task.WhenAny((Task[])null!)), () => Value(TaskOnLoop.WhenAny((Task[])null!))),
        ["WhenAny()"] = (() => Value(Task.WhenAny()), () => Value(TaskOnLoop.WhenAny())),
        ["WhenAny(holds null)"] = (() => Value(Task.WhenAny(Later(1), null!)), () => Value(TaskOnLoop.WhenAny(Later(1), null!))),
        ["WhenAny(the first in order of those that have ended)"] = (
            async () => await await Task.WhenAny(Never(), Task.FromResult(2), Task.FromResult(3)), async () => await await TaskOnLoop.WhenAny(Never(), Task.FromResult(2), Task.FromResult(3))),
        ["WhenAny(two)"] = (async () => await await Task.WhenAny(Never(), Later(3)), async () => await await TaskOnLoop.WhenAny(Never(), Later(3))),
        ["WhenAny(one fails)"] = (
            async () => (await Task.WhenAny(Never(), Fail("x", 1))).Exception!.InnerException!.Message, async () => (await TaskOnLoop.WhenAny(Never(), Fail("x", 1))).Exception!.InnerException!.Message),

        ["WhenEach(null)"] = (() => Each(Task.WhenEach((Task<int>[])null!)), () => Each(TaskOnLoop.WhenEach((Task<int>[])null!))),
        ["WhenEach(holds null)"] = (() => Each(Task.WhenEach(Later(1), null!)), () => Each(TaskOnLoop.WhenEach(Later(1), null!))),
        ["WhenEach()"] = (() => Each(Task.WhenEach<int>()), () => Each(TaskOnLoop.WhenEach<int>())),
        ["WhenEach(ended)"] = (() => Each(Task.WhenEach(Task.FromResult(1), Task.FromResult(2))), () => Each(TaskOnLoop.WhenEach(Task.FromResult(1), Task.FromResult(2)))),
        ["WhenEach(the same twice)"] = (() => Twice(Task.WhenEach), () => Twice(TaskOnLoop.WhenEach)),
        ["WhenEach(enumerated twice)"] = (() => EachTwice(Task.WhenEach(Later(1), Later(2))), () => EachTwice(TaskOnLoop.WhenEach(Later(1), Later(2)))),
        ["WhenEach(cancelled)"] = (() => Each(Task.WhenEach(Never()), Soon()), () => Each(TaskOnLoop.WhenEach(Never()), Soon())),
        ["WhenEach(ended, cancelled)"] = (() => Each(Task.WhenEach(Task.FromResult(1)), s_cancelled), () => Each(TaskOnLoop.WhenEach(Task.FromResult(1)), s_cancelled)),

        ["WaitAsync(ended)"] = (() => Of(Task.FromResult(1).WaitAsync(s_cancelled)), () => Of(Task.FromResult(1).WaitAsyncOnLoop(s_cancelled))),
        ["WaitAsync(cancelled)"] = (() => Of(Never().WaitAsync(s_cancelled)), () => Of(Never().WaitAsyncOnLoop(s_cancelled))),
        ["WaitAsync(cancelled later)"] = (() => Of(Never().WaitAsync(Soon())), () => Of(Never().WaitAsyncOnLoop(Soon()))),
        ["WaitAsync(-2)"] = (() => Of(Never().WaitAsync(TimeSpan.FromMilliseconds(-2))), () => Of(Never().WaitAsyncOnLoop(TimeSpan.FromMilliseconds(-2)))),
        ["WaitAsync(0)"] = (() => Of(Never().WaitAsync(TimeSpan.Zero)), () => Of(Never().WaitAsyncOnLoop(TimeSpan.Zero))),
        ["WaitAsync(half a millisecond)"] = (() => Of(Never().WaitAsync(TimeSpan.FromMicroseconds(500))), () => Of(Never().WaitAsyncOnLoop(TimeSpan.FromMicroseconds(500)))),
        ["WaitAsync(time)"] = (() => Of(Never().WaitAsync(TimeSpan.FromMilliseconds(5))), () => Of(Never().WaitAsyncOnLoop(TimeSpan.FromMilliseconds(5)))),
        ["WaitAsync(null provider)"] = (() => Of(Never().WaitAsync(TimeSpan.FromMilliseconds(5), null!)), () => Of(Never().WaitAsyncOnLoop(TimeSpan.FromMilliseconds(5), null!))),
        ["WaitAsync(value in time)"] = (() => Of(Later(3).WaitAsync(TimeSpan.FromMinutes(1))), () => Of(Later(3).WaitAsyncOnLoop(TimeSpan.FromMinutes(1)))),
        ["WaitAsync(fails in time)"] = (() => Value(Fail("x", 1).WaitAsync(TimeSpan.FromMinutes(1))), () => Value(Fail("x", 1).WaitAsyncOnLoop(TimeSpan.FromMinutes(1)))),

        ["CancellationTokenSource(-2)"] = (() => Get(() => new CancellationTokenSource(-2)), () => Get(() => new CancellationTokenSourceOnLoop(-2))),
        ["CancellationTokenSource(0)"] = (() => Get(() => new CancellationTokenSource(0).IsCancellationRequested), () => Get(() => new CancellationTokenSourceOnLoop(0).IsCancellationRequested)),
        ["CancelAfter(-2)"] = (() => Get(() => After(source => source.CancelAfter(-2))), () => Get(() => After(source => source.CancelAfterOnLoop(-2)))),
        ["CancelAfter(0)"] = (() => Cancelling(source => source.CancelAfter(0)), () => Cancelling(source => source.CancelAfterOnLoop(0))),
        ["CancelAfter(disposed)"] = (
            () => Get(() => After(source => { source.Dispose(); source.CancelAfter(1); })), () => Get(() => After(source => { source.Dispose(); source.CancelAfterOnLoop(1); }))),
        ["CancelAfter(cancelled)"] = (
            () => Get(() => After(source => { source.Cancel(); source.CancelAfter(1); })), () => Get(() => After(source => { source.Cancel(); source.CancelAfterOnLoop(1); }))),
        ["CancelAfter(then taken back)"] = (
            () => Get(() => After(source => { source.CancelAfter(100_000); source.TryReset(); })), () => Get(() => After(source => { source.CancelAfterOnLoop(100_000); source.TryResetOnLoop(); }))),
        ["TryReset(after CancelAfter)"] = (
            () => Get(() => { var source = new CancellationTokenSource(); source.CancelAfter(100_000); return source.TryReset(); }),
            () => Get(() => { var source = new CancellationTokenSource(); source.CancelAfterOnLoop(100_000); return source.TryResetOnLoop(); })),
        ["TryReset(with a time)"] = (
            () => Get(() => new CancellationTokenSource(100_000).TryReset()), () => Get(() => new CancellationTokenSourceOnLoop(100_000).TryResetOnLoop())),
        ["TryReset(cancelled)"] = (
            () => Get(() => { var source = new CancellationTokenSource(); source.Cancel(); return source.TryReset(); }),
            () => Get(() => { var source = new CancellationTokenSource(); source.Cancel(); return source.TryResetOnLoop(); })),
        ["CancelAsync(callback throws)"] = (() => CancelThrows(source => source.CancelAsync()), () => CancelThrows(source => source.CancelAsyncOnLoop())),
        ["CancelAsync(twice)"] = (
            async () => { var source = new CancellationTokenSource(); await source.CancelAsync(); return source.CancelAsync().IsCompletedSuccessfully; },
            async () => { var source = new CancellationTokenSource(); await source.CancelAsyncOnLoop(); return source.CancelAsyncOnLoop().IsCompletedSuccessfully; }
        ),
        ["CancelAsync(disposed)"] = (
            () => { var source = new CancellationTokenSource(); source.Dispose(); return Value(source.CancelAsync()); },
            () => { var source = new CancellationTokenSource(); source.Dispose(); return Value(source.CancelAsyncOnLoop()); }
        ),

        ["SemaphoreSlim.WaitAsync(-2)"] = (() => Of(new SemaphoreSlim(0).WaitAsync(-2)), () => Of(new SemaphoreSlim(0).WaitAsyncOnLoop(-2))),
        ["SemaphoreSlim.WaitAsync(0)"] = (() => Of(new SemaphoreSlim(0).WaitAsync(0)), () => Of(new SemaphoreSlim(0).WaitAsyncOnLoop(0))),
        ["SemaphoreSlim.WaitAsync(too long)"] = (
            () => Of(new SemaphoreSlim(0).WaitAsync(TimeSpan.FromDays(100))), () => Of(new SemaphoreSlim(0).WaitAsyncOnLoop(TimeSpan.FromDays(100)))),
        ["SemaphoreSlim.WaitAsync(free, cancelled)"] = (() => Value(new SemaphoreSlim(1).WaitAsync(s_cancelled)), () => Value(new SemaphoreSlim(1).WaitAsyncOnLoop(s_cancelled))),
        ["SemaphoreSlim.WaitAsync(cancelled)"] = (() => Value(new SemaphoreSlim(0).WaitAsync(s_cancelled)), () => Value(new SemaphoreSlim(0).WaitAsyncOnLoop(s_cancelled))),
        ["SemaphoreSlim.WaitAsync(cancelled later)"] = (() => Value(new SemaphoreSlim(0).WaitAsync(Soon())), () => Value(new SemaphoreSlim(0).WaitAsyncOnLoop(Soon()))),
        ["SemaphoreSlim.WaitAsync(time)"] = (() => Of(new SemaphoreSlim(0).WaitAsync(5)), () => Of(new SemaphoreSlim(0).WaitAsyncOnLoop(5))),
        ["SemaphoreSlim.WaitAsync(disposed)"] = (() => Value(Disposed().WaitAsync(Soon())), () => Value(Disposed().WaitAsyncOnLoop(Soon()))),
        ["SemaphoreSlim.Release(full)"] = (() => Get(() => new SemaphoreSlim(1, 1).Release()), () => Get(() => new SemaphoreSlim(1, 1).ReleaseOnLoop())),
        ["SemaphoreSlim.Release(full, a wait given up)"] = (
            () => GivenUp((semaphore, token) => semaphore.WaitAsync(token), (semaphore, count) => semaphore.Release(count)),
            () => GivenUp((semaphore, token) => semaphore.WaitAsyncOnLoop(token), (semaphore, count) => semaphore.ReleaseOnLoop(count))),
        ["SemaphoreSlim: waits given up lose nothing and keep the order"] = (
            () => Queue((semaphore, token) => semaphore.WaitAsync(token), semaphore => semaphore.Release()),
            () => Queue((semaphore, token) => semaphore.WaitAsyncOnLoop(token), semaphore => semaphore.ReleaseOnLoop())),

        ["ReadAllAsync"] = (() => Each(Full().ReadAllAsync()), () => Each(Full().ReadAllAsyncOnLoop())),
        ["ReadAllAsync(cancelled)"] = (() => Each(Full().ReadAllAsync(s_cancelled)), () => Each(Full().ReadAllAsyncOnLoop(s_cancelled))),
        ["ReadAllAsync(WithCancellation)"] = (
            () => Each(Channel.CreateUnbounded<int>().Reader.ReadAllAsync(), Soon()), () => Each(Channel.CreateUnbounded<int>().Reader.ReadAllAsyncOnLoop(), Soon())),
        ["ReadAllAsync(completed with an error)"] = (() => Each(Full(Bad("x")).ReadAllAsync()), () => Each(Full(Bad("x")).ReadAllAsyncOnLoop())),
        ["ReadAllAsync(a reader of one's own)"] = (() => Each(new OwnReader().ReadAllAsync()), () => Each(new OwnReader().ReadAllAsyncOnLoop())),

        ["ForEachAsync(null)"] = (
            () => Value(Parallel.ForEachAsync((int[])null!, (_, _) => default)), () => Value(ParallelOnLoop.ForEachAsync((int[])null!, (_, _) => default))),
        ["ForEachAsync(null options)"] = (
            () => Value(Parallel.ForEachAsync([1], (ParallelOptions)null!, (_, _) => default)), () => Value(ParallelOnLoop.ForEachAsync([1], (ParallelOptions)null!, (_, _) => default))),
        ["ForEachAsync(cancelled)"] = (
            () => Value(Parallel.ForEachAsync([1], s_cancelled, (_, _) => default)), () => Value(ParallelOnLoop.ForEachAsync([1], s_cancelled, (_, _) => default))),
        ["ForEachAsync(cancelled later)"] = (
            () => Value(Parallel.ForEachAsync([1], Soon(), async (_, token) => await Task.Delay(-1, token))),
            () => Value(ParallelOnLoop.ForEachAsync([1], Soon(), async (_, token) => await Task.Delay(-1, token)))),
        ["ForEachAsync(fails)"] = (
            () => All(Parallel.ForEachAsync([1, 2, 3], new ParallelOptions { MaxDegreeOfParallelism = 1 }, (i, _) => i == 2 ? throw Bad("two") : default)),
            () => All(ParallelOnLoop.ForEachAsync([1, 2, 3], new ParallelOptions { MaxDegreeOfParallelism = 1 }, (i, _) => i == 2 ? throw Bad("two") : default))),
        ["ForEachAsync(a stream)"] = (
            () => Sum(add => Parallel.ForEachAsync(Full().ReadAllAsync(), async (i, _) => { await Task.Yield(); add(i); })),
            () => Sum(add => ParallelOnLoop.ForEachAsync(Full().ReadAllAsyncOnLoop(), async (i, _) => { await Task.Yield(); add(i); }))),
        ["ForAsync"] = (
            () => Sum(add => Parallel.ForAsync(0, 10, async (i, _) => { await Task.Yield(); add(i); })),
            () => Sum(add => ParallelOnLoop.ForAsync(0, 10, async (i, _) => { await Task.Yield(); add(i); }))),

        ["AsTask(value)"] = (() => Of(new ValueTask<int>(5).AsTask()), () => Of(new ValueTask<int>(5).AsTaskOnLoop())),
        ["AsTask(cancelled later)"] = (
            () => Of(Channel.CreateUnbounded<int>().Reader.ReadAsync(Soon()).AsTask()), () => Of(Channel.CreateUnbounded<int>().Reader.ReadAsync(Soon()).AsTaskOnLoop())),
        ["AsTask(closed later)"] = (
            () => Of(Closing().ReadAsync().AsTask()), () => Of(Closing().ReadAsync().AsTaskOnLoop())),
        ["Timer(null)"] = (() => Get(() => new Timer(null!)), () => Get(() => new TimerOnLoop(null!))),
        ["Timer(-2)"] = (() => Get(() => new Timer(_ => { }, null, -2, 0)), () => Get(() => new TimerOnLoop(_ => { }, null, -2, 0))),
        ["Timer(disposed)"] = (
            () => Get(() => { var timer = new Timer(_ => { }); timer.Dispose(); return timer.Change(1, 1); }), () => Get(() => { var timer = new TimerOnLoop(_ => { }); timer.Dispose(); return timer.Change(1, 1); })),
        ["Random(ranges)"] = (() => Ranges(Random.Shared), () => Ranges(RandomOnLoop.Shared)),
        ["Random(0 or less)"] = (() => Get(() => Random.Shared.Next(-1)), () => Get(() => RandomOnLoop.Shared.Next(-1))),
        ["Random(from above to)"] = (() => Get(() => Random.Shared.NextInt64(3, 2)), () => Get(() => RandomOnLoop.Shared.NextInt64(3, 2))),
        ["Random(null)"] = (() => Get(() => After(_ => Random.Shared.NextBytes(null!))), () => Get(() => After(_ => RandomOnLoop.Shared.NextBytes(null!)))),
        ["PeriodicTimer(0)"] = (() => Get(() => new PeriodicTimer(TimeSpan.Zero)), () => Get(() => PeriodicTimerOnLoop.New(TimeSpan.Zero))),
        ["Guid"] = (() => Get(() => (Guid.NewGuid().Version, Guid.NewGuid().Variant >> 2, Guid.CreateVersion7().Version)), () => Get(() => (GuidOnLoop.NewGuid().Version, GuidOnLoop.NewGuid().Variant >> 2, GuidOnLoop.CreateVersion7().Version))),
        ["QueueUserWorkItem(null)"] = (() => Get(() => ThreadPool.QueueUserWorkItem(null!)), () => Get(() => ThreadPoolOnLoop.QueueUserWorkItem(null!))),
    };

    [Theory]
    [MemberData(nameof(Stories))]
    public async Task StandIn_OffTheLoop_IsItsOriginal(string story) => Assert.Equal(await Tell(s_stories[story].Original), await Tell(s_stories[story].StandIn));

    [Theory]
    [MemberData(nameof(Stories))]
    public async Task StandIn_OnTheLoop_EndsAsItsOriginalAndStays(string story)
    {
        string? told = null;
        var report = EventLoop.Run(async () => told = await Tell(s_stories[story].StandIn));
        Assert.True(report.Outcome == Outcome.Completed, report.ToString());
        Assert.Equal(await Tell(s_stories[story].Original), told);
        Assert.Equal(0, report.ForeignPosts);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void SemaphoreSlim_WaitsGivenUpUnderEverySchedule_NeverLosesOrInventsAPermit(int permits)
    {
        for (var seed = 0UL; seed < 300; seed++)
        {
            var inside = 0;
            using var semaphore = new SemaphoreSlim(permits, permits);
            var report = EventLoop.Run(
                async () =>
                {
                    await TaskOnLoop.WhenAll(Enumerable.Range(0, 8).Select(n => TaskOnLoop.Run(async () =>
                    {
                        if (!await semaphore.WaitAsyncOnLoop(RandomOnLoop.Shared.Next(1, 8)))
                            return;
                        Assert.InRange(++inside, 1, permits);
                        await TaskOnLoop.Delay(RandomOnLoop.Shared.Next(0, 5));
                        inside--;
                        semaphore.ReleaseOnLoop();
                    })));
                    Assert.Equal(permits, semaphore.CurrentCount);
                },
                new EventLoopOptions { Seed = seed, Picker = new RandomPicker(seed) });
            Assert.True(report.Outcome == Outcome.Completed, $"seed {seed}: {report}");
            Assert.Equal(0, report.ForeignPosts);
        }
    }

    [Fact]
    public void SemaphoreSlim_WaitGivenUpAndReleasedByCodeThatWasNotRewritten_PermitComesBack()
    {
        var report = EventLoop.Run(async () =>
        {
            using var semaphore = new SemaphoreSlim(0, 1);
            Assert.False(await semaphore.WaitAsyncOnLoop(5));
            semaphore.Release();
            await Task.Yield();
            await Task.Yield();
            Assert.Equal(1, semaphore.CurrentCount);
        });
        Assert.True(report.Outcome == Outcome.Completed, report.ToString());
    }

    [Fact]
    public void CancellationTokenSource_DisposedBeforeItsTime_LetsNoTimePass()
    {
        var report = EventLoop.Run(async () =>
        {
            using (var outer = new CancellationTokenSource())
            using (var linked = CancellationTokenSource.CreateLinkedTokenSource(outer.Token))
                linked.CancelAfterOnLoop(1_000);
            await new TaskCompletionSource().Task;
        });
        Assert.Equal((Outcome.Deadlock, TimeSpan.Zero), (report.Outcome, report.VirtualElapsed));
    }

    [Fact]
    public void ForEachAsync_OnTheLoop_RunsFourAtATimeOnEveryMachine()
    {
        var report = EventLoop.Run(() => ParallelOnLoop.ForAsync(0, 8, async (_, token) => await TaskOnLoop.Delay(1_000, token)));
        Assert.Equal("completed after 2.000 s", report.ToString());
        Assert.Equal(0, report.ForeignPosts);
    }

    [Fact]
    public void Random_OneSeed_SameNumbersAndAnotherSeedOthers()
    {
        Assert.Equal(Draw(1), Draw(1));
        Assert.NotEqual(Draw(1), Draw(2));

        static string Draw(ulong seed)
        {
            var drawn = "";
            EventLoop.Run(
                () =>
                {
                    var choices = RandomOnLoop.Shared.GetItems([1, 2, 3, 4], 8);
                    RandomOnLoop.Shared.Shuffle(choices);
                    drawn = $"{RandomOnLoop.Shared.Next()} {new RandomOnLoop().NextDouble()} {GuidOnLoop.NewGuid()} {string.Join(',', choices)} {RandomOnLoop.Shared.NextSingle()}";
                    return Task.CompletedTask;
                },
                new EventLoopOptions { Seed = seed });
            return drawn;
        }
    }

    [Fact]
    public void Stopwatch_StoppedAndStartedAgain_CountsOnlyWhileItRuns()
    {
        var report = EventLoop.Run(async () =>
        {
            var watch = StopwatchOnLoop.StartNew();
            await TaskOnLoop.Delay(1_000);
            watch.Stop();
            await TaskOnLoop.Delay(1_000);
            watch.Start();
            watch.Start();
            await TaskOnLoop.Delay(500);
            Assert.Equal((1_500, StopwatchOnLoop.Frequency * 3 / 2, true), (watch.ElapsedMilliseconds, watch.ElapsedTicks, watch.IsRunning));
            watch.Restart();
            Assert.Equal(TimeSpan.Zero, watch.Elapsed);
            watch.Reset();
            Assert.False(watch.IsRunning);
        });
        Assert.True(report.Outcome == Outcome.Completed, report.ToString());
    }

    /// <summary>How a story ends, in words.</summary>
    private static async Task<string> Tell(Func<Task<object?>> story)
    {
        try
        {
            return $"{await story()}";
        }
        catch (OperationCanceledException e)
        {
            // The token of 'Soon' differs each time: what counts is whether it is one that was cancelled, and which kind of exception came.
            return $"{e.GetType().Name}: {e.CancellationToken.IsCancellationRequested}: {e.Message}";
        }
        catch (ArgumentException e)
        {
            return $"{e.GetType().Name}: {e.ParamName}"; // the message of one parameter's range is worded differently here and there
        }
        catch (ObjectDisposedException e)
        {
            return e.GetType().Name;
        }
        catch (Exception e)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }

    private static async Task<object?> Value(Task task)
    {
        await task;
        return task.Status;
    }

    private static async Task<object?> Of<T>(Task<T> task) => await task;

    private static Task<object?> Get<T>(Func<T> value) => Task.FromResult<object?>(value() is { } result && result is not (IDisposable or Timer) ? result : "made");

    private static bool After(Action<CancellationTokenSource> action)
    {
        using var source = new CancellationTokenSource();
        action(source);
        return source.IsCancellationRequested;
    }

    private static async Task<object?> Cancelling(Action<CancellationTokenSource> cancel)
    {
        using var source = new CancellationTokenSource();
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = source.Token.Register(cancelled.SetResult);
        cancel(source);
        await cancelled.Task;
        return source.IsCancellationRequested;
    }

    private static async Task<object?> All(Task task)
    {
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return $"{task.Status}: {string.Join(',', task.Exception?.InnerExceptions.Select(e => e.Message) ?? [])}";
    }

    private static async Task<object?> Each(IAsyncEnumerable<Task<int>> tasks, CancellationToken cancellationToken = default)
    {
        var list = new List<int>();
        await foreach (var task in tasks.WithCancellation(cancellationToken))
            list.Add(await task);
        return string.Join(',', list);
    }

    private static async Task<object?> Each(IAsyncEnumerable<int> items, CancellationToken cancellationToken = default)
    {
        var list = new List<int>();
        await foreach (var item in items.WithCancellation(cancellationToken))
            list.Add(item);
        return string.Join(',', list);
    }

    private static async Task<object?> EachTwice(IAsyncEnumerable<Task<int>> tasks) => $"{((string)(await Each(tasks))!).Length} then '{await Each(tasks)}'";

    private static Task<object?> Twice(Func<Task<int>[], IAsyncEnumerable<Task<int>>> whenEach)
    {
        var task = Later(1);
        return Each(whenEach([task, task]));
    }

    private static Task<object?> Failing(Func<Task<int>[], Task> whenAll)
    {
        var sources = Enumerable.Range(0, 4).Select(_ => new TaskCompletionSource<int>()).ToArray();
        var all = whenAll([.. sources.Select(source => source.Task)]);
        sources[2].SetException(Bad("early"));
        sources[1].SetResult(1);
        sources[0].SetException(Bad("middle"));
        sources[3].SetException(Bad("late"));
        return All(all);
    }

    private static async Task<object?> Changing(Func<IEnumerable<Task<int>>, Task<int[]>> whenAll)
    {
        var tasks = new List<Task<int>> { Later(1), Later(2) };
        var all = whenAll(tasks);
        tasks.Clear();
        return string.Join(',', await all);
    }

    private static async Task<object?> CancelThrows(Func<CancellationTokenSource, Task> cancel)
    {
        using var source = new CancellationTokenSource();
        var second = false;
        source.Token.Register(() => second = true);
        source.Token.Register(() => throw Bad("callback"));
        try
        {
            await cancel(source);
            return "nothing";
        }
        catch (AggregateException e)
        {
            return $"{e.InnerExceptions.Count} {e.InnerException!.Message} {second}";
        }
    }

    private static async Task<object?> GivenUp(Func<SemaphoreSlim, CancellationToken, Task> wait, Func<SemaphoreSlim, int, int> release)
    {
        using var semaphore = new SemaphoreSlim(0, 1);
        var given = wait(semaphore, Soon());
        await given.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        var before = release(semaphore, 1);
        try
        {
            release(semaphore, 1);
            return "too many";
        }
        catch (SemaphoreFullException)
        {
            return $"{given.Status} {before} {semaphore.CurrentCount}";
        }
    }

    private static async Task<object?> Queue(Func<SemaphoreSlim, CancellationToken, Task> wait, Action<SemaphoreSlim> release)
    {
        using var semaphore = new SemaphoreSlim(0);
        using var impatient = new CancellationTokenSource();
        var one = wait(semaphore, impatient.Token);
        using var patient = new CancellationTokenSource();
        var two = wait(semaphore, patient.Token);
        var three = wait(semaphore, impatient.Token);
        var four = wait(semaphore, patient.Token);
        impatient.Cancel();
        await one.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await three.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        release(semaphore);
        await two;
        var fourBefore = four.IsCompleted;
        release(semaphore);
        await four;
        release(semaphore);
        return $"{one.Status} {two.Status} {three.Status} {fourBefore} {four.Status} {semaphore.CurrentCount}";
    }

    private static async Task<object?> Sum(Func<Action<int>, Task> loop)
    {
        var sum = 0;
        await loop(i => Interlocked.Add(ref sum, i));
        return sum;
    }

    private static Task<object?> Ranges(Random random)
    {
        for (var i = 0; i < 1_000; i++)
        {
            Assert.InRange(random.Next(), 0, int.MaxValue - 1);
            Assert.InRange(random.Next(5), 0, 4);
            Assert.InRange(random.Next(int.MinValue, int.MaxValue), int.MinValue, int.MaxValue - 1);
            Assert.InRange(random.NextInt64(-3, 4), -3, 3);
            Assert.InRange(random.NextInt64(), 0, long.MaxValue - 1);
            Assert.InRange(random.NextDouble(), 0, 0.9999999999999999);
            Assert.InRange(random.NextSingle(), 0, 0.9999999f);
            Assert.Equal(0, random.Next(0) + random.Next(3, 3) - 3);
        }

        return Task.FromResult<object?>(null);
    }

    private static SemaphoreSlim Disposed()
    {
        var semaphore = new SemaphoreSlim(0);
        semaphore.Dispose();
        return semaphore;
    }

    private static ChannelReader<int> Full(Exception? error = null)
    {
        var channel = Channel.CreateUnbounded<int>();
        for (var i = 0; i < 3; i++)
            channel.Writer.TryWrite(i);
        channel.Writer.Complete(error);
        return channel.Reader;
    }

    private static ChannelReader<int> Closing()
    {
        var channel = Channel.CreateUnbounded<int>();
        _ = CloseAsync();
        return channel.Reader;

        async Task CloseAsync()
        {
            await Task.Yield();
            channel.Writer.Complete();
        }
    }

    private static Task<int> Never() => new TaskCompletionSource<int>().Task;

    private static async Task<int> Later(int value)
    {
        for (var i = 0; i < value; i++)
            await TaskOnLoop.Delay(1);
        return value;
    }

    private static async Task Fail(string message, int later)
    {
        await TaskOnLoop.Delay(5 * later);
        throw Bad(message);
    }

    private static async Task Cancelled()
    {
        await TaskOnLoop.Delay(1);
        throw new OperationCanceledException(s_cancelled);
    }

    private static CancellationToken Soon() => new CancellationTokenSourceOnLoop(5).Token;

    private sealed class OwnReader : ChannelReader<int>
    {
        public override bool TryRead(out int item)
        {
            item = 0;
            return false;
        }

        public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => new(false);

        public override async IAsyncEnumerable<int> ReadAllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            yield return 42;
        }
    }
}
