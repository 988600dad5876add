using System.Collections.Concurrent;
using System.Diagnostics;

namespace StructuredConcurrency.Simulation;

/// <summary>Runs a program of many tasks on one thread, step by step, on virtual or real time: asyncio's model for .NET's own <see cref="Task"/>.</summary>
/// <remarks>
/// <para>A step is the code of one task from one await to the next. When several are ready, a picker chooses; when none is, virtual time
/// jumps to the next timer; when there is no timer either, the program can never go on, and the run ends with a deadlock that names
/// who waits for what.</para>
/// <code>
/// var report = EventLoop.Run(() => TaskGroup.RunAsync(async group => …));
/// Console.WriteLine(report);
/// </code>
/// <para><b>Pitfall.</b> Code stays on the loop as long as it uses the loop's clock (<see cref="TimeProvider"/>) and awaits without
/// <c>ConfigureAwait(false)</c>. <c>Task.Run</c> and <c>Task.Delay(time)</c> leave it: see <see cref="RunReport.ForeignPosts"/>.</para>
/// </remarks>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A stranger's thread may knock after the run; the event must outlive it.")]
public sealed class EventLoop
{
    private static readonly TimeSpan s_foreignGrace = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromDays(1); // an event waits for 24.8 days at most

    private readonly EventLoopOptions _options;
    private readonly ISchedulePicker _picker;
    private readonly SplitMix64 _jitter;
    private readonly EventLog _log;
    private readonly ReadyQueue _ready = new();
    private readonly PriorityQueue<(LoopTimer Timer, int Version), (long Due, long Order)> _timers = new();
    private readonly ConcurrentQueue<Work> _inbox = new();
    private readonly ManualResetEventSlim _arrived = new();
    private readonly LoopContext _clockContext;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly long _systemTimers = Timer.ActiveCount;
    private readonly int _busyThreads = BusyThreads();
    private readonly long _completedWork = ThreadPool.CompletedWorkItemCount;
    private long _virtualNow;
    private long _timerOrder;
    private int _tasks;
    private int _steps;
    private int _foreignPosts;
    private ulong _fingerprint;
    private Exception? _error;
    private bool _blocked;
    private bool _ended;

    private EventLoop(EventLoopOptions options)
    {
        _options = options;
        _picker = options.Picker ?? new FifoPicker();
        _jitter = new SplitMix64(options.Seed);
        _log = options.Log ?? new EventLog();
        TimeProvider = new LoopTimeProvider(this);
        TaskScheduler = new LoopTaskScheduler(this);
        _clockContext = new LoopContext(this, -1, "clock");
    }

    /// <summary>The loop that runs the calling code; <see langword="null"/>: none.</summary>
    public static EventLoop? Current => (SynchronizationContext.Current as LoopContext)?.Loop;

    /// <summary>The loop's clock, for delays and timeouts: <c>Task.Delay(time, loop.TimeProvider, token)</c>.</summary>
    public TimeProvider TimeProvider { get; }

    /// <summary>Runs tasks on the loop; the default of <c>Task.Factory.StartNew</c> and <c>ContinueWith</c> in its code.</summary>
    public TaskScheduler TaskScheduler { get; }

    internal LoopClock Clock => _options.Clock;

    internal ulong Seed => _options.Seed;

    internal long Now => Clock == LoopClock.Virtual ? _virtualNow : Stopwatch.GetElapsedTime(_started).Ticks;

    internal bool IsCurrentThread => Environment.CurrentManagedThreadId == _thread && !_ended;

    /// <summary>Runs a program to its end, on the calling thread.</summary>
    /// <param name="main">The program.</param>
    /// <param name="options">Seed, picker, clock and limits.</param>
    /// <returns>What came of it. Exceptions of the program are in the report, not thrown.</returns>
    /// <exception cref="InvalidOperationException">Called from code that runs on a loop.</exception>
    /// <exception cref="ArgumentException">The log of the options holds the story of another run already.</exception>
    public static RunReport Run(Func<Task> main, EventLoopOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(main);
        if (Current is not null)
            throw new InvalidOperationException("This code runs on an event loop already; a loop cannot run inside another. Await the program instead.");

        if (options?.Log?.Events.Count > 0)
            throw new ArgumentException("The log holds the story of another run already: give each run its own.", nameof(options));

        var loop = new EventLoop(options ?? new EventLoopOptions());
        var callers = SynchronizationContext.Current;
        RunReport? report = null;
        try
        {
            // As a task of the loop's scheduler, so that Task.Factory and ContinueWith stay on the loop by default.
            var pump = new Task(() => report = loop.Pump(main), TaskCreationOptions.DenyChildAttach);
            pump.RunSynchronously(loop.TaskScheduler);
#pragma warning disable VSTHRD002 // it has run: this only throws what a bug of the loop threw
            pump.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
            return report!;
        }
        finally
        {
            loop._ended = true;
            SynchronizationContext.SetSynchronizationContext(callers);
        }
    }

    internal void Launch(string name, Action start)
    {
        var context = new LoopContext(this, Interlocked.Increment(ref _tasks), name);
        var executionContext = ExecutionContext.Capture();
        Enqueue(
            context,
            executionContext is null
                ? static action => ((Action)action!)()
                : action => ExecutionContext.Run(executionContext, static inner => ((Action)inner!)(), action),
            start);
    }

    internal void Enqueue(LoopContext context, SendOrPostCallback callback, object? state)
    {
        if (_ended)
            return; // too late: the program has ended, and what is left of it does not run
        var work = new Work(context, callback, state);
        if (IsCurrentThread)
        {
            _ready.Add(work);
            return;
        }

        Interlocked.Increment(ref _foreignPosts);
        _inbox.Enqueue(work);
        _arrived.Set();
    }

    internal void AddTimer(LoopTimer timer, int version, TimeSpan dueTime)
    {
        if (IsCurrentThread)
            SetTimer(timer, version, dueTime);
        else
            Enqueue(_clockContext, _ => SetTimer(timer, version, dueTime), null); // its due time counts from when the loop hears of it
    }

    internal BlockedThreadException Blocked()
    {
        _blocked = true;
        var blocked = new BlockedThreadException();
        _error ??= blocked;
        return blocked;
    }

    private RunReport Pump(Func<Task> main)
    {
        _log.SetProperty("clock", Clock == LoopClock.Virtual ? "virtual" : "system");
        _log.SetProperty("seed", _options.Seed.ToString());

        Task? running = null;
        _ready.Add(new Work(new LoopContext(this, 0, "main"), _ => running = ScopeTracing.RunAsync(_log, main), null));

        Outcome outcome;
        while (true)
        {
            while (_inbox.TryDequeue(out var arrived))
                _ready.Add(arrived);
            if (Clock == LoopClock.System)
                MakeDueTimersReady(); // real time passes while code runs

            if (running is { IsCompleted: true })
            {
                var thrown = running.IsCanceled ? CancellationOf(running) : running.Exception?.InnerException;
                _error ??= thrown;
                outcome = _blocked ? Outcome.BlockedThread : _error is null ? Outcome.Completed : Outcome.Faulted;
                break;
            }

            if (_error is not null)
            {
                outcome = _blocked ? Outcome.BlockedThread : Outcome.Faulted;
                break;
            }

            if (_steps >= _options.MaxSteps || _virtualNow > _options.MaxVirtualTime.Ticks)
            {
                outcome = Outcome.StepLimit;
                break;
            }

            if (_ready.Count > 0)
                Step();
            else if (NextDue() is { } due)
                AdvanceTo(due);
            else if (!WaitForStrangers(out outcome))
                break;
        }

        return new RunReport
        {
            Outcome = outcome,
            Fingerprint = _fingerprint,
            Waiting = WaitingTasks.In(_log.Events),
            ForeignPosts = _foreignPosts,
            Steps = _steps,
            VirtualElapsed = TimeSpan.FromTicks(Now),
            Error = _error,
            Log = _log,
        };
    }

    private void SetTimer(LoopTimer timer, int version, TimeSpan dueTime)
    {
        var jitters = Clock == LoopClock.Virtual && _options.TimerJitter > TimeSpan.Zero && dueTime > TimeSpan.Zero;
        var jitter = jitters ? _jitter.Next((int)Math.Min(_options.TimerJitter.Ticks + 1, int.MaxValue)) : 0;
        _timers.Enqueue((timer, version), (Now + dueTime.Ticks + jitter, _timerOrder++));
    }

    /// <summary>A cancelled task shows its exception only to whoever awaits it.</summary>
    private static OperationCanceledException CancellationOf(Task cancelled)
    {
        try
        {
#pragma warning disable VSTHRD002 // it has ended: nothing is waited for
            cancelled.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
            throw new UnreachableException();
        }
        catch (OperationCanceledException e)
        {
            return e;
        }
    }

    private static int BusyThreads()
    {
        ThreadPool.GetMaxThreads(out var most, out _);
        ThreadPool.GetAvailableThreads(out var available, out _);
        return most - available;
    }

    private void Step()
    {
        var index = _ready.Count == 1 ? 0 : _picker.Pick(_ready.Steps);
        var work = _ready.Take(index);

        _steps++;
        _fingerprint = SplitMix64.Mix(_fingerprint ^ (ulong)Now, ((ulong)(uint)work.Context.Step.Task << 32) | (uint)index);
        SynchronizationContext.SetSynchronizationContext(work.Context);
        try
        {
            work.Callback(work.State);
        }
        catch (Exception e)
        {
            // Only code that nobody awaits throws here: async void, a timer's callback, a posted delegate.
            _error ??= e;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }
    }

    /// <summary>When the next timer is due. One that was stopped or changed since it was set is none: no time passes for it.</summary>
    private long? NextDue()
    {
        while (_timers.TryPeek(out var entry, out var place))
        {
            if (entry.Version == entry.Timer.Version)
                return place.Due;
            _timers.Dequeue();
        }

        return null;
    }

    private void AdvanceTo(long due)
    {
        if (Clock == LoopClock.Virtual)
        {
            _virtualNow = Math.Max(_virtualNow, due);
            MakeDueTimersReady();
            return;
        }

        var wait = TimeSpan.FromTicks(due - Now);
        _arrived.Reset();
        if (wait > TimeSpan.Zero && _inbox.IsEmpty)
            _arrived.Wait(wait < s_longestWait ? wait + TimeSpan.FromMilliseconds(1) : s_longestWait); // rounds down; never early
    }

    /// <summary>Makes every timer ready that is due at this instant: timers compete as well.</summary>
    private void MakeDueTimersReady()
    {
        while (_timers.TryPeek(out var entry, out var place) && place.Due <= Now)
        {
            _timers.Dequeue();
            if (entry.Version == entry.Timer.Version)
                _ready.Add(new Work(_clockContext, _ => entry.Timer.Fire(entry.Version), null));
        }
    }

    /// <summary>Nothing is ready and no timer runs. Only something outside the loop could wake the program; where nothing is under way there, it never will.</summary>
    private bool WaitForStrangers(out Outcome outcome)
    {
        outcome = Outcome.Deadlock;
        for (var waits = 0; IsMoreUnderWay() || (waits == 0 && MayHideMore()); waits++)
        {
            outcome = Outcome.Escaped;
            if (waits == 2 && Clock == LoopClock.Virtual)
                return false; // in real time it may well come back
            _arrived.Reset();
            if (!_inbox.IsEmpty || _arrived.Wait(s_foreignGrace))
                return true;
        }

        outcome = Outcome.Deadlock;
        return !_inbox.IsEmpty;
    }

    private bool IsMoreUnderWay() => Timer.ActiveCount > _systemTimers || ThreadPool.PendingWorkItemCount > 0 || BusyThreads() > _busyThreads;

    /// <summary>What was under way at the start may have ended since, and what the program began stands in its place: as many as before are no proof then.</summary>
    private bool MayHideMore() => ThreadPool.CompletedWorkItemCount != _completedWork
        && (Timer.ActiveCount > 0 || BusyThreads() > (Thread.CurrentThread.IsThreadPoolThread ? 1 : 0));
}
