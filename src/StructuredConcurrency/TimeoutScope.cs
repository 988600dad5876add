using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

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
/// instant the outermost reports; so it does of any that are linked by their tokens, when it is due first. What callbacks of <see cref="Token"/> throw is thrown as an <see cref="AggregateException"/>, unless the body failed.</para>
/// <code>
/// await TimeoutScope.RunAsync(TimeSpan.FromSeconds(0.8), async scope =>
///     await client.GetStringAsync(address, scope.Token));
/// </code>
/// <para><b>Pitfall.</b> Nothing is thrown into the body: code that does not look at <see cref="Token"/> runs on, and the scope
/// waits for it. Work is never abandoned.</para>
/// <para>Counterparts: <c>asyncio.timeout</c> and <c>trio.fail_after</c>; of <see cref="TryRunAsync"/> <c>trio.move_on_after</c>.</para>
/// </remarks>
public sealed class TimeoutScope
{
    // The runtime's timers reach 49.7 days; longer deadlines are waited for in slices.
    private static readonly TimeSpan s_longestTimer = TimeSpan.FromDays(40);

    private readonly Lock _gate = new();
    private readonly ScopeCore _core;
    private Schedule _schedule = Schedule.Never;
    private ITimer? _timer;

    private TimeoutScope(CancellationToken callerToken, TimeProvider? timeProvider, ScopeKind kind = ScopeKind.Timeout)
    {
        _core = new ScopeCore(kind, null, null, timeProvider, callerToken, timeout: this);
        _core.ListenToCaller();
    }

    /// <summary>Cancelled when the deadline passes or the caller's token is cancelled: hand it to everything the body awaits.</summary>
    public CancellationToken Token => _core.Token;

    /// <summary>The deadline on the scope's clock; <see langword="null"/>: none.</summary>
    public DateTimeOffset? Deadline => _schedule.Deadline;

    /// <summary>Time until the deadline, never negative; <see langword="null"/>: no deadline.</summary>
    public TimeSpan? Remaining => _schedule.Left(_core.TimeProvider) is { } left ? (left > TimeSpan.Zero ? left : TimeSpan.Zero) : null;

    /// <summary>Whether the deadline passed before the body ended.</summary>
    public bool Expired => State == TimeoutScopeState.Expired;

    /// <summary>Where the scope stands.</summary>
    public TimeoutScopeState State { get; private set; }

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
        return Open(Checked(timeout), cancellationToken, timeProvider).RunAsync(body);
    }

    /// <summary>Runs a body that must produce a value before a deadline.</summary>
    /// <inheritdoc cref="RunAsync(TimeSpan?, Func{TimeoutScope, Task}, CancellationToken, TimeProvider?)" />
    /// <returns>The body's value.</returns>
    public static Task<T> RunAsync<T>(TimeSpan? timeout, Func<TimeoutScope, Task<T>> body, CancellationToken cancellationToken = default, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Open(Checked(timeout), cancellationToken, timeProvider).RunAsync(body);
    }

    /// <summary>Runs a body that must end before a point in time.</summary>
    /// <param name="deadline">The point in time. In the past: as a timeout of zero. <see langword="null"/>: never.</param>
    /// <param name="body">The body, called on the caller's stack with this scope.</param>
    /// <param name="cancellationToken">The caller's token: its cancellation cancels the scope.</param>
    /// <param name="timeProvider">The clock; by default the event loop's where there is one, else the system's.</param>
    /// <remarks>The time left is read once, at the start: later changes of the wall clock do not move the deadline.</remarks>
    /// <exception cref="TimeoutException">The deadline cut the body short; the inner exception is the body's cancellation.</exception>
    /// <exception cref="OperationCanceledException">The caller's token, which it carries, cut the body short.</exception>
    public static Task RunUntilAsync(DateTimeOffset? deadline, Func<TimeoutScope, Task> body, CancellationToken cancellationToken = default, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Open(deadline, cancellationToken, timeProvider).RunAsync(body);
    }

    /// <summary>Runs a body that must produce a value before a point in time.</summary>
    /// <inheritdoc cref="RunUntilAsync(DateTimeOffset?, Func{TimeoutScope, Task}, CancellationToken, TimeProvider?)" />
    /// <returns>The body's value.</returns>
    public static Task<T> RunUntilAsync<T>(DateTimeOffset? deadline, Func<TimeoutScope, Task<T>> body, CancellationToken cancellationToken = default, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Open(deadline, cancellationToken, timeProvider).RunAsync(body);
    }

    /// <summary>Runs a body until it ends or a deadline cuts it short, and says which.</summary>
    /// <param name="timeout">Time from now. Zero: the body starts with a cancelled token. <see langword="null"/> or <see cref="Timeout.InfiniteTimeSpan"/>: never.</param>
    /// <param name="body">The body, called on the caller's stack with this scope.</param>
    /// <param name="cancellationToken">The caller's token: its cancellation cancels the scope.</param>
    /// <param name="timeProvider">The clock; by default the event loop's where there is one, else the system's.</param>
    /// <returns>False when this scope's deadline cut the body short; true when the body ended normally.</returns>
    /// <exception cref="OperationCanceledException">The caller's token, which it carries, cut the body short.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is negative.</exception>
    public static async Task<bool> TryRunAsync(TimeSpan? timeout, Func<TimeoutScope, Task> body, CancellationToken cancellationToken = default, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        var scope = Open(Checked(timeout), cancellationToken, timeProvider);
        return await scope.RunToEndAsync(body).ConfigureAwait(scope._core.ContinueOnContext) is null;
    }

    /// <summary>Moves the deadline.</summary>
    /// <param name="timeout">Time from now. Zero: the scope expires at once. <see langword="null"/> or <see cref="Timeout.InfiniteTimeSpan"/>: never.</param>
    /// <exception cref="InvalidOperationException">The scope has expired or ended.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is negative.</exception>
    public void Reschedule(TimeSpan? timeout) => Move(Schedule.After(Checked(timeout), _core.TimeProvider));

    /// <summary>Moves the deadline to a point in time.</summary>
    /// <param name="deadline">The point in time. In the past: the scope expires at once. <see langword="null"/>: never.</param>
    /// <exception cref="InvalidOperationException">The scope has expired or ended.</exception>
    public void RescheduleAt(DateTimeOffset? deadline) => Move(Schedule.At(deadline, _core.TimeProvider));

    private static TimeSpan? Checked(TimeSpan? timeout, [CallerArgumentExpression(nameof(timeout))] string? name = null)
    {
        if (timeout is not { } time || time == System.Threading.Timeout.InfiniteTimeSpan)
            return null;
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero, name);
        return time;
    }

    /// <summary>The scope of a shield: nobody's cancellation reaches it, and its deadline is the grace period.</summary>
    internal static TimeoutScope OpenShield(TimeSpan? gracePeriod, TimeProvider? timeProvider) =>
        Open(Checked(gracePeriod), CancellationToken.None, timeProvider, ScopeKind.Shield);

    private static TimeoutScope Open(TimeSpan? timeout, CancellationToken callerToken, TimeProvider? timeProvider, ScopeKind kind = ScopeKind.Timeout)
    {
        var scope = new TimeoutScope(callerToken, timeProvider, kind);
        scope.Set(Schedule.After(timeout, scope._core.TimeProvider), ScopeEventKind.DeadlineSet);
        return scope;
    }

    private static TimeoutScope Open(DateTimeOffset? deadline, CancellationToken callerToken, TimeProvider? timeProvider)
    {
        var scope = new TimeoutScope(callerToken, timeProvider);
        scope.Set(Schedule.At(deadline, scope._core.TimeProvider), ScopeEventKind.DeadlineSet);
        return scope;
    }

    internal async Task RunAsync(Func<TimeoutScope, Task> body)
    {
        if (await RunToEndAsync(body).ConfigureAwait(_core.ContinueOnContext) is { } timeout)
            throw timeout;
    }

    internal async Task<T> RunAsync<T>(Func<TimeoutScope, Task<T>> body)
    {
        Task<T>? value = null;
        await RunAsync((TimeoutScope scope) => (Task)(value = body(scope))).ConfigureAwait(_core.ContinueOnContext);
        return await value!.ConfigureAwait(_core.ContinueOnContext);
    }

    /// <returns>The timeout, when this scope's deadline cut the body short. Everything else that ends a body with an exception is thrown.</returns>
    private async Task<TimeoutException?> RunToEndAsync(Func<TimeoutScope, Task> body)
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

        await ExitAsync(error).ConfigureAwait(_core.ContinueOnContext);

        // A failing callback of the token is an error: it goes before a cancellation, and does not hide the body's own error.
        if (_core.CallbackErrors is { Count: > 0 } errors && error is null or OperationCanceledException)
            error = new AggregateException("Callbacks of the timeout scope's token failed.", errors);

        TimeoutException? timeout = null;
        if (error is OperationCanceledException)
        {
            if (_core.CallerToken.IsCancellationRequested)
                error = new OperationCanceledException("The caller cancelled the scope.", error, _core.CallerToken);
            else if (Expired && !EnclosingScopes().Any(scope => scope.Expired && scope.Deadline == Deadline && scope._core.TimeProvider == _core.TimeProvider))
                timeout = new TimeoutException($"The deadline of {_schedule} passed.", error);
        }

        _core.EmitClosed(
            timeout is not null ? ScopeOutcome.TimedOut
                : error is null ? ScopeOutcome.Succeeded
                : error is OperationCanceledException ? ScopeOutcome.Cancelled : ScopeOutcome.Faulted,
            _core.IsObserved && (timeout ?? error) is { } told ? ErrorText.Of(told) : null);
        if (timeout is null && error is not null)
            ExceptionDispatchInfo.Throw(error);
        return timeout;
    }

    private async Task ExitAsync(Exception? error)
    {
        // A timer may be late, so the clock is read once more: a deadline that has passed counts.
        ExpireIfDue();
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
    }

    /// <summary>
    /// Equal deadlines: the outer scope reports. So before the inner one lets its cancellation out, every scope around it
    /// that is due as well expires, and the cancellation has arrived in all scopes between; or a group in between would
    /// take it for a stranger's.
    /// </summary>
    private async Task ExpireDueScopesAroundAsync()
    {
        var due = EnclosingScopes().LastOrDefault(scope => scope._schedule.IsDue(scope._core.TimeProvider));
        if (due is null)
            return;
        foreach (var scope in EnclosingScopes())
            scope.ExpireIfDue();

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

    private void Move(Schedule schedule)
    {
        Set(schedule, ScopeEventKind.DeadlineMoved);
        Arm();
    }

    private void Set(Schedule schedule, ScopeEventKind kind)
    {
        lock (_gate)
        {
            if (State != TimeoutScopeState.Active)
                throw new InvalidOperationException($"The deadline of this timeout scope cannot be moved any more: the scope is {State}.");
            _schedule = schedule;
        }

        if (!_core.IsObserved)
            return;
        if (schedule.Timeout is { } timeout)
            _core.Emit(new ScopeEvent { Kind = kind, Deadline = _core.Opener?.Root.After(timeout) });
        else if (kind == ScopeEventKind.DeadlineMoved)
            _core.Emit(new ScopeEvent { Kind = kind });
    }

    /// <summary>Sets the timer to the deadline. Called at the start, when the deadline was moved, and by the timer itself.</summary>
    private void Arm()
    {
        var schedule = _schedule;
        var left = schedule.Left(_core.TimeProvider);
        if (left <= TimeSpan.Zero)
        {
            Expire(schedule);
            return;
        }

        lock (_gate)
        {
            if (State != TimeoutScopeState.Active || _schedule != schedule)
                return; // whoever moved the deadline meanwhile sets the timer to it

            var wait = left is not { } time ? System.Threading.Timeout.InfiniteTimeSpan : time < s_longestTimer ? time : s_longestTimer;
            if (left is not null && ReferenceEquals(_core.TimeProvider, TimeProvider.System))
                wait = TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)); // as the runtime's timers count, and it rounds down: early is of no use
            if (_timer is not null)
                _timer.Change(wait, System.Threading.Timeout.InfiniteTimeSpan); // it was moved, it came early, or this was only a slice
            else if (left is not null)
                _timer = _core.TimeProvider.CreateTimer(static scope => ((TimeoutScope)scope!).Arm(), this, wait, System.Threading.Timeout.InfiniteTimeSpan);
        }
    }

    private void ExpireIfDue()
    {
        var schedule = _schedule;
        if (schedule.IsDue(_core.TimeProvider))
            Expire(schedule);
    }

    /// <param name="due">The deadline that has passed: one that was moved just before counts no more.</param>
    private void Expire(Schedule due)
    {
        lock (_gate)
        {
            if (State != TimeoutScopeState.Active || _schedule != due)
                return;
            State = TimeoutScopeState.Expired;
        }

        var expired = _core.Emit(new ScopeEvent { Kind = ScopeEventKind.DeadlineExpired });
        _core.Cancel(new CancelCause($"the deadline of {due} passed", expired));
    }

    /// <summary>When a scope is due. Counted on the clock's timestamps, which no change of the wall clock moves.</summary>
    private sealed record Schedule(long From, TimeSpan? Timeout, DateTimeOffset? Deadline)
    {
        public static Schedule Never { get; } = new(0, null, null);

        public static Schedule After(TimeSpan? timeout, TimeProvider clock)
        {
            if (timeout is not { } time)
                return Never;
            var now = clock.GetUtcNow();
            return new Schedule(clock.GetTimestamp(), time, time < DateTimeOffset.MaxValue - now ? now + time : DateTimeOffset.MaxValue);
        }

        public static Schedule At(DateTimeOffset? deadline, TimeProvider clock)
        {
            if (deadline is not { } time)
                return Never;
            var left = time - clock.GetUtcNow();
            return new Schedule(clock.GetTimestamp(), left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        }

        public TimeSpan? Left(TimeProvider clock) => Timeout - clock.GetElapsedTime(From);

        public bool IsDue(TimeProvider clock) => Left(clock) <= TimeSpan.Zero;

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Timeout?.TotalSeconds:0.000} s");
    }
}
