namespace StructuredConcurrency.Conformance;

internal sealed class LibraryTimeoutScopes : ITimeoutScopes
{
    public Task RunAsync(TimeSpan? timeout, TimeProvider clock, Func<ITimeoutScope, Task> body, CancellationToken cancellationToken) =>
        TimeoutScope.RunAsync(timeout, scope => body(new Scope(scope)), cancellationToken, clock);

    public Task<T> RunAsync<T>(TimeSpan? timeout, TimeProvider clock, Func<ITimeoutScope, Task<T>> body, CancellationToken cancellationToken) =>
        TimeoutScope.RunAsync(timeout, scope => body(new Scope(scope)), cancellationToken, clock);

    public Task RunUntilAsync(DateTimeOffset? deadline, TimeProvider clock, Func<ITimeoutScope, Task> body, CancellationToken cancellationToken) =>
        TimeoutScope.RunUntilAsync(deadline, scope => body(new Scope(scope)), cancellationToken, clock);

    public Task<bool> TryRunAsync(TimeSpan? timeout, TimeProvider clock, Func<ITimeoutScope, Task> body, CancellationToken cancellationToken) =>
        TimeoutScope.TryRunAsync(timeout, scope => body(new Scope(scope)), cancellationToken, clock);

    private sealed class Scope(TimeoutScope scope) : ITimeoutScope
    {
        public CancellationToken Token => scope.Token;

        public bool Expired => scope.Expired;

        public TimeoutScopeState State => scope.State;

        public TimeSpan? Remaining => scope.Remaining;

        public DateTimeOffset? Deadline => scope.Deadline;

        public void Reschedule(TimeSpan? timeout) => scope.Reschedule(timeout);

        public void RescheduleAt(DateTimeOffset? deadline) => scope.RescheduleAt(deadline);
    }
}

internal sealed class LibraryShields : IShields
{
    public Task RunAsync(Func<CancellationToken, Task> cleanup, TimeSpan? gracePeriod, TimeProvider clock) => Shield.RunAsync(cleanup, gracePeriod, clock);
}
