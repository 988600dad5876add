namespace StructuredConcurrency;

/// <summary>A scope for concurrent work: it starts children, waits for all of them, and lets none outlive its block.</summary>
/// <remarks>
/// <para>The group ends when its body and every child have ended. If a child or the body fails, all others are asked to stop and are
/// waited for, and the group throws one <see cref="TaskGroupException"/> that holds every error.</para>
/// <code>
/// await TaskGroup.RunAsync(async group =>
/// {
///     group.Start(token => ProduceAsync(queue, token), "producer");
///     group.Start(token => ConsumeAsync(queue, token), "C1");
/// }, cancellationToken);
/// // here both have ended, whatever happened
/// </code>
/// <para>How the group ends, in order of precedence, decided after the body and all children have ended: any error, a
/// <see cref="TaskGroupException"/>; the caller's token cancelled and something cut short by it, an
/// <see cref="OperationCanceledException"/> with the caller's token; otherwise normally, with the body's value. An
/// <see cref="OperationCanceledException"/> from code whose token is not cancelled is an error like any other.</para>
/// <para><b>Pitfall.</b> Cancellation is a request: a child is given a token and must look at it. One that does not is
/// waited for; the group never abandons work.</para>
/// <para>Counterparts: <c>asyncio.TaskGroup</c>, trio's nursery, Kotlin's <c>coroutineScope</c>.</para>
/// </remarks>
public sealed class TaskGroup
{
    private static readonly TaskGroupOptions s_default = new();

    // Everything that changes is guarded by the core's lock.
    private readonly TaskGroupOptions _options;
    private ChildList _active;
    private Queue<ChildTask>? _waitingForPlace;
    private List<Exception>? _errors;
    private int _started;
    private int _placesTaken;
    private bool _cutShort;
    private ITimer? _stragglerTimer;

    private TaskGroup(TaskGroupOptions options, CancellationToken callerToken)
    {
        _options = options;
        Core = new ScopeCore(ScopeKind.Group, options.Name, options.Observer, options.TimeProvider, callerToken, group: this);
        Core.ListenToCaller();
    }

    /// <summary>Cancelled when the group stops: for what the body itself awaits. Children are given tokens of their own.</summary>
    public CancellationToken Token => Core.Token;

    /// <summary>The group's name in messages and logs.</summary>
    public string Name => Core.Name;

    /// <summary>Whether the group has been asked to stop, by whatever cause.</summary>
    public bool IsCancellationRequested => Core.Cause is not null;

    /// <summary>Children that have not ended.</summary>
    public int ActiveCount
    {
        get
        {
            lock (Core.Gate)
                return _active.Count;
        }
    }

    internal ScopeCore Core { get; }

    /// <summary>Runs a body that may start children, and waits for all of them.</summary>
    /// <param name="body">Called on the caller's stack with the group. Children may be started here and from children.</param>
    /// <param name="cancellationToken">The caller's token: its cancellation stops the group.</param>
    /// <exception cref="TaskGroupException">The body or a child failed: holds every error.</exception>
    /// <exception cref="OperationCanceledException">The caller's token, which it carries, cut something short, and nothing failed.</exception>
    public static Task RunAsync(Func<TaskGroup, Task> body, CancellationToken cancellationToken = default) =>
        RunAsync(s_default, body, cancellationToken);

    /// <summary>Runs a body that may start children, waits for all of them, and returns the body's value.</summary>
    /// <inheritdoc cref="RunAsync{T}(TaskGroupOptions, Func{TaskGroup, Task{T}}, CancellationToken)" />
    public static Task<T> RunAsync<T>(Func<TaskGroup, Task<T>> body, CancellationToken cancellationToken = default) =>
        RunAsync(s_default, body, cancellationToken);

    /// <summary>Runs a body that may start children, and waits for all of them.</summary>
    /// <param name="options">How the group differs from the default.</param>
    /// <param name="body">Called on the caller's stack with the group. Children may be started here and from children.</param>
    /// <param name="cancellationToken">The caller's token: its cancellation stops the group.</param>
    /// <exception cref="TaskGroupException">The body or a child failed: holds every error.</exception>
    /// <exception cref="OperationCanceledException">The caller's token, which it carries, cut something short, and nothing failed.</exception>
    public static Task RunAsync(TaskGroupOptions options, Func<TaskGroup, Task> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(body);
        return new TaskGroup(options, cancellationToken).RunBodyAsync(body);
    }

    /// <summary>Runs a body that may start children, waits for all of them, and returns the body's value.</summary>
    /// <param name="options">How the group differs from the default.</param>
    /// <param name="body">Called on the caller's stack with the group. Children may be started here and from children.</param>
    /// <param name="cancellationToken">The caller's token: its cancellation stops the group.</param>
    /// <returns>The body's value.</returns>
    /// <exception cref="TaskGroupException">The body or a child failed: holds every error.</exception>
    /// <exception cref="OperationCanceledException">
    /// Nothing failed, and the caller's token, which it carries, cut something short; or <see cref="Cancel"/> stopped the body before it produced a value, and it carries the group's token.
    /// </exception>
    public static async Task<T> RunAsync<T>(TaskGroupOptions options, Func<TaskGroup, Task<T>> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(body);
        Task<T>? value = null;
        var group = new TaskGroup(options, cancellationToken);
        await group.RunBodyAsync(g => value = body(g)).ConfigureAwait(group.Core.ContinueOnContext);
        return value is { IsCompletedSuccessfully: true }
            ? await value.ConfigureAwait(group.Core.ContinueOnContext)
            : throw new OperationCanceledException($"The task group '{group.Name}' was cancelled before its body produced a value.", group.Token);
    }

    /// <summary>Starts a child. It runs on the event loop of the group where there is one, else on the thread pool; never on the caller's stack.</summary>
    /// <param name="work">The child's code. It always runs, if only to see a token that is cancelled already.</param>
    /// <param name="name">Its name in messages and logs; by default <c>task-N</c>.</param>
    /// <returns>A handle, which may be ignored: the group waits for the child.</returns>
    /// <exception cref="OperationCanceledException">The group is stopping; it takes no more children.</exception>
    /// <exception cref="InvalidOperationException">The group has ended: its block was left.</exception>
    public ChildTask Start(Func<CancellationToken, Task> work, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(work);
        var child = new ChildTask(this, name, work);
        Admit(child);
        return child;
    }

    /// <summary>Starts a child that produces a value.</summary>
    /// <inheritdoc cref="Start(Func{CancellationToken, Task}, string?)" />
    public ChildTask<T> Start<T>(Func<CancellationToken, Task<T>> work, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(work);
        var child = new ChildTask<T>(this, name, work);
        Admit(child);
        return child;
    }

    /// <summary>Starts a child and waits until it says that it is ready.</summary>
    /// <remarks>If the child fails first, its error is thrown here as well; the group lists it once. Counterpart: trio's <c>nursery.start</c>.</remarks>
    /// <typeparam name="TStarted">Type of what the child reports.</typeparam>
    /// <param name="work">The child's code: it calls <see cref="Started{T}.Report"/> once when it is ready, and runs on.</param>
    /// <param name="name">Its name in messages and logs; by default <c>task-N</c>.</param>
    /// <returns>What the child reported.</returns>
    /// <exception cref="InvalidOperationException">The child ended without reporting, or the group has ended.</exception>
    /// <exception cref="OperationCanceledException">The group is stopping.</exception>
    public async Task<TStarted> StartAndWaitAsync<TStarted>(Func<Started<TStarted>, CancellationToken, Task> work, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(work);
        var started = new Started<TStarted>();
        Start(RunAsync, name);
        return await started.Reported.ConfigureAwait(Core.ContinueOnContext);

        async Task RunAsync(CancellationToken token)
        {
            try
            {
                await work(started, token).ConfigureAwait(Core.ContinueOnContext);
                started.Fail(new InvalidOperationException("The child ended without reporting that it is started: call Report once it is."));
            }
            catch (Exception e)
            {
                started.Fail(e);
                throw;
            }
        }
    }

    /// <summary>Lets competitors race: the first to succeed wins; the others are cancelled, and waited for.</summary>
    /// <typeparam name="T">Type of the prize.</typeparam>
    /// <param name="body">Starts the competitors.</param>
    /// <param name="cancellationToken">The caller's token: its cancellation stops the race.</param>
    /// <returns>The winner's value. Failures of others are then dropped.</returns>
    /// <exception cref="TaskGroupException">Nobody won, and somebody failed: holds every error.</exception>
    /// <exception cref="OperationCanceledException">The caller's token, which it carries, ended the race before somebody won.</exception>
    /// <exception cref="InvalidOperationException">Nobody was started.</exception>
    public static async Task<T> RaceAsync<T>(Func<RaceGroup<T>, Task> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        var options = new TaskGroupOptions { OnChildFailure = ChildFailure.Isolate };
        var group = new TaskGroup(options, cancellationToken);
        var race = new RaceGroup<T>(group);
        try
        {
            await group.RunBodyAsync(_ => body(race)).ConfigureAwait(group.Core.ContinueOnContext);
        }
        catch (Exception e) when (race.IsWon && e is TaskGroupException or OperationCanceledException)
        {
            // Too late to matter: the race was won.
        }

        if (race.IsEmpty)
            throw new InvalidOperationException($"Nobody was started in the race '{group.Name}'.");
        return race.IsWon
            ? await race.Winner.ConfigureAwait(group.Core.ContinueOnContext)
            : throw new OperationCanceledException($"The race '{group.Name}' was stopped before somebody won.", group.Token);
    }

    /// <summary>Asks everything in the group to stop, which is then no error: <c>RunAsync</c> ends quietly. Does nothing after the end.</summary>
    /// <param name="reason">Why, for the log.</param>
    public void Cancel(string? reason = null) =>
        Core.Cancel(new CancelCause(reason ?? $"'{Name}' was cancelled"), ScopeFrame.Current?.Task);

    /// <summary>Whether an <see cref="OperationCanceledException"/> of a child is a cancellation. One that nobody asked for is an error, unless the options say otherwise.</summary>
    internal bool IsCancellation(bool askedToStop) => askedToStop || _options.OnForeignCancellation == ForeignCancellation.Ignore;

    internal void CancelChild(ChildTask child, string? reason)
    {
        lock (Core.Gate)
        {
            if (!child.IsActive || child.CancelledAlone || child.Source.IsCancellationRequested || !Core.TryHoldUnderGate())
                return;
            child.CancelledAlone = true;
            if (Core.IsObserved)
                child.CancelSequence = Core.Emit(new ScopeEvent { Kind = ScopeEventKind.CancelRequested, Target = child.Traced?.Id, Text = reason ?? $"'{child.Name}' was cancelled" }, ScopeFrame.Current?.Task);
        }

        Core.CancelHeld(child.Source);
    }

    /// <summary>A child's end is one step: error recorded, group cancelled; then the child's own completion follows.</summary>
    internal void OnChildEnded(ChildTask child, ChildTaskStatus status, Exception? error, Task ended)
    {
        TaskCompletionSource? released = null;
        var isAwaited = false;
        var isSimple = status == ChildTaskStatus.Succeeded && child.Traced is null && _options.MaxConcurrency is null;
        lock (Core.Gate)
        {
            _active.Remove(child);
            _cutShort |= status == ChildTaskStatus.Cancelled && Core.Cause is not null;
            if (isSimple)
                isAwaited = End(out released);
        }

        if (!isSimple)
        {
            ReportEnd(child, status, error);
            lock (Core.Gate)
                isAwaited = End(out released);
        }

        released?.SetResult();
        if (isAwaited)
        {
            child.CompleteAsEnded();
            Core.Release();
        }

        bool End(out TaskCompletionSource? groupReleased)
        {
            var awaited = child.End(status, ended);
            groupReleased = awaited ? null : Core.ReleaseUnderGate();
            return awaited;
        }
    }

    /// <summary>What follows from a child's end for others, before it can be seen on the child itself.</summary>
    private void ReportEnd(ChildTask child, ChildTaskStatus status, Exception? error)
    {
        var told = child.Traced is { } traced ? TellEnd(child, traced, status, error) : 0;
        if (error is not null)
        {
            Record(error);
            if (_options.OnChildFailure == ChildFailure.CancelGroup)
                Core.Cancel(new CancelCause($"'{child.Name}' failed: {Describe(error)}", told));
        }

        if (_options.MaxConcurrency is not null)
            PassPlaceOn();
    }

    private long TellEnd(ChildTask child, TracedTask traced, ChildTaskStatus status, Exception? error)
    {
        if (status == ChildTaskStatus.Cancelled)
            Core.EmitCancelObserved(traced);
        var cancelled = child.CancelSequence > 0 ? child.CancelSequence : Core.CancelSequence;
        return Core.Emit(
            new ScopeEvent
            {
                Kind = ScopeEventKind.ChildEnded,
                Outcome = status switch { ChildTaskStatus.Succeeded => ScopeOutcome.Succeeded, ChildTaskStatus.Faulted => ScopeOutcome.Faulted, _ => ScopeOutcome.Cancelled },
                Cause = status == ChildTaskStatus.Cancelled && cancelled > 0 ? cancelled : null,
                Text = error is null ? null : Describe(error),
            },
            traced);
    }

    /// <summary>A child has ended: its place goes to the child that waits longest for one.</summary>
    private void PassPlaceOn()
    {
        ChildTask? next = null;
        lock (Core.Gate)
        {
            if (_waitingForPlace?.TryDequeue(out next) != true)
                _placesTaken--;
        }

        if (next?.StartContext is { } context)
        {
            next.StartContext = null; // the handle may be kept, and the context may hold much
            ExecutionContext.Run(context, child => Launch((ChildTask)child!), next);
        }
        else if (next is not null)
        {
            using (ExecutionContext.SuppressFlow()) // as it was for its Start: the context here is that of the child that has just ended
                Launch(next);
        }
    }

    /// <summary>For the story. Where nobody hears it no message is put together: that of nested groups holds all of theirs.</summary>
    private string Describe(Exception e) => Core.IsObserved ? $"{e.GetType().Name}: {ErrorText.Of(e)}" : e.GetType().Name;

    private async Task RunBodyAsync(Func<TaskGroup, Task> body)
    {
        ScopeFrame.Current = Core.InnerFrame(Core.Opener);
        Exception? bodyError = null;
        try
        {
            await body(this).ConfigureAwait(Core.ContinueOnContext);
        }
        catch (Exception e)
        {
            if (e is OperationCanceledException && await Core.IsCancelledAsync().ConfigureAwait(Core.ContinueOnContext))
            {
                lock (Core.Gate)
                    _cutShort = true;
                if (Core.Opener is { } opener)
                    Core.EmitCancelObserved(opener);
            }
            else
            {
                bodyError = e;
                Core.Cancel(new CancelCause($"the body failed: {Describe(e)}"));
            }
        }

        await WaitForChildrenAsync().ConfigureAwait(Core.ContinueOnContext);
        Finish(bodyError);
    }

    private async Task WaitForChildrenAsync()
    {
        var waits = Core.IsObserved && ActiveCount > 0;
        if (waits)
            Core.Emit(new ScopeEvent { Kind = ScopeEventKind.WaitStarted, Wait = ScopeWait.Children });
        await Core.EndAsync().ConfigureAwait(Core.ContinueOnContext);
        if (_stragglerTimer is { } timer)
            await timer.DisposeAsync().ConfigureAwait(Core.ContinueOnContext);
        if (waits)
            Core.Emit(new ScopeEvent { Kind = ScopeEventKind.WaitEnded, Wait = ScopeWait.Children, Outcome = ScopeOutcome.Succeeded });
    }

    /// <summary>Decides how the group ends, now that nothing in it runs any more.</summary>
    private void Finish(Exception? bodyError)
    {
        foreach (var error in Core.CallbackErrors)
            Record(error);
        if (bodyError is not null)
            Record(bodyError);

        if (_errors is not null)
        {
            var errors = new TaskGroupException(Name, _errors);
            Core.EmitClosed(ScopeOutcome.Faulted, Core.IsObserved ? ErrorText.Of(errors) : null);
            throw errors;
        }

        if (Core.CallerToken.IsCancellationRequested && _cutShort)
        {
            Core.EmitClosed(ScopeOutcome.Cancelled, Core.Cause?.Text);
            throw new OperationCanceledException($"The task group '{Name}' was cancelled by its caller.", Core.CallerToken);
        }

        Core.EmitClosed(_cutShort ? ScopeOutcome.Cancelled : ScopeOutcome.Succeeded, null);
    }

    /// <summary>An exception that was seen already, by a body that awaited its faulted child, is the same error.</summary>
    private void Record(Exception error)
    {
        lock (Core.Gate)
        {
            _errors ??= [];
            if (!_errors.Exists(known => ReferenceEquals(known, error)))
                _errors.Add(error);
        }
    }

    private void Admit(ChildTask child)
    {
        var hasPlace = false;
        var isAdmitted = false;
        lock (Core.Gate)
        {
            // The lock that the snapshot of a cancellation takes: a child is either refused here or found there.
            // One that is refused holds nothing: a loop of them must not keep the group from ending.
            if (Core.Cause is null && Core.TryHoldUnderGate())
            {
                isAdmitted = true;
                child.Number = ++_started;
                _active.Add(child);
                hasPlace = TryTakePlace(child);
                if (Core.Opener is { } opener)
                {
                    child.Traced = new TracedTask(opener.Root, opener.Root.NextTask(), child.Name);
                    Core.Emit(new ScopeEvent { Kind = ScopeEventKind.ChildStarted, By = ScopeFrame.Current?.Task?.Id }, child.Traced);
                }
            }
        }

        if (hasPlace)
            Launch(child);
        else if (!isAdmitted)
            ThrowRefused();
    }

    private void ThrowRefused() => throw (Core.HasEnded
        ? new InvalidOperationException($"The task group '{Name}' has ended; a child cannot be started in it. Was the group kept beyond its block?")
        : new OperationCanceledException($"The task group '{Name}' is stopping; it takes no more children.", Token));

    /// <summary>Called under the lock. A child that finds no place begins later, in the context of its Start.</summary>
    private bool TryTakePlace(ChildTask child)
    {
        if (_options.MaxConcurrency is not { } places)
            return true;
        if (_placesTaken < places)
        {
            _placesTaken++;
            return true;
        }

        child.StartContext = ExecutionContext.Capture();
        (_waitingForPlace ??= new()).Enqueue(child);
        return false;
    }

    private void Launch(ChildTask child)
    {
        if (Core.Scheduler is { } loop)
            loop.Launch(child.Name, child.ExecuteAsync);
        else
            ThreadPool.QueueUserWorkItem(static c => _ = c.ExecuteAsync(), child, preferLocal: true);
    }

    /// <summary>Asked once, when the group is cancelled.</summary>
    internal IReadOnlyList<CancellationTokenSource> SourcesToCancel()
    {
        lock (Core.Gate)
        {
            // On a loop also where nobody observes: a timer is part of the schedule, and observing must not change that.
            if (_active.Count > 0 && (Core.Opener is not null || Core.Scheduler is not null))
                _stragglerTimer = Core.TimeProvider.CreateTimer(static group => ((TaskGroup)group!).NameStragglers(), this, _options.StragglerDelay, Timeout.InfiniteTimeSpan);
            return [.. _active.Select(child => child.Source)];
        }
    }

    /// <summary>Nothing is abandoned: a child that ignores its token is waited for, and after a while the story says for whom.</summary>
    private void NameStragglers()
    {
        lock (Core.Gate)
        {
            if (_active.Count > 0)
                Core.Emit(new ScopeEvent { Kind = ScopeEventKind.Straggling, Cause = Core.CancelSequence, Text = $"waiting for {string.Join(", ", _active.Select(child => child.Name))}" });
        }
    }
}
