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
        var patience = millisecondsTimeout < 0 ? PatienceMilliseconds : Math.Min(millisecondsTimeout, PatienceMilliseconds);
        var result = WaitHelper(waitHandles, waitAll, patience);
        return result != WaitHandle.WaitTimeout || patience == millisecondsTimeout ? result : throw Loop.Blocked();
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
