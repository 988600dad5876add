namespace StructuredConcurrency;

/// <summary>How a child stands.</summary>
public enum ChildTaskStatus
{
    /// <summary>Started, not yet ended.</summary>
    Running,

    /// <summary>Ended normally.</summary>
    Succeeded,

    /// <summary>Ended with an error, which its group reports.</summary>
    Faulted,

    /// <summary>Was asked to stop, and did.</summary>
    Cancelled,
}

/// <summary>The handle of a child that <see cref="TaskGroup.Start"/> started: its name, how it stands, and a way to stop it alone.</summary>
/// <remarks>
/// Nobody has to await a child: its group does. The handle is not awaitable itself, so that <c>group.Start(…);</c> as a
/// statement is right and warns of nothing; where one child's end matters, <c>await child.Completion</c>.
/// </remarks>
public class ChildTask
{
    private readonly TaskGroup _group;
    private readonly Func<CancellationToken, Task> _work;
    private readonly TracedTask? _traced;
    private readonly TaskCompletionSource _done;

    internal ChildTask(TaskGroup group, string name, TracedTask? traced, Func<CancellationToken, Task> work)
    {
        _group = group;
        _work = work;
        _traced = traced;
        _done = new TaskCompletionSource(CompletionOptions(group));
        Name = name;
    }

    /// <summary>The name given to <c>Start</c>, or <c>task-N</c>.</summary>
    public string Name { get; }

    /// <summary>How the child stands. Final before <see cref="Completion"/> completes.</summary>
    public ChildTaskStatus Status { get; private set; }

    /// <summary>
    /// Ends when the child has ended, as it ended: faulted with its exception; cancelled, with
    /// <see cref="ChildCancelledException"/> when it was stopped through <see cref="Cancel"/>.
    /// </summary>
    public Task Completion => CompletionTask;

    internal CancellationTokenSource Source { get; } = new();

    /// <summary>Neighbours in the group's list of running children, in start order.</summary>
    internal LinkedListNode<ChildTask>? Node { get; set; }

    /// <summary>The context of the Start, where the child had to wait for its turn.</summary>
    internal ExecutionContext? StartContext { get; set; }

    internal bool CancelledAlone { get; private set; }

    private protected virtual Task CompletionTask => _done.Task;

    /// <summary>Asks this child to stop; its siblings go on. Does nothing after its end.</summary>
    /// <param name="reason">Why, for the log.</param>
    public void Cancel(string? reason = null)
    {
        if (Status != ChildTaskStatus.Running || Source.IsCancellationRequested)
            return;
        CancelledAlone = true;
        _group.CancelChild(this, _traced, reason);
    }

    /// <summary>Runs the child's code to its end. Called once, where children run: never on the stack of whoever started it.</summary>
    internal async Task ExecuteAsync()
    {
        var onContext = _group.Core.ContinueOnContext;
        Exception? error = null;
        Task? work = null;
        try
        {
            // Where it was started may lie in other scopes than its group: the child belongs to its group.
            var frame = _group.Core.InnerFrame(_traced);
            if (!ReferenceEquals(ScopeFrame.Current, frame))
                ScopeFrame.Current = frame;
            work = _work(Source.Token);
            await work.ConfigureAwait(onContext);
        }
        catch (Exception e)
        {
            // A task with several faults, as Task.WhenAll returns it, is one error that holds them all; await shows only the first.
            error = work?.Exception is { InnerExceptions.Count: > 1 } all ? all : e;
        }

        var askedToStop = error is OperationCanceledException
            && (Source.IsCancellationRequested || await _group.Core.IsCancelledAsync().ConfigureAwait(onContext));
        var status = error is null ? ChildTaskStatus.Succeeded : _group.StatusAfter(error, askedToStop);
        _group.OnChildEnding(this, _traced, status, error);
        Status = status;
        Complete(status switch
        {
            ChildTaskStatus.Succeeded => work!,
            ChildTaskStatus.Faulted => work is { IsFaulted: true } ? work : FaultedAsync(error!),
            _ when CancelledAlone => CancelledAsync(new ChildCancelledException(Name, error!, Source.Token)),
            _ => work is { IsCanceled: true } ? work : CancelledAsync(error!),
        });
        _group.OnChildEnded();
        _group.Core.Release();
    }

    /// <summary>Ends <see cref="Completion"/> as a task has ended.</summary>
    private protected virtual void Complete(Task ended)
    {
        _done.SetFromTask(ended);
        _ = _done.Task.Exception; // the group reports it; nobody has to look here as well
    }

    /// <summary>
    /// Whoever awaits the end goes on as a step of its own; on an event loop the loop sees to that. There <c>Task.WhenAll</c> and its like must not
    /// take the way over the thread pool that "asynchronously" means to them: the loop's clock would go on meanwhile.
    /// </summary>
    private protected static TaskCreationOptions CompletionOptions(TaskGroup group) =>
        group.Core.ContinueOnContext ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously;

    private protected virtual Task FaultedAsync(Exception error) => Task.FromException(error);

    // An async method that throws a cancellation ends as cancelled and keeps the exception itself; Task.FromCanceled loses it.
    private protected virtual async Task CancelledAsync(Exception cancellation)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        throw cancellation;
    }
}

/// <summary>The handle of a child that produces a value.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
public sealed class ChildTask<T> : ChildTask
{
    private readonly TaskCompletionSource<T> _done;

    internal ChildTask(TaskGroup group, string name, TracedTask? traced, Func<CancellationToken, Task<T>> work)
        : base(group, name, traced, work) => _done = new TaskCompletionSource<T>(CompletionOptions(group));

    /// <inheritdoc cref="ChildTask.Completion" />
    public new Task<T> Completion => _done.Task;

    /// <summary>The value. Read it after the group, or after <see cref="Completion"/>.</summary>
    /// <exception cref="InvalidOperationException">The child has not ended, or did not end normally.</exception>
    public T Result => Status == ChildTaskStatus.Succeeded && _done.Task.IsCompletedSuccessfully
#pragma warning disable VSTHRD002 // it has ended: nothing is waited for
        ? _done.Task.Result
#pragma warning restore VSTHRD002
        : throw new InvalidOperationException($"The child task '{Name}' has no result: it is {Status}.");

    private protected override Task CompletionTask => _done.Task;

    private protected override void Complete(Task ended)
    {
        _done.SetFromTask((Task<T>)ended);
        _ = _done.Task.Exception;
    }

    private protected override Task FaultedAsync(Exception error) => Task.FromException<T>(error);

    private protected override Task CancelledAsync(Exception cancellation)
    {
        return ThrowAsync();

        async Task<T> ThrowAsync()
        {
            await Task.CompletedTask.ConfigureAwait(false);
            throw cancellation;
        }
    }
}
