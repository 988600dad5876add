using System.Diagnostics;

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
    private Func<CancellationToken, Task>? _work;
    private string? _name;
    private Task? _running;
    private TaskCompletionSource? _done;

    internal ChildTask(TaskGroup group, string? name, Func<CancellationToken, Task> work)
    {
        _group = group;
        _work = work;
        _name = name;
    }

    /// <summary>The name given to <c>Start</c>, or <c>task-N</c>.</summary>
    public string Name => _name ??= $"task-{Number}";

    /// <summary>How the child stands. Final before <see cref="Completion"/> completes.</summary>
    public ChildTaskStatus Status { get; private set; }

    /// <summary>
    /// Ends when the child has ended, as it ended: faulted with its exception; cancelled, with
    /// <see cref="ChildCancelledException"/> when it was stopped through <see cref="Cancel"/>. Always the same task, so that
    /// <c>await Task.WhenAny(a.Completion, b.Completion) == a.Completion</c> says who was first.
    /// </summary>
    public Task Completion
    {
        get
        {
            lock (_group.Core.Gate)
                return IsAwaited || Ended is null ? PendingCompletionAsync() : Ended; // whoever asks twice, before the end and after it, gets one task
        }
    }

    internal CancellationTokenSource Source { get; } = new();

    /// <summary>Place in the order of the group's starts, from 1.</summary>
    internal int Number { get; set; }

    /// <summary>The child as the story knows it, when observed.</summary>
    internal TracedTask? Traced { get; set; }

    /// <summary>Whether it is in the group's list of running children.</summary>
    internal bool IsActive { get; set; }

    /// <summary>Neighbours in the group's list of running children.</summary>
    internal ChildTask? Previous { get; set; }

    /// <inheritdoc cref="Previous" />
    internal ChildTask? Next { get; set; }

    /// <summary>The context of the Start, where the child had to wait for its turn.</summary>
    internal ExecutionContext? StartContext { get; set; }

    /// <summary>Whether it was asked to stop through its own handle.</summary>
    internal bool CancelledAlone { get; set; }

    /// <summary>Sequence number of the event that says so; 0 when nobody observes.</summary>
    internal long CancelSequence { get; set; }

    /// <summary>The child as it ended; <see langword="null"/> while it runs.</summary>
    private protected Task? Ended { get; private set; }

    private protected virtual bool IsAwaited => _done is not null;

    /// <summary>
    /// Whoever awaits the end goes on as a step of its own; on an event loop the loop sees to that. There <c>Task.WhenAll</c> and its like must not
    /// take the way over the thread pool that "asynchronously" means to them: the loop's clock would go on meanwhile.
    /// </summary>
    private protected TaskCreationOptions CompletionOptions =>
        _group.Core.ContinueOnContext ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously;

    /// <summary>Asks this child to stop; its siblings go on. Does nothing after its end.</summary>
    /// <param name="reason">Why, for the log.</param>
    public void Cancel(string? reason = null) => _group.CancelChild(this, reason);

    /// <summary>Runs the child's code to its end. Called once, where children run: never on the stack of whoever started it.</summary>
    /// <remarks>By hand what <c>await</c> would do: a task's end is looked at, and not thrown again only to be caught.</remarks>
    /// <returns>The task that the child's code returned, for reports: the child has not ended before it.</returns>
    internal Task ExecuteAsync()
    {
        // Where it was started may lie in other scopes than its group: the child belongs to its group.
        var frame = _group.Core.InnerFrame(Traced);
        if (!ReferenceEquals(ScopeFrame.Current, frame))
            ScopeFrame.Current = frame;

        var work = _work!;
        _work = null; // what it has captured may be large, and the handle may be kept for long
        try
        {
            _running = work(Source.Token) ?? throw new InvalidOperationException($"The work of the child task '{Name}' returned no task.");
        }
        catch (Exception e)
        {
            OnEnded(e);
            return Task.CompletedTask;
        }

        if (_running.IsCompleted)
            OnRunningEnded();
        else
            _running.ConfigureAwait(_group.Core.ContinueOnContext).GetAwaiter().UnsafeOnCompleted(OnRunningEnded);
        return _running;
    }

    /// <summary>Called under the group's lock, as the last thing that happens to the child.</summary>
    /// <returns>Whether somebody awaits <see cref="Completion"/>, and <see cref="CompleteAsEnded"/> is due, outside the lock.</returns>
    internal bool End(ChildTaskStatus status, Task ended)
    {
        Status = status;
        Ended = ended;
        return IsAwaited;
    }

    /// <summary>Ends <see cref="Completion"/>, where somebody awaits it already.</summary>
    internal virtual void CompleteAsEnded()
    {
        _done!.SetFromTask(Ended!);
        _ = _done.Task.Exception; // the group reports it; nobody has to look here as well
    }

    private protected virtual Task PendingCompletionAsync() => (_done ??= new TaskCompletionSource(CompletionOptions)).Task;

    private protected virtual Task FaultedAsync(Exception error) => Task.FromException(error);

    private protected virtual Task CancelledAsync(Exception cancellation) => ThrowAsync<bool>(cancellation);

    // An async method that throws a cancellation ends as cancelled and keeps the exception itself; Task.FromCanceled loses it.
    private protected static async Task<T> ThrowAsync<T>(Exception cancellation)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        throw cancellation;
    }

    private void OnRunningEnded()
    {
        var running = _running!;
        if (running.IsCompletedSuccessfully)
            _group.OnChildEnded(this, ChildTaskStatus.Succeeded, null, running);
        else
            OnEnded(running.Exception is { } all ? ErrorOf(all) : null);
    }

    // A task with several faults, as Task.WhenAll returns it, is one error that holds them all; await shows only the first.
    private static Exception ErrorOf(AggregateException all) => all.InnerExceptions is [var only] ? only : all;

    /// <param name="error">What was thrown; <see langword="null"/>: the running task was cancelled, and keeps its exception to itself.</param>
    private void OnEnded(Exception? error)
    {
        if (error is not (null or OperationCanceledException))
        {
            OnEnded(error, askedToStop: false);
            return;
        }

        var askedToStop = Source.IsCancellationRequested ? new ValueTask<bool>(true) : _group.Core.IsCancelledAsync();
        if (askedToStop.IsCompletedSuccessfully)
            OnEnded(error, askedToStop.Result);
        else
            _ = OnEndedAsync(error, askedToStop);
    }

    private async Task OnEndedAsync(Exception? error, ValueTask<bool> askedToStop) =>
        OnEnded(error, await askedToStop.ConfigureAwait(_group.Core.ContinueOnContext));

    private void OnEnded(Exception? error, bool askedToStop)
    {
        if (error is not (null or OperationCanceledException) || !_group.IsCancellation(askedToStop))
        {
            error ??= CancellationOf(_running!);
            var ended = _running is { IsFaulted: true } ? _running : FaultedAsync(error);
            _ = ended.Exception; // the group reports it; nobody has to look here as well
            _group.OnChildEnded(this, ChildTaskStatus.Faulted, error, ended);
        }
        else
        {
            var ended = CancelledAlone ? CancelledAsync(new ChildCancelledException(Name, error ?? CancellationOf(_running!), Source.Token))
                : _running is { IsCanceled: true } ? _running : CancelledAsync(error!);
            _group.OnChildEnded(this, ChildTaskStatus.Cancelled, null, ended);
        }
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
}

/// <summary>The handle of a child that produces a value.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
public sealed class ChildTask<T> : ChildTask
{
    private TaskCompletionSource<T>? _done;

    internal ChildTask(TaskGroup group, string? name, Func<CancellationToken, Task<T>> work)
        : base(group, name, work)
    {
    }

    /// <inheritdoc cref="ChildTask.Completion" />
    public new Task<T> Completion => (Task<T>)base.Completion;

    /// <summary>The value. Read it after the group, or after <see cref="Completion"/>.</summary>
    /// <exception cref="InvalidOperationException">The child has not ended, or did not end normally.</exception>
    public T Result => Status == ChildTaskStatus.Succeeded && Ended is Task<T> { IsCompletedSuccessfully: true } ended
#pragma warning disable VSTHRD002 // it has ended: nothing is waited for
        ? ended.Result
#pragma warning restore VSTHRD002
        : throw new InvalidOperationException($"The child task '{Name}' has no result: it is {Status}.");

    private protected override bool IsAwaited => _done is not null;

    internal override void CompleteAsEnded()
    {
        _done!.SetFromTask((Task<T>)Ended!);
        _ = _done.Task.Exception;
    }

    private protected override Task PendingCompletionAsync() => (_done ??= new TaskCompletionSource<T>(CompletionOptions)).Task;

    private protected override Task FaultedAsync(Exception error) => Task.FromException<T>(error);

    private protected override Task CancelledAsync(Exception cancellation) => ThrowAsync<T>(cancellation);
}
