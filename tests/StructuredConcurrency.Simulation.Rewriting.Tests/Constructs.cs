namespace StructuredConcurrency.Simulation.Rewriting.Tests;

/// <summary>What a construct does on an event loop without rewriting.</summary>
public enum Fate
{
    /// <summary>It stays on the loop.</summary>
    Stays,

    /// <summary>It leaves the loop or its clock, and is brought onto it.</summary>
    Escapes,

    /// <summary>It leaves the loop, and is refused there.</summary>
    Refused,
}

/// <summary>A construct with a program that uses it.</summary>
/// <param name="Name">As the README's table has it.</param>
/// <param name="Fate">What it does without rewriting.</param>
/// <param name="Code">The program: <see cref="Snippet.Program"/>.</param>
/// <param name="Prints">What it prints on the loop; <see langword="null"/>: chance, but the same for the same seed.</param>
/// <param name="Seconds">Its virtual time there.</param>
public sealed record Construct(string Name, Fate Fate, string Code, string? Prints, double Seconds = 0)
{
    private const string AsyncSource = "var source = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);\n";

    public static IReadOnlyList<Construct> All { get; } =
    [
        new("Task.Delay(time, provider, token)", Fate.Stays, "await Task.Delay(TimeSpan.FromSeconds(2), Clock, CancellationToken.None); print(1);", "1", 2),
        new("CancellationTokenSource(time, provider)", Fate.Stays, """
            using var source = new CancellationTokenSource(TimeSpan.FromSeconds(3), Clock);
            try { await Task.Delay(TimeSpan.FromHours(1), Clock, source.Token); } catch (OperationCanceledException e) { print(e.CancellationToken == source.Token); }
            """, "True", 3),
        new("CancellationTokenSource.CreateLinkedTokenSource", Fate.Stays, """
            using var outer = new CancellationTokenSource(TimeSpan.FromSeconds(3), Clock);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(outer.Token);
            try { await Task.Delay(TimeSpan.FromHours(1), Clock, linked.Token); } catch (OperationCanceledException e) { print(e.CancellationToken == linked.Token); }
            """, "True", 3),
        new("CancellationToken.Register", Fate.Stays, """
            using var source = new CancellationTokenSource(TimeSpan.FromSeconds(3), Clock);
            source.Token.Register(() => print(EventLoop.Current is not null));
            await Task.Delay(TimeSpan.FromSeconds(4), Clock);
            """, "True", 4),
        new("CancellationTokenSource.Cancel", Fate.Stays, """
            using var source = new CancellationTokenSource();
            var sleeper = Task.Delay(TimeSpan.FromHours(1), Clock, source.Token);
            await Task.Delay(TimeSpan.FromSeconds(1), Clock);
            source.Cancel();
            try { await sleeper; } catch (OperationCanceledException) { print("cancelled"); }
            """, "cancelled", 1),
        new("ChannelWriter.WriteAsync", Fate.Stays, """
            var channel = Channel.CreateBounded<int>(1);
            var writer = Write();
            await Task.Delay(TimeSpan.FromSeconds(1), Clock);
            channel.Reader.TryRead(out _);
            await writer;
            async Task Write() { await channel.Writer.WriteAsync(1); await channel.Writer.WriteAsync(2); print(EventLoop.Current is not null); }
            """, "True", 1),
        new("ChannelReader.ReadAsync", Fate.Stays, """
            var channel = Channel.CreateUnbounded<int>();
            var reader = Read();
            await Task.Delay(TimeSpan.FromSeconds(1), Clock);
            channel.Writer.TryWrite(7);
            await reader;
            async Task Read() { print(await channel.Reader.ReadAsync()); print(EventLoop.Current is not null); }
            """, "7 True", 1),
        new("ChannelReader.WaitToReadAsync", Fate.Stays, """
            var channel = Channel.CreateUnbounded<int>();
            var reader = Read();
            await Task.Delay(TimeSpan.FromSeconds(1), Clock);
            channel.Writer.TryWrite(7);
            channel.Writer.Complete();
            await reader;
            async Task Read() { while (await channel.Reader.WaitToReadAsync()) while (channel.Reader.TryRead(out var item)) print(item); }
            """, "7", 1),
        new("await foreach over an iterator of one's own", Fate.Stays, """
            await foreach (var item in Count()) print(item);
            async IAsyncEnumerable<int> Count() { for (var i = 0; i < 3; i++) { await Task.Delay(TimeSpan.FromSeconds(1), Clock); yield return i; } }
            """, "0 1 2", 3),
        new("asynchronous LINQ", Fate.Stays, """
            await foreach (var item in Count().Where(i => i != 1).Select(i => 10 * i)) print(item);
            async IAsyncEnumerable<int> Count() { for (var i = 0; i < 3; i++) { await Task.Delay(TimeSpan.FromSeconds(1), Clock); yield return i; } }
            """, "0 20", 3),
        new("SemaphoreSlim.WaitAsync()", Fate.Stays, """
            using var semaphore = new SemaphoreSlim(0);
            var waiter = Wait();
            await Task.Delay(TimeSpan.FromSeconds(1), Clock);
            semaphore.Release();
            await waiter;
            async Task Wait() { await semaphore.WaitAsync(); print(EventLoop.Current is not null); }
            """, "True", 1),
        new("await of a TaskCompletionSource", Fate.Stays, """
            var source = new TaskCompletionSource<int>();
            var waiter = Wait();
            await Task.Delay(TimeSpan.FromSeconds(1), Clock);
            source.SetResult(5);
            await waiter;
            async Task Wait() => print(await source.Task);
            """, "5", 1),
        new("await of a TaskCompletionSource that continues asynchronously", Fate.Stays, AsyncSource + """
            var waiter = Wait();
            await Task.Delay(TimeSpan.FromSeconds(1), Clock);
            source.SetResult(5);
            await waiter;
            async Task Wait() => print(await source.Task);
            """, "5", 1),
        new("Task.WhenAll over delays", Fate.Stays, "await Task.WhenAll(Task.Delay(TimeSpan.FromSeconds(1), Clock), Task.Delay(TimeSpan.FromSeconds(2), Clock)); print(1);", "1", 2),
        new("Task.WhenAny over delays", Fate.Stays, "await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(1), Clock), Task.Delay(TimeSpan.FromSeconds(2), Clock)); print(1);", "1", 1),
        new("Task.Yield", Fate.Stays, "await Task.Yield(); print(EventLoop.Current is not null);", "True"),
        new("PeriodicTimer(time, provider)", Fate.Stays, """
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), Clock);
            for (var i = 0; i < 3; i++) { await timer.WaitForNextTickAsync(); print(i); }
            """, "0 1 2", 3),
        new("async void", Fate.Stays, """
            Fire();
            await Task.Delay(TimeSpan.FromSeconds(2), Clock);
            async void Fire() { await Task.Delay(TimeSpan.FromSeconds(1), Clock); print(EventLoop.Current is not null); }
            """, "True", 2),
        new("Task.ContinueWith before the first await", Fate.Stays, "await Task.Delay(TimeSpan.FromSeconds(1), Clock).ContinueWith(_ => print(EventLoop.Current is not null));", "True", 1),
        new("Task.Factory.StartNew before the first await", Fate.Stays, "await Task.Factory.StartNew(() => print(EventLoop.Current is not null));", "True"),
        new("Parallel.ForEachAsync with the loop's scheduler", Fate.Stays, """
            var options = new ParallelOptions { TaskScheduler = EventLoop.Current!.TaskScheduler };
            await Parallel.ForEachAsync([1, 2, 3], options, async (i, token) => { await Task.Yield(); print(i); });
            """, "1 2 3"),
        new("AsyncLocal", Fate.Stays, """
            var local = new AsyncLocal<int> { Value = 3 };
            await Task.Delay(TimeSpan.FromSeconds(1), Clock);
            print(local.Value);
            """, "3", 1),
        new("lock", Fate.Stays, "var gate = new Lock(); lock (gate) print(1); await Task.Yield(); lock (gate) print(2);", "1 2"),
        new("await of what has ended", Fate.Stays, "await Task.CompletedTask; print(await Task.FromResult(2)); print(await ValueTask.FromResult(3));", "2 3"),
        new("await of a ValueTask", Fate.Stays, "print(await Later()); async ValueTask<int> Later() { await Task.Delay(TimeSpan.FromSeconds(1), Clock); return 4; }", "4", 1),
        new("await using", Fate.Stays, """
            await using (new Resource(Clock)) print("inside");
            print("after");
            ---
            sealed class Resource(TimeProvider clock) : IAsyncDisposable { public async ValueTask DisposeAsync() => await Task.Delay(TimeSpan.FromSeconds(1), clock); }
            """, "inside after", 1),
        new("exceptions of tasks", Fate.Stays, """
            try { await Fail(); } catch (InvalidOperationException e) { print(e.Message); }
            async Task Fail() { await Task.Yield(); throw new InvalidOperationException("no"); }
            """, "no"),
        new("Task.WaitAsync(time, provider) over a delay", Fate.Stays, """
            try { await Task.Delay(TimeSpan.FromHours(1), Clock).WaitAsync(TimeSpan.FromSeconds(1), Clock); } catch (TimeoutException) { print("late"); }
            """, "late", 1),
        new("TimeProvider.CreateTimer", Fate.Stays, """
            using var timer = Clock.CreateTimer(_ => print("tick"), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromSeconds(2.5), Clock);
            """, "tick tick", 2.5),
        new("ConfigureAwait(true)", Fate.Stays, "await Task.Delay(TimeSpan.FromSeconds(1), Clock).ConfigureAwait(true); print(EventLoop.Current is not null);", "True", 1),
        new("Lazy of a task", Fate.Stays, """
            var lazy = new Lazy<Task<int>>(async () => { await Task.Delay(TimeSpan.FromSeconds(1), Clock); return 6; });
            print(await lazy.Value + await lazy.Value);
            """, "12", 1),
        new("Progress", Fate.Stays, """
            IProgress<int> progress = new Progress<int>(i => print(i));
            progress.Report(1);
            await Task.Delay(TimeSpan.FromSeconds(1), Clock);
            """, "1", 1),

        new("ChannelReader.ReadAllAsync", Fate.Escapes, """
            var channel = Channel.CreateUnbounded<int>();
            var reader = Read(CancellationToken.None);
            await Task.Delay(TimeSpan.FromSeconds(1), Clock);
            channel.Writer.TryWrite(7);
            channel.Writer.Complete();
            await reader;
            async Task Read(CancellationToken token) { await foreach (var item in channel.Reader.ReadAllAsync(token)) print(item); }
            """, "7", 1),
        new("SemaphoreSlim.WaitAsync(token)", Fate.Escapes, """
            using var semaphore = new SemaphoreSlim(0);
            using var source = new CancellationTokenSource();
            var waiter = Wait();
            await Task.Delay(TimeSpan.FromSeconds(1), Clock);
            semaphore.Release();
            await waiter;
            async Task Wait() { await semaphore.WaitAsync(source.Token); print(semaphore.CurrentCount); }
            """, "0", 1),
        new("SemaphoreSlim.WaitAsync(time)", Fate.Escapes, """
            using var semaphore = new SemaphoreSlim(0);
            print(await semaphore.WaitAsync(20));
            semaphore.Release();
            print(semaphore.CurrentCount);
            """, "False 1", 0.02),
        new("Task.WhenAll over tasks that continue asynchronously", Fate.Escapes, AsyncSource + """
            var both = Task.WhenAll(source.Task, Task.FromResult(1));
            await Task.Delay(TimeSpan.FromSeconds(1), Clock);
            source.SetResult(2);
            print(string.Join(',', await both));
            """, "2,1", 1),
        new("Task.WhenAny over tasks that continue asynchronously", Fate.Escapes, AsyncSource + """
            var first = Task.WhenAny(source.Task, new TaskCompletionSource<int>().Task);
            await Task.Delay(TimeSpan.FromSeconds(1), Clock);
            source.SetResult(2);
            print(await await first);
            """, "2", 1),
        new("Task.WaitAsync(token) of a task that continues asynchronously", Fate.Escapes, AsyncSource + """
            using var cancel = new CancellationTokenSource();
            var waiter = source.Task.WaitAsync(cancel.Token);
            await Task.Delay(TimeSpan.FromSeconds(1), Clock);
            source.SetResult(2);
            print(await waiter);
            """, "2", 1),
        new("Task.WhenEach", Fate.Escapes, AsyncSource + """
            var late = Later();
            await foreach (var task in Task.WhenEach(late, source.Task)) print(await task);
            async Task<int> Later() { await Task.Delay(TimeSpan.FromSeconds(1), Clock); source.SetResult(1); await Task.Delay(TimeSpan.FromSeconds(1), Clock); return 2; }
            """, "1 2", 2),
        new("Task.Run", Fate.Escapes, """
            print(await Task.Run(() => EventLoop.Current is not null));
            print(await Task.Run(async () => { await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System); return EventLoop.Current is not null; }));
            """, "True True", 1),
        new("ConfigureAwait(false)", Fate.Escapes, "await Task.Delay(TimeSpan.FromSeconds(1), Clock).ConfigureAwait(false); print(EventLoop.Current is not null);", "True", 1),
        new("ConfigureAwait(ConfigureAwaitOptions)", Fate.Escapes, """
            await Task.FromException(new InvalidOperationException()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
            print(EventLoop.Current is not null);
            """, "True"),
        new("ConfigureAwait of a stream or a resource", Fate.Escapes, """
            var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var user = Use();
            await Task.Delay(TimeSpan.FromSeconds(1), Clock);
            closed.SetResult();
            await user;
            async Task Use()
            {
                await using ((new Resource(closed.Task)).ConfigureAwait(false))
                    await foreach (var item in Count().WithCancellation(CancellationToken.None).ConfigureAwait(false)) print(item);
                print(EventLoop.Current is not null);
            }
            async IAsyncEnumerable<int> Count() { await Task.Yield(); yield return 1; }
            ---
            sealed class Resource(Task closed) : IAsyncDisposable { public ValueTask DisposeAsync() => new(closed); }
            """, "1 True", 1),
        new("Parallel.ForEachAsync", Fate.Escapes, """
            await Parallel.ForEachAsync([1, 2, 3], async (i, token) => { print(EventLoop.Current is not null); await Task.Delay(TimeSpan.FromSeconds(i), TimeProvider.System, token); });
            """, "True True True", 3),
        new("CancellationTokenSource.CancelAsync", Fate.Escapes, """
            using var source = new CancellationTokenSource();
            source.Token.Register(() => print(EventLoop.Current is not null));
            var cancel = source.CancelAsync();
            print(source.IsCancellationRequested);
            await cancel;
            """, "True True"),
        new("Task.Delay(time)", Fate.Escapes, "await Task.Delay(20); await Task.Delay(TimeSpan.FromMilliseconds(10)); print(1);", "1", 0.03),
        new("new CancellationTokenSource(time)", Fate.Escapes, """
            using var source = new CancellationTokenSource(20);
            try { await Task.Delay(TimeSpan.FromHours(1), Clock, source.Token); } catch (OperationCanceledException) { print("cut short"); }
            """, "cut short", 0.02),
        new("CancellationTokenSource.CancelAfter", Fate.Escapes, """
            using var outer = new CancellationTokenSource();
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(outer.Token);
            linked.CancelAfter(TimeSpan.FromHours(1));
            linked.CancelAfter(20);
            try { await Task.Delay(TimeSpan.FromHours(1), Clock, linked.Token); } catch (OperationCanceledException) { print("cut short"); }
            """, "cut short", 0.02),
        new("PeriodicTimer(time)", Fate.Escapes, """
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
            await timer.WaitForNextTickAsync();
            await timer.WaitForNextTickAsync();
            print(2);
            """, "2", 0.02),
        new("Task.WaitAsync(time)", Fate.Escapes, """
            try { await new TaskCompletionSource().Task.WaitAsync(TimeSpan.FromMilliseconds(20)); } catch (TimeoutException) { print("late"); }
            """, "late", 0.02),
        new("Stopwatch", Fate.Escapes, """
            var watch = Stopwatch.StartNew();
            var start = Stopwatch.GetTimestamp();
            await Task.Delay(TimeSpan.FromHours(1), Clock);
            print($"{watch.Elapsed:hh} {Stopwatch.GetElapsedTime(start).TotalHours}");
            """, "01 1", 3600),
        new("DateTime.Now", Fate.Escapes, """print($"{DateTime.UtcNow:yyyy} {DateTime.Now:HH} {DateTimeOffset.UtcNow.Year} {DateTimeOffset.Now.Year} {DateTime.Today.Year}");""", "2000 00 2000 2000 2000"),
        new("Environment.TickCount64", Fate.Escapes, "await Task.Delay(TimeSpan.FromSeconds(1), Clock); print(Environment.TickCount64); print(Environment.TickCount);", "1000 1000", 1),
        new("Random.Shared", Fate.Escapes, "print(Random.Shared.Next()); print(new Random().NextInt64());", null),
        new("Guid.NewGuid", Fate.Escapes, "print(Guid.NewGuid()); print(Guid.CreateVersion7());", null),
        new("TimeProvider.System", Fate.Escapes, "await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System); print(1);", "1", 0.02),
        new("System.Threading.Timer", Fate.Escapes, """
            using Timer timer = new(_ => print("tick"), null, 10, 10);
            await Task.Delay(TimeSpan.FromMilliseconds(25), Clock);
            timer.Change(Timeout.Infinite, Timeout.Infinite);
            await Task.Delay(TimeSpan.FromSeconds(1), Clock);
            """, "tick tick", 1.025),
        new("ThreadPool.QueueUserWorkItem", Fate.Escapes, """
            var source = new TaskCompletionSource<bool>();
            ThreadPool.QueueUserWorkItem(_ => source.SetResult(EventLoop.Current is not null));
            print(await source.Task);
            """, "True"),
        new("ValueTask.AsTask", Fate.Escapes, """
            var channel = Channel.CreateUnbounded<int>();
            var read = channel.Reader.ReadAsync().AsTask();
            await Task.Delay(TimeSpan.FromSeconds(1), Clock);
            channel.Writer.TryWrite(7);
            print(await read);
            """, "7", 1),
        new("Task.ContinueWith", Fate.Escapes, """
            await Nap();
            await Nap().ContinueWith(_ => print(EventLoop.Current is not null));
            async Task Nap() => await Task.Delay(TimeSpan.FromSeconds(1), Clock);
            """, "True", 2),
        new("Task.Factory.StartNew", Fate.Escapes, """
            await Nap();
            await Task.Factory.StartNew(() => print(EventLoop.Current is not null));
            async Task Nap() => await Task.Delay(TimeSpan.FromSeconds(1), Clock);
            """, "True", 1),
        new("TaskScheduler.Default", Fate.Escapes, """
            await Task.Factory.StartNew(() => print(EventLoop.Current is not null), CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Default);
            """, "True"),
        new("Thread.Sleep", Fate.Refused, "Thread.Sleep(20); print(1);", "1", 0.02),
        new("Thread", Fate.Refused, """
            var source = new TaskCompletionSource<bool>();
            new Thread(() => source.SetResult(EventLoop.Current is not null)) { IsBackground = true }.Start();
            print(await source.Task);
            """, "True"),
    ];

    public override string ToString() => Name;
}
