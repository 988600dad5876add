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
    private static readonly TimeSpan s_longPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_shortPatience = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromDays(1); // an event waits for 24.8 days at most

    // Some tens of microseconds.
    private const int MostSpins = 40;

    // A byte of the trace holds a choice.
    private const int MostChoices = 256;

    // Flows wherever the program's code goes; its changes say when another thread begins to run some of it, and when it stops.
    private static readonly AsyncLocal<EventLoop?> s_home = new(OnHomeChanged);

    private static readonly SendOrPostCallback s_begin = static state =>
    {
        var context = (LoopContext)state!;
        context.Loop.Begin(context);
    };

    private readonly EventLoopOptions _options;
    private readonly ISchedulePicker? _picker;
    private readonly SplitMix64 _jitter;
    private readonly EventLog? _log;
    private readonly List<StepRecord>? _records;
    private readonly ReadyQueue _ready = new();
    private readonly TimerHeap _timers = new();
    private readonly List<LoopContext> _launched = [];
    private readonly Inbox _inbox = new();
    private readonly ManualResetEventSlim _arrived = new();
    private readonly LoopContext _mainContext;
    private readonly LoopContext _clockContext;
    private readonly string _code;
    private readonly long _started;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly ForeignWork _foreign = ForeignWork.AtStart();
    private LoopContext? _running;
    private byte[] _choices = [];
    private int _choiceCount;
    private int _usedChoices;
    private long _virtualNow;
    private int _tasks;
    private int _pruneAt = 64;
    private int _steps;
    private int _strangers;
    private int _foreignPosts;
    private TimeSpan _waitedForForeignWork;
    private ulong _fingerprint;
    private Exception? _error;
    private bool _hasTimers;
    private bool _blocked;
    private bool _ended;

    private EventLoop(Func<Task> main, EventLoopOptions options, List<StepRecord>? records)
    {
        _options = options;
        _picker = options.Picker is FifoPicker ? null : options.Picker;
        _jitter = new SplitMix64(options.Seed);
        _log = options.Log ?? (options.Observe ? new EventLog() : null);
        _records = records;
        _code = CompiledCode.Of(options.Program ?? main.Method);
        _started = options.Clock == LoopClock.System ? Stopwatch.GetTimestamp() : 0;
        TimeProvider = new LoopTimeProvider(this);
        TaskScheduler = new LoopTaskScheduler(this);
        _mainContext = new LoopContext(this, 0, "main", () => _log is null ? RunUnobservedAsync(main) : ScopeTracing.RunAsync(_log, main));
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

    internal bool HasEnded => _ended;

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
        RefuseInsideALoop();
        if (options is { Observe: false, Log: not null })
            throw new ArgumentException("A run that is not observed keeps no log: leave Log out, or set Observe.", nameof(options));
        if (options?.Log?.Count > 0)
            throw new ArgumentException("The log holds the story of another run already: give each run its own.", nameof(options));

        return Run(main, options ?? new EventLoopOptions(), null);
    }

    /// <summary>Runs a program again and again, each time in another order, until something breaks or the budget is spent.</summary>
    /// <remarks>
    /// <code>
    /// var found = EventLoop.Explore(program, new ExploreOptions { Check = _ => counter == 2 ? null : "an update was lost" });
    /// </code>
    /// <para><b>Pitfall.</b> Every run must begin afresh: make what the program changes inside <paramref name="main"/>. What it leaves in statics
    /// is there in the next run, and a failing schedule cannot be run again.</para>
    /// </remarks>
    /// <param name="main">The program: called once for each schedule, on the calling thread.</param>
    /// <param name="options">The budget, the strategy, and what must hold.</param>
    /// <param name="ct">Ends the search after the schedule that is running; what was found until then is in the report.</param>
    /// <returns>What was found. Exceptions of the program are in the report, not thrown.</returns>
    /// <exception cref="InvalidOperationException">Called from code that runs on a loop.</exception>
    public static ExploreReport Explore(Func<Task> main, ExploreOptions options, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(main);
        ArgumentNullException.ThrowIfNull(options);
        RefuseInsideALoop();
        return new Exploration(main, options, ct).Run();
    }

    /// <summary>Runs the schedule of a trace again, with its story.</summary>
    /// <param name="main">The program that the trace was recorded of.</param>
    /// <param name="trace">The trace, from <see cref="RunReport.Trace"/> or <see cref="ScheduleTrace.Parse"/>.</param>
    /// <param name="options">Limits, the log and the program's method; seed, picker and jitter are the trace's. <see langword="null"/>: the usual ones.</param>
    /// <returns>What came of it; <see cref="RunReport.Divergence"/> says when the program is not the one that was recorded.</returns>
    /// <exception cref="InvalidOperationException">Called from code that runs on a loop.</exception>
    public static RunReport Replay(Func<Task> main, ScheduleTrace trace, EventLoopOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(main);
        ArgumentNullException.ThrowIfNull(trace);
        var picker = new ReplayPicker(trace.Choices);
        var steps = new List<StepRecord>();
        var report = Run(main, (options ?? new EventLoopOptions()) with { Picker = picker, Seed = trace.Seed, TimerJitter = trace.TimerJitter }, steps);
        var difference = CompiledCode.Difference(trace.Code, report.Trace.Code);
        var misfit = picker.FirstImpossible is { } choice ? $"choice {choice} of the trace names a step that is not ready"
            : picker.Left > 0 ? $"the run ended {picker.Left} choices before the trace"
            : null;
        return report with
        {
            Table = new ScheduleTable(report, steps).Draw(),
            Divergence = misfit is null ? difference
                : difference is not null ? $"{difference}: {misfit}"
                : trace.Code.Length > 0 && report.Trace.Code.Length > 0 ? $"{misfit}, though the file is the same: what the program calls elsewhere changed, or what it does depends on something outside the loop"
                : $"{misfit}: the code changed since the trace was recorded",
        };
    }

    /// <summary>Starts a logical task of the loop, with a name of its own in schedules, reports and logs. <see cref="TaskGroup.Start"/> does it for its children.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="body">Its code; never called on the caller's stack.</param>
    /// <param name="ct">Handed to <paramref name="body"/>.</param>
    /// <returns>A task that ends as the body ends.</returns>
    /// <exception cref="InvalidOperationException">The loop's run has ended.</exception>
#pragma warning disable VSTHRD200 // the settled name: it starts, and returns at once
    public Task Run(string name, Func<CancellationToken, Task> body, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(body);
#pragma warning restore VSTHRD200
        if (_ended)
            throw new InvalidOperationException($"The run of this event loop has ended: '{name}' would never begin. Ask for EventLoop.Current in the program that is running.");
        var done = new TaskCompletionSource();
        Launch(name, RunBodyAsync);
        return done.Task;

        async Task RunBodyAsync()
        {
            Task work;
            try
            {
                work = ScopeTracing.RunTaskAsync(name, () => body(ct));
                await work.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e)
            {
                done.SetException(e);
                return;
            }

            done.SetFromTask(work);
        }
    }

    /// <summary>As <see cref="Run(Func{Task}, EventLoopOptions?)"/>, and notes every step where it is given a list for them.</summary>
    internal static RunReport Run(Func<Task> main, EventLoopOptions options, List<StepRecord>? records)
    {
        RefuseInsideALoop();
        var loop = new EventLoop(main, options, records);
        var callers = SynchronizationContext.Current;
        var callersHome = s_home.Value;
        RunReport? report = null;
        try
        {
            // As a task of the loop's scheduler, so that Task.Factory and ContinueWith stay on the loop by default.
            var pump = new Task(
                () =>
                {
                    s_home.Value = loop;
                    try
                    {
                        report = loop.Pump();
                    }
                    finally
                    {
                        s_home.Value = callersHome; // a loop that waits for this thread must not count it twice
                    }
                },
                TaskCreationOptions.DenyChildAttach);
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

    internal static void RefuseInsideALoop()
    {
        if (Current is not null)
            throw new InvalidOperationException("This code runs on an event loop already; a loop cannot run inside another. Await the program instead.");
    }

    internal void Launch(string name, Action start) => Launch(name, () =>
    {
        start();
        return Task.CompletedTask;
    });

    internal void Launch(string name, Func<Task> start)
    {
        var task = Interlocked.Increment(ref _tasks);
        var context = new LoopContext(this, task, name.Length == 0 ? $"task-{task}" : name, start, ExecutionContext.Capture());
        Enqueue(context, s_begin, context);
    }

    internal void Enqueue(LoopContext context, SendOrPostCallback callback, object? state)
    {
        if (_ended)
            return; // too late: the program has ended, and what is left of it does not run
        if (Environment.CurrentManagedThreadId == _thread)
        {
            _ready.Add(new Work(context, callback, state, _running));
            return;
        }

        Interlocked.Increment(ref _foreignPosts);
        _inbox.Add(new Work(context, callback, state, null));
        _arrived.Set();
    }

    internal void AddTimer(LoopTimer timer, int version, TimeSpan dueTime)
    {
        if (IsCurrentThread)
            SetTimer(timer, version, dueTime);
        else
            AddTimerFromOutside(timer, version, dueTime); // apart: what it captures costs only where it is needed
    }

    /// <summary>Its due time counts from when the loop hears of it.</summary>
    private void AddTimerFromOutside(LoopTimer timer, int version, TimeSpan dueTime) => Enqueue(_clockContext, _ => SetTimer(timer, version, dueTime), null);

    /// <summary>Logical tasks that have begun and not ended, the main program first.</summary>
    internal IEnumerable<LoopContext> Unfinished => _launched.Where(context => !context.HasEnded);

    internal bool HasReadySteps => _ready.Count > 0;

    /// <summary>Whether code of the program runs, or is about to run, on another thread.</summary>
    internal bool IsBusyElsewhere => Volatile.Read(ref _strangers) > 0 || PendingWork.OnThePoolMayBeOf(this);

    internal BlockedThreadException Blocked()
    {
        _blocked = true;
        var blocked = new BlockedThreadException();
        _error ??= blocked;
        return blocked;
    }

    /// <summary>As <see cref="ScopeTracing.RunAsync"/>, without an observer: the same awaits, so that a log makes no difference to the schedule.</summary>
    private static async Task RunUnobservedAsync(Func<Task> main) => await main();

    private static void OnHomeChanged(AsyncLocalValueChangedArgs<EventLoop?> change)
    {
        if (!change.ThreadContextChanged)
            return;
        change.PreviousValue?.OnStranger(-1);
        change.CurrentValue?.OnStranger(1);
    }

    /// <summary>Another thread begins (or stops) to run code of this program.</summary>
    private void OnStranger(int change)
    {
        if (Environment.CurrentManagedThreadId == _thread)
            return;
        Interlocked.Add(ref _strangers, change);
        if (change < 0 && !_ended)
            _arrived.Set();
    }

    private RunReport Pump()
    {
        _log?.SetProperty("clock", Clock == LoopClock.Virtual ? "virtual" : "system");
        _log?.SetProperty("seed", _options.Seed.ToString());

        _ready.Add(new Work(_mainContext, static context => ((LoopContext)context!).Start(), _mainContext, null));

        Outcome outcome;
        while (true)
        {
            if (!_inbox.IsEmpty)
                _inbox.MoveTo(_ready);
            if (Clock == LoopClock.System)
                MakeDueTimersReady(); // real time passes while code runs

            if (_mainContext.HasEnded || _error is not null)
            {
                outcome = OutcomeAtEnd();
                break;
            }

            if (_steps >= _options.MaxSteps || _virtualNow > _options.MaxVirtualTime.Ticks)
            {
                outcome = Outcome.StepLimit;
                break;
            }

            if (_options.WaitForThreadPool && WaitForForeignWork())
                continue;
            if (_ready.Count > 0)
                Step();
            else if (Clock == LoopClock.Virtual && WaitForForeignWork())
                continue; // what is under way elsewhere takes no virtual time
            else if (NextDue() is { } due)
                AdvanceTo(due);
            else if (!WaitForStrangers(out outcome))
                break;
        }

        return Report(outcome);
    }

    private Outcome OutcomeAtEnd()
    {
        if (_mainContext.Body is { IsCompleted: true } body)
            _error ??= body.IsCanceled ? CancellationOf(body) : body.Exception?.InnerException;
        return _blocked ? Outcome.BlockedThread : _error is null ? Outcome.Completed : Outcome.Faulted;
    }

    private RunReport Report(Outcome outcome)
    {
        // Reflection over what waits costs too much for every run: only where somebody does.
        var waiting = outcome != Outcome.Completed || Unfinished.Any() ? WaitingTasks.In(_mainContext, [.. Unfinished]) : [];
        return new RunReport
        {
            Outcome = outcome,
            Fingerprint = _fingerprint,
            Waiting = _log is null ? waiting : WaitingTasks.In(_log.Events, waiting),
            ForeignPosts = _foreignPosts,
            Steps = _steps,
            VirtualElapsed = TimeSpan.FromTicks(Now),
            Error = _error,
            Log = _log!,
            Trace = new ScheduleTrace(_options.Seed, _options.TimerJitter, _choices.AsSpan(0, _usedChoices), _code),
            Choices = _choiceCount,
            HasTimers = _hasTimers,
        };
    }

    private void Begin(LoopContext context)
    {
        context.Start();
        if (context.HasEnded)
            return;
        if (_launched.Count == _pruneAt)
        {
            _launched.RemoveAll(static launched => launched.HasEnded);
            _pruneAt = Math.Max(64, 2 * _launched.Count);
        }

        _launched.Add(context);
    }

    private void SetTimer(LoopTimer timer, int version, TimeSpan dueTime)
    {
        var jitters = Clock == LoopClock.Virtual && _options.TimerJitter > TimeSpan.Zero && dueTime > TimeSpan.Zero;
        _hasTimers |= dueTime > TimeSpan.Zero;
        var jitter = jitters ? _jitter.Next((int)_options.TimerJitter.Ticks + 1) : 0;
        _timers.Add(Now + dueTime.Ticks + jitter, timer, version);
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

    private void Step()
    {
        var ready = _ready.Count;
        var index = ready == 1 ? 0 : Choose();
        var work = _ready.Take(index);

        _steps++;
        _fingerprint = SplitMix64.Mix(_fingerprint ^ (ulong)Now, ((ulong)(uint)work.Context.Step.Task << 32) | (uint)index);
        _records?.Add(StepRecord.Begin(this, work, index, ready, _log, _steps));
        _running = work.Context;
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
            _running = null;
        }

        _records?[^1].End(work, _log);
    }

    private int Choose()
    {
        var index = 0;
        if (_picker is not null)
        {
            var steps = _ready.Steps;
            index = _picker.Pick(steps.Length <= MostChoices ? steps : steps[..MostChoices]);
        }

        _choiceCount++;
        if (index != 0)
        {
            ReadyQueue.CheckIndex(index, Math.Min(_ready.Count, MostChoices));
            if (_choices.Length < _choiceCount)
                Array.Resize(ref _choices, Math.Max(64, 2 * _choiceCount));
            _choices[_choiceCount - 1] = (byte)index;
            _usedChoices = _choiceCount;
        }

        return index;
    }

    /// <summary>When the next timer is due. One that was stopped or changed since it was set is none: no time passes for it.</summary>
    private long? NextDue()
    {
        while (!_timers.IsEmpty)
        {
            if (!_timers.Top.IsOutdated)
                return _timers.Top.Due;
            _timers.RemoveTop();
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
        while (!_timers.IsEmpty && _timers.Top.Due <= Now)
        {
            var entry = _timers.Top;
            _timers.RemoveTop();
            if (entry.IsOutdated)
                continue;
            entry.Timer.BecomeReady(entry.Version);
            _ready.Add(new Work(_clockContext, static timer => ((LoopTimer)timer!).Fire(), entry.Timer, _clockContext));
        }
    }

    /// <summary>
    /// Waits while code of the program runs outside the loop, or may be about to: it may have something to say before the loop goes on.
    /// Not for ever: a program that is busy elsewhere must not hold up its own loop.
    /// </summary>
    /// <returns>Whether something has arrived.</returns>
    private bool WaitForForeignWork()
    {
        if (!IsForeignWorkUnderWay(_waitedForForeignWork))
            return !_inbox.IsEmpty;
        var began = Stopwatch.GetTimestamp();
        var before = _waitedForForeignWork;
        var spin = default(SpinWait);
        do
        {
            _arrived.Reset();
            if (spin.Count < MostSpins)
                spin.SpinOnce(sleep1Threshold: -1); // mostly clean-up of a microsecond: to sleep for it would cost a thousand
            else if (_inbox.IsEmpty && IsForeignWorkUnderWay(_waitedForForeignWork))
                _arrived.Wait(1); // the pool tells nobody when it has nothing left to do
            _waitedForForeignWork = before + Stopwatch.GetElapsedTime(began);
        }
        while (_inbox.IsEmpty && IsForeignWorkUnderWay(_waitedForForeignWork));
        if (_inbox.IsEmpty && Volatile.Read(ref _strangers) == 0)
        {
            ForeignWork.TakeForOthers();
            _waitedForForeignWork = TimeSpan.Zero; // what comes on top of it deserves as much patience again
        }

        return !_inbox.IsEmpty;
    }

    /// <summary>Threads that run the program's code are known. A busy pool may be busy with something else: that deserves less patience, until the program has used it, or was said to.</summary>
    private bool IsForeignWorkUnderWay(TimeSpan waited) => Volatile.Read(ref _strangers) > 0
        ? waited < s_longPatience
        : _foreign.IsPoolBusier() && waited < (_foreignPosts > 0 || _options.WaitForThreadPool ? s_longPatience : s_shortPatience);

    /// <summary>Nothing is ready and no timer runs. Only something outside the loop could wake the program; where nothing is under way there, it never will.</summary>
    private bool WaitForStrangers(out Outcome outcome)
    {
        outcome = Outcome.Deadlock;
        for (var waits = 0; _inbox.IsEmpty && IsSomethingUnderWay(itsOwn: waits > 0); waits++)
        {
            outcome = Outcome.Escaped;
            if (waits == 2 && Clock == LoopClock.Virtual)
                return false; // in real time it may well come back
            _arrived.Reset();
            if (_inbox.IsEmpty)
                _arrived.Wait(s_foreignGrace);
            outcome = Outcome.Deadlock;
        }

        return !_inbox.IsEmpty;
    }

    /// <summary>
    /// Whether the process is busy shows at once; whose work that is takes longer to find out. Of what a thread has taken from the pool's queue and not
    /// begun nothing shows at all: where one is busy, the first look is not enough.
    /// </summary>
    private bool IsSomethingUnderWay(bool itsOwn) => Volatile.Read(ref _strangers) > 0
        || (itsOwn ? PendingWork.MayBeOf(this) : (_foreign.IsMoreThanAtStart() || _foreign.MayHideMore()) && (ForeignWork.IsAThreadBusy || PendingWork.MayBeOf(this)));
}
