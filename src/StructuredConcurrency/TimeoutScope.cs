using System.Runtime.CompilerServices;

namespace StructuredConcurrency;

/// <summary>Where a <see cref="TimeoutScope"/> stands.</summary>
public enum TimeoutScopeState
{
    /// <summary>The body runs and the deadline has not passed.</summary>
    Active,

    /// <summary>The deadline passed while the body ran; its token is cancelled.</summary>
    Expired,

    /// <summary>The body ended before the deadline.</summary>
    Finished,
}

/// <summary>Gives a block of code a deadline: when it passes, the block's token is cancelled, and the scope waits for the block to end.</summary>
/// <remarks>
/// <para>A timeout is reported as <see cref="TimeoutException"/>, and only when this scope's own deadline cut the body short. The
/// caller's cancellation passes through as <see cref="OperationCanceledException"/> with the caller's token; any other
/// exception, and a body that finishes in spite of the deadline, pass unchanged. Of nested scopes that are due at the same
/// instant the outermost reports.</para>
/// <code>
/// await TimeoutScope.RunAsync(TimeSpan.FromSeconds(0.8), async scope =>
///     await client.GetStringAsync(address, scope.Token));
/// </code>
/// <para><b>Pitfall.</b> Nothing is thrown into the body: code that does not look at <see cref="Token"/> runs on, and the scope
/// waits for it. Work is never abandoned.</para>
/// <para>Counterparts: <c>asyncio.timeout</c>, <c>trio.fail_after</c>.</para>
/// </remarks>
public sealed class TimeoutScope
{
    // The runtime's timers reach 49.7 days; longer deadlines are waited for in slices.
    private static readonly TimeSpan s_longestTimer = TimeSpan.FromDays(40);

    private readonly Lock _gate = new();
    private readonly ScopeCore _core;
    private readonly long _opened;
    private readonly TimeSpan? _timeout;
    private readonly DateTimeOffset? _deadline;
    private ITimer? _timer;

    private TimeoutScope(TimeSpan? timeout, CancellationToken callerToken, TimeProvider? timeProvider)
    {
        _core = new ScopeCore(ScopeKind.Timeout, null, null, timeProvider, callerToken, enclosesDeadline: this);
        _opened = _core.TimeProvider.GetTimestamp();
        _timeout = timeout;
        if (timeout is { } t)
        {
            var now = _core.TimeProvider.GetUtcNow();
            _deadline = t < DateTimeOffset.MaxValue - now ? now + t : DateTimeOffset.MaxValue;
            _core.Emit(new ScopeEvent { Kind = ScopeEventKind.DeadlineSet, Deadline = _core.Opener?.Root.After(t) });
        }
    }

    /// <summary>Cancelled when the deadline passes or the caller's token is cancelled: hand it to everything the body awaits.</summary>
    public CancellationToken Token => _core.Token;

    /// <summary>The deadline on the scope's clock; <see langword="null"/>: none.</summary>
    public DateTimeOffset? Deadline => _deadline;

    /// <summary>Time until the deadline, never negative; <see langword="null"/>: no deadline.</summary>
    public TimeSpan? Remaining => UntilDue() is { } left ? (left > TimeSpan.Zero ? left : TimeSpan.Zero) : null;

    /// <summary>Whether the deadline passed before the body ended.</summary>
    public bool Expired => State == TimeoutScopeState.Expired;

    /// <summary>Where the scope stands.</summary>
    public TimeoutScopeState State { get; private set; }

    private bool IsDue => UntilDue() <= TimeSpan.Zero;

    /// <summary>Runs a body that must end before a deadline.</summary>
    /// <param name="timeout">Time from now. Zero: the body starts with a cancelled token. <see langword="null"/> or <see cref="Timeout.InfiniteTimeSpan"/>: never.</param>
    /// <param name="body">The body, called on the caller's stack with this scope.</param>
    /// <param name="cancellationToken">The caller's token: its cancellation cancels the scope.</param>
    /// <param name="timeProvider">The clock; by default the event loop's where there is one, else the system's.</param>
    /// <exception cref="TimeoutException">The deadline cut the body short; the inner exception is the body's cancellation.</exception>
    /// <exception cref="OperationCanceledException">The caller's token, which it carries, cut the body short.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is negative.</exception>
    public static Task RunAsync(TimeSpan? timeout, Func<TimeoutScope, Task> body, CancellationToken cancellationToken = default, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return new TimeoutScope(Checked(timeout), cancellationToken, timeProvider).RunAsync(body);
    }

    /// <summary>Runs a body that must produce a value before a deadline.</summary>
    /// <inheritdoc cref="RunAsync(TimeSpan?, Func{TimeoutScope, Task}, CancellationToken, TimeProvider?)" />
    /// <returns>The body's value.</returns>
    public static async Task<T> RunAsync<T>(TimeSpan? timeout, Func<TimeoutScope, Task<T>> body, CancellationToken cancellationToken = default, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        Task<T>? value = null;
        var scope = new TimeoutScope(Checked(timeout), cancellationToken, timeProvider);
        await scope.RunAsync(s => value = body(s)).ConfigureAwait(scope._core.ContinueOnContext);
        return await value!.ConfigureAwait(scope._core.ContinueOnContext);
    }

    private static TimeSpan? Checked(TimeSpan? timeout, [CallerArgumentExpression(nameof(timeout))] string? name = null)
    {
        if (timeout is not { } time || time == System.Threading.Timeout.InfiniteTimeSpan)
            return null;
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero, name);
        return time;
    }

    private async Task RunAsync(Func<TimeoutScope, Task> body)
    {
        ScopeFrame.Current = _core.InnerFrame(_core.Opener);
        Exception? error = null;
        try
        {
            Arm();
            await body(this).ConfigureAwait(_core.ContinueOnContext);
        }
        catch (Exception e)
        {
            error = e;
        }

        try
        {
            await ExitAsync(error).ConfigureAwait(_core.ContinueOnContext);
            _core.Emit(new ScopeEvent { Kind = ScopeEventKind.ScopeClosed, Outcome = ScopeOutcome.Succeeded });
        }
        catch (Exception e)
        {
            var outcome = ReferenceEquals(e, error) ? e is OperationCanceledException ? ScopeOutcome.Cancelled : ScopeOutcome.Faulted
                : e is TimeoutException ? ScopeOutcome.TimedOut : ScopeOutcome.Cancelled;
            _core.Emit(new ScopeEvent { Kind = ScopeEventKind.ScopeClosed, Outcome = outcome, Text = e.Message });
            throw;
        }
    }

    private async Task ExitAsync(Exception? error)
    {
        // A timer may be late, so the clock is read once more: a deadline that has passed counts.
        if (IsDue)
            Expire();
        lock (_gate)
        {
            if (State == TimeoutScopeState.Active)
                State = TimeoutScopeState.Finished;
            _timer?.Dispose();
            _timer = null;
        }

        if (error is OperationCanceledException && Expired)
            await ExpireDueScopesAroundAsync().ConfigureAwait(_core.ContinueOnContext);
        await _core.EndAsync().ConfigureAwait(_core.ContinueOnContext);

        if (error is null)
            return;
        if (error is OperationCanceledException)
        {
            if (_core.CallerToken.IsCancellationRequested)
                throw new OperationCanceledException("The caller cancelled the scope.", error, _core.CallerToken);
            if (Expired && !EnclosingScopes().Any(scope => scope.Expired))
                throw new TimeoutException($"The deadline of {Seconds(_timeout)} passed.", error);
        }

        System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
    }

    /// <summary>
    /// Equal deadlines: the outer scope reports. So before the inner one lets its cancellation out, every scope around it
    /// that is due as well expires, and the cancellation has arrived in all scopes between; or a group in between would
    /// take it for a stranger's.
    /// </summary>
    private async Task ExpireDueScopesAroundAsync()
    {
        var due = EnclosingScopes().LastOrDefault(scope => scope.IsDue);
        if (due is null)
            return;
        foreach (var scope in EnclosingScopes().Where(scope => scope.IsDue))
            scope.Expire();

        var path = new Stack<ScopeCore>();
        for (var core = _core.OuterFrame?.Scope; core is not null; core = core == due._core ? null : core.OuterFrame?.Scope)
            path.Push(core);
        foreach (var core in path) // from the outside in: each one's delivery cancels the next
            await core.DeliveredAsync().ConfigureAwait(_core.ContinueOnContext);
    }

    /// <summary>The timeout scopes around this one that still run, from the inside out.</summary>
    private IEnumerable<TimeoutScope> EnclosingScopes()
    {
        for (var core = _core.OuterFrame?.Scope; core is not null; core = core.OuterFrame?.Scope)
        {
            if (core is { Timeout: { } scope, HasEnded: false })
                yield return scope;
        }
    }

    private TimeSpan? UntilDue() => _timeout - _core.TimeProvider.GetElapsedTime(_opened);

    private void Arm()
    {
        if (UntilDue() is not { } left)
            return;
        if (left <= TimeSpan.Zero)
        {
            Expire();
            return;
        }

        lock (_gate)
        {
            if (State != TimeoutScopeState.Active)
                return;

            // Whole milliseconds, as the runtime's timers count, rounded up: a little late is right, early is not.
            var wait = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Min(left.TotalMilliseconds, s_longestTimer.TotalMilliseconds)));
            if (_timer is null)
                _timer = _core.TimeProvider.CreateTimer(static scope => ((TimeoutScope)scope!).Arm(), this, wait, System.Threading.Timeout.InfiniteTimeSpan);
            else
                _timer.Change(wait, System.Threading.Timeout.InfiniteTimeSpan); // the timer came early, or this was only a slice
        }
    }

    private void Expire()
    {
        lock (_gate)
        {
            if (State != TimeoutScopeState.Active)
                return;
            State = TimeoutScopeState.Expired;
        }

        var expired = _core.Emit(new ScopeEvent { Kind = ScopeEventKind.DeadlineExpired });
        _core.Cancel(new CancelCause($"the deadline of {Seconds(_timeout)} passed", expired));
    }

    private static string Seconds(TimeSpan? time) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{time!.Value.TotalSeconds:0.000} s");
}
