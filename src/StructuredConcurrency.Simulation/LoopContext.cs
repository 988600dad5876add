using System.Diagnostics;
using StructuredConcurrency.Simulation.StandIns;

namespace StructuredConcurrency.Simulation;

/// <summary>
/// A logical task of the loop, as its code sees it. Each task has a context of its own: so a continuation that is posted says whose it is, and
/// the runtime never runs one task's continuation inside another's step. Every wake is a step that can be scheduled.
/// </summary>
internal sealed class LoopContext : SynchronizationContext, IScopeScheduler
{
    // Cancelled waits leave clean-up on the pool that may hold a lock for a moment; that is not a block.
    private const int PatienceMilliseconds = 50;

    // For what does not depend on the loop's thread, and only takes time: more on a busy machine. Not for ever: it might depend on it after all.
    private const int MostPatienceMilliseconds = 1_000;

    private Func<Task>? _start;
    private ExecutionContext? _startContext;

    public LoopContext(EventLoop loop, int task, string name, Func<Task>? start = null, ExecutionContext? startContext = null)
    {
        Loop = loop;
        Step = new ReadyStep(task, name);
        _start = start;
        _startContext = startContext;
        SetWaitNotificationRequired();
    }

    public EventLoop Loop { get; }

    public ReadyStep Step { get; }

    /// <summary>The task's own code, from its first step on.</summary>
    public Task? Body { get; private set; }

    public bool HasEnded => Body is { IsCompleted: true };

    public TimeProvider TimeProvider => Loop.TimeProvider;

    public bool IsCurrent => Loop.IsCurrentThread;

    /// <summary>The task's first step.</summary>
    public void Start()
    {
        if (_startContext is null)
            Body = _start!();
        else
            ExecutionContext.Run(_startContext, static context => ((LoopContext)context!).Body = ((LoopContext)context)._start!(), this);
        (_start, _startContext) = (null, null); // the loop may know a task for longer than the task's data should live
    }

    public void Launch(string name, Action start) => Loop.Launch(name, start);

    public void Launch(string name, Func<Task> run) => Loop.Launch(name, run);

    public override void Post(SendOrPostCallback d, object? state) => Loop.Enqueue(this, d, state);

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (!IsCurrent)
            throw new NotSupportedException("Code outside the event loop cannot wait for code on it: use Post.");
        d(state);
    }

    public override SynchronizationContext CreateCopy() => this;

    public override int Wait(IntPtr[] waitHandles, bool waitAll, int millisecondsTimeout)
    {
        for (var waited = 0; ; waited += PatienceMilliseconds)
        {
            var left = millisecondsTimeout < 0 ? int.MaxValue : millisecondsTimeout - waited;
            var result = WaitHelper(waitHandles, waitAll, Math.Min(left, PatienceMilliseconds));
            if (result != WaitHandle.WaitTimeout || left <= PatienceMilliseconds)
                return result;
            if (waited >= MostPatienceMilliseconds || !(Loop.IsBusyElsewhere || IsLockOfTheFramework()))
                throw Loop.Blocked();
        }
    }

    /// <summary>Whether the code that calls waits to enter a lock inside the framework, such as a channel's: whoever is in there comes out again by itself.</summary>
    private static bool IsLockOfTheFramework()
    {
        var callers = new StackTrace().GetFrames().Select(frame => frame.GetMethod())
            .SkipWhile(method => method?.DeclaringType is { } type && (type == typeof(LoopContext) || type == typeof(SynchronizationContext) || type == typeof(WaitHandle))).ToList();
        var entering = callers.TakeWhile(method => (method?.DeclaringType == typeof(Monitor) || method?.DeclaringType == typeof(Lock)) && method.Name.Contains("Enter", StringComparison.Ordinal)).Count();
        return entering > 0 && callers.ElementAtOrDefault(entering)?.DeclaringType?.Assembly.GetName().Name?.StartsWith("System.", StringComparison.Ordinal) == true;
    }
}

/// <summary>Brings <see cref="Task.Factory"/> and <c>ContinueWith</c> onto the loop: each such task is a logical task of its own.</summary>
internal sealed class LoopTaskScheduler(EventLoop loop) : TaskScheduler
{
    // Parallel loops start as many workers as this says, and as the machine has processors where it says nothing: the same everywhere, then.
    public override int MaximumConcurrencyLevel => EnvironmentOnLoop.ProcessorCount;

    protected override void QueueTask(Task task) =>
        loop.Launch("", () =>
        {
            TryExecuteTask(task);
            return task;
        });

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => loop.IsCurrentThread && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
