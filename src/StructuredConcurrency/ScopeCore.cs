namespace StructuredConcurrency;

/// <summary>Why a scope was asked to stop, in words and as the event to point at.</summary>
internal sealed record CancelCause(string Text, long Sequence = 0);

/// <summary>
/// What every kind of scope has: a token of its own, the link to the caller's token, a place in the tree, and an end
/// that waits for everything the scope still has under way (its holds: children, and deliveries of a cancellation).
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A source without a timer, a link or a wait handle holds nothing to dispose, and tokens may be kept beyond the scope.")]
internal sealed class ScopeCore
{
    private readonly ScopeKind _kind;
    private readonly CancellationTokenSource _source = new();
    private CancellationTokenRegistration _callerRegistration;
    private string? _name;
    private ScopeFrame? _unobserved;
    private TaskCompletionSource? _delivered;
    private TaskCompletionSource? _released;
    private int _holds;
    private bool _ended;
    private List<Exception>? _callbackErrors;

    /// <param name="kind">What the story calls it.</param>
    /// <param name="name">Its name; <see langword="null"/>: one made from kind and number.</param>
    /// <param name="observer">Who hears the story, where nobody listens yet.</param>
    /// <param name="timeProvider">The clock asked for by the caller, if any.</param>
    /// <param name="callerToken">Its cancellation cancels the scope.</param>
    /// <param name="group">The task group whose core this is.</param>
    /// <param name="timeout">The timeout scope whose core this is.</param>
    public ScopeCore(
        ScopeKind kind,
        string? name,
        IScopeObserver? observer,
        TimeProvider? timeProvider,
        CancellationToken callerToken,
        TaskGroup? group = null,
        TimeoutScope? timeout = null)
    {
        _kind = kind;
        _name = name;
        Scheduler = ScopeScheduler.Current;
        TimeProvider = timeProvider ?? Scheduler?.TimeProvider ?? TimeProvider.System;
        OuterFrame = ScopeFrame.Current;
        CallerToken = callerToken;
        Group = group;
        Timeout = timeout;
        Opener = OuterFrame?.Task ?? (observer is null ? null : new TracedTask(TraceRoot.For(observer, TimeProvider), 0, "main"));
        Id = Opener?.Root.NextScope() ?? 0;
        if (IsObserved)
            Emit(new ScopeEvent { Kind = ScopeEventKind.ScopeOpened, ScopeKind = kind, Parent = OuterFrame?.Place?.Id });
    }

    /// <summary>Guards the scope's own state, and that of the group whose core it is. No foreign code runs under it but the observer's and the clock's.</summary>
    public Lock Gate { get; } = new();

    public string Name => _name ??= Id > 0 ? $"{KindName}-{Id}" : KindName;

    /// <summary>Number of the scope in the story, from 1; 0 when nobody observes.</summary>
    public int Id { get; }

    public CancellationToken Token => _source.Token;

    public CancellationToken CallerToken { get; }

    public TimeProvider TimeProvider { get; }

    public IScopeScheduler? Scheduler { get; }

    /// <summary>Where the scope was opened.</summary>
    public ScopeFrame? OuterFrame { get; }

    /// <summary>The task that opened the scope, when observed.</summary>
    public TracedTask? Opener { get; }

    /// <summary>Whether somebody hears the story: asked before an event is put together.</summary>
    public bool IsObserved => Opener is not null;

    /// <summary>The task group whose core this is.</summary>
    public TaskGroup? Group { get; }

    /// <summary>The timeout scope whose core this is.</summary>
    public TimeoutScope? Timeout { get; }

    /// <summary>On an event loop the library's own awaits come back to it; elsewhere they go on wherever they are.</summary>
    public bool ContinueOnContext => Scheduler is not null;

    /// <summary>Why the scope was cancelled. Set before the token is, and so the one thing to ask whether it was.</summary>
    public CancelCause? Cause { get; private set; }

    /// <summary>Sequence number of the event that says so.</summary>
    public long CancelSequence { get; private set; }

    /// <summary>What the token's callbacks threw, flattened.</summary>
    public IReadOnlyList<Exception> CallbackErrors => _callbackErrors ?? [];

    /// <summary>Whether everything in the scope has ended: nothing can be held or cancelled any more.</summary>
    public bool HasEnded
    {
        get
        {
            lock (Gate)
                return _ended;
        }
    }

    /// <summary>From now on the caller's cancellation reaches the scope; at once, if it has come already.</summary>
    public void ListenToCaller() => _callerRegistration = CallerToken.UnsafeRegister(static core => ((ScopeCore)core!).OnCallerCancelled(), this);

    /// <summary>Whether code in the scope that ends with a cancellation was asked to.</summary>
    /// <remarks>
    /// Code may listen to a token from further out than its own, and end before the callback that brings the cancellation here has run:
    /// tokens call back last come, first served. So a cancellation that is on its way is fetched, from the outermost scope inwards.
    /// </remarks>
    public async ValueTask<bool> IsCancelledAsync()
    {
        if (Cause is null && OuterFrame?.Scope is { } outer && await outer.IsCancelledAsync().ConfigureAwait(ContinueOnContext))
            await outer.DeliveredAsync().ConfigureAwait(ContinueOnContext);
        if (CallerToken.IsCancellationRequested)
            OnCallerCancelled();
        return Cause is not null;
    }

    /// <summary>Ends when the scope's cancellation has reached every token below it; at once when there is none.</summary>
    public Task DeliveredAsync() => Cause is null ? Task.CompletedTask : _delivered!.Task;

    /// <summary>The frame of code inside the scope. All code that nobody observes stands in the same.</summary>
    public ScopeFrame InnerFrame(TracedTask? task) => task is null ? _unobserved ??= new ScopeFrame(null, this) : new ScopeFrame(task, this);

    /// <summary>Keeps the scope from ending until <see cref="Release"/>.</summary>
    /// <returns>False when the scope has ended already.</returns>
    public bool TryHoldUnderGate()
    {
        if (_ended)
            return false;
        _holds++;
        return true;
    }

    public void Release()
    {
        TaskCompletionSource? released;
        lock (Gate)
            released = ReleaseUnderGate();

        // Outside the lock: whoever waits may go on at once, and may open the next scope.
        released?.SetResult();
    }

    /// <returns>Who waits for the scope's end and is to be told, outside the lock.</returns>
    public TaskCompletionSource? ReleaseUnderGate()
    {
        if (--_holds > 0)
            return null;

        // Told once: before the waiter comes round, a latecomer (a Cancel, a Start) may hold and release once more.
        var released = _released;
        _released = null;
        return released;
    }

    /// <summary>Waits until nothing holds the scope, then ends it: from then on nothing can be held or cancelled.</summary>
    public async Task EndAsync()
    {
        while (true)
        {
            Task released;
            lock (Gate)
            {
                if (_holds == 0)
                {
                    _ended = true;
                    break;
                }

                _released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                released = _released.Task;
            }

            await released.ConfigureAwait(ContinueOnContext);
        }

        _callerRegistration.Unregister();
    }

    /// <summary>Asks everything in the scope to stop. The first request counts; none after the end.</summary>
    public void Cancel(CancelCause cause, TracedTask? by = null)
    {
        lock (Gate)
        {
            if (_ended || Cause is not null)
                return;
            _holds++;

            // Told before it can be seen: whatever follows from it comes later in the story.
            if (IsObserved)
                CancelSequence = Emit(new ScopeEvent { Kind = ScopeEventKind.CancelRequested, Text = cause.Text, Cause = cause.Sequence == 0 ? null : cause.Sequence }, by);
            _delivered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Cause = cause;
        }

        Deliver([_source, .. Group?.SourcesToCancel() ?? []], _delivered);
    }

    /// <summary>Cancels one source that belongs to the scope, and nothing else; then releases what the caller holds.</summary>
    public void CancelHeld(CancellationTokenSource source) => Deliver([source], null);

    public void EmitCancelObserved(TracedTask task)
    {
        if (Cause is not null && task.ObservesFirst(CancelSequence))
            Emit(new ScopeEvent { Kind = ScopeEventKind.CancelObserved, Cause = CancelSequence }, task);
    }

    public void EmitClosed(ScopeOutcome outcome, string? text)
    {
        if (!IsObserved)
            return;
        Emit(new ScopeEvent
        {
            Kind = ScopeEventKind.ScopeClosed,
            Outcome = outcome,
            Cause = outcome == ScopeOutcome.Cancelled && CancelSequence > 0 ? CancelSequence : null,
            Text = text,
        });
    }

    /// <returns>The event's number, 0 when nobody observes.</returns>
    public long Emit(in ScopeEvent scopeEvent, TracedTask? task = null)
    {
        task ??= scopeEvent.Kind is ScopeEventKind.CancelRequested or ScopeEventKind.DeadlineExpired ? null : Opener;
        return Opener?.Root.Emit(scopeEvent with { Scope = Id, ScopeName = Name, Task = task?.Id, TaskName = task?.Name }) ?? 0;
    }

    private string KindName => _kind switch
    {
        ScopeKind.Group => "group",
        ScopeKind.Timeout => "timeout",
        _ => "shield",
    };

    private void OnCallerCancelled()
    {
        // The caller's token is the enclosing scope's in nearly every program; then its reason is ours too.
        var outer = OuterFrame?.Scope;
        Cancel(outer?.Cause is not null ? new CancelCause($"'{outer.Name}' was cancelled", outer.CancelSequence) : new CancelCause("the caller's token was cancelled"));
    }

    /// <summary>Never called under a lock: callbacks of tokens are anybody's code.</summary>
    private void Deliver(IReadOnlyList<CancellationTokenSource> sources, TaskCompletionSource? delivered)
    {
        if (Scheduler is null)
            _ = DeliverOnPoolAsync(sources, delivered);
        else if (Scheduler.IsCurrent)
            DeliverOnLoop(sources, delivered);
        else
            Scheduler.Launch("cancel", () => DeliverOnLoop(sources, delivered)); // asked from a stranger's thread: the callbacks belong on the loop
    }

    private void DeliverOnLoop(IReadOnlyList<CancellationTokenSource> sources, TaskCompletionSource? delivered)
    {
        foreach (var source in sources)
        {
            try
            {
                source.Cancel();
            }
            catch (AggregateException e)
            {
                AddCallbackErrors(e);
            }
        }

        delivered?.SetResult();
        Release();
    }

    /// <summary>Marks every token as cancelled before this returns; the callbacks run on the pool, on nobody's stack.</summary>
    private async Task DeliverOnPoolAsync(IReadOnlyList<CancellationTokenSource> sources, TaskCompletionSource? delivered)
    {
        var deliveries = sources.Select(source => source.CancelAsync()).ToList();
        foreach (var delivery in deliveries)
        {
            try
            {
                await delivery.ConfigureAwait(false);
            }
            catch (AggregateException e)
            {
                AddCallbackErrors(e);
            }
        }

        delivered?.SetResult();
        Release();
    }

    private void AddCallbackErrors(AggregateException e)
    {
        lock (Gate)
            (_callbackErrors ??= []).AddRange(e.Flatten().InnerExceptions);
    }
}
