namespace StructuredConcurrency.Conformance.Tests;

/// <summary>The library's timeout scopes, with a hook at every point where a mutant may break a rule. Without hooks they are unbroken.</summary>
internal sealed class BrokenTimeouts : ITimeoutScopes
{
    /// <summary>Around a whole scope: given how to run it with a timeout and a token, and the timeout and the token asked for.</summary>
    public Func<Func<TimeSpan?, CancellationToken, Task>, TimeSpan?, CancellationToken, Task> Around { get; init; } = (run, timeout, token) => run(timeout, token);

    /// <summary>Around the body: given the scope and the body.</summary>
    public Func<ITimeoutScope, Func<Task>, Task> Body { get; init; } = (_, body) => body();

    public Func<TimeProvider, TimeProvider> Clock { get; init; } = clock => clock;

    public Func<ITimeoutScope, bool> Expired { get; init; } = scope => scope.Expired;

    public Func<ITimeoutScope, TimeoutScopeState> State { get; init; } = scope => scope.State;

    public Action<ITimeoutScope, TimeSpan?> Reschedule { get; init; } = (scope, timeout) => scope.Reschedule(timeout);

    public bool PastDeadlinesStartTheBody { get; init; } = true;

    public bool TryRunThrows { get; init; } = true;

    private static ITimeoutScopes Real => Implementation.Library.TimeoutScopes!;

    public Task RunAsync(TimeSpan? timeout, TimeProvider clock, Func<ITimeoutScope, Task> body, CancellationToken cancellationToken) =>
        Around((time, token) => Real.RunAsync(time, Clock(clock), scope => BodyAsync(scope, body), token), timeout, cancellationToken);

    public async Task<T> RunAsync<T>(TimeSpan? timeout, TimeProvider clock, Func<ITimeoutScope, Task<T>> body, CancellationToken cancellationToken)
    {
        T value = default!;
        await RunAsync(timeout, clock, async scope => { value = await body(scope); }, cancellationToken);
        return value;
    }

    public Task RunUntilAsync(DateTimeOffset? deadline, TimeProvider clock, Func<ITimeoutScope, Task> body, CancellationToken cancellationToken) =>
        !PastDeadlinesStartTheBody && deadline <= clock.GetUtcNow()
            ? Task.FromException(new TimeoutException())
            : Real.RunUntilAsync(deadline, Clock(clock), scope => BodyAsync(scope, body), cancellationToken);

    public async Task<bool> TryRunAsync(TimeSpan? timeout, TimeProvider clock, Func<ITimeoutScope, Task> body, CancellationToken cancellationToken)
    {
        try
        {
            return await Real.TryRunAsync(timeout, Clock(clock), scope => BodyAsync(scope, body), cancellationToken);
        }
        catch (Exception) when (!TryRunThrows)
        {
            return false;
        }
    }

    private Task BodyAsync(ITimeoutScope scope, Func<ITimeoutScope, Task> body) => Body(scope, () => body(new Scope(this, scope)));

    private sealed class Scope(BrokenTimeouts broken, ITimeoutScope real) : ITimeoutScope
    {
        public CancellationToken Token => real.Token;

        public bool Expired => broken.Expired(real);

        public TimeoutScopeState State => broken.State(real);

        public TimeSpan? Remaining => real.Remaining;

        public DateTimeOffset? Deadline => real.Deadline;

        public void Reschedule(TimeSpan? timeout) => broken.Reschedule(real, timeout);

        public void RescheduleAt(DateTimeOffset? deadline) => real.RescheduleAt(deadline);
    }
}

/// <summary>A clock of which one thing is broken.</summary>
internal class BrokenClock(TimeProvider real) : TimeProvider
{
    public override long TimestampFrequency => real.TimestampFrequency;

    public override long GetTimestamp() => real.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => real.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => real.CreateTimer(callback, state, dueTime, period);
}

/// <summary>What everybody writes first: <c>CancelAfter</c> on a linked source, and a cancellation turned into a timeout.</summary>
internal sealed class CancelAfterTimeouts : ITimeoutScopes
{
    public async Task RunAsync(TimeSpan? timeout, TimeProvider clock, Func<ITimeoutScope, Task> body, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(timeout ?? Timeout.InfiniteTimeSpan, clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await body(new Scope(linked.Token));
        }
        catch (OperationCanceledException e) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("too slow", e);
        }
    }

    private sealed class Scope(CancellationToken token) : ITimeoutScope
    {
        public CancellationToken Token => token;
    }
}
