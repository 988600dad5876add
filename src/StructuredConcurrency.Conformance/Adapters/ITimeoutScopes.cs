namespace StructuredConcurrency.Conformance;

/// <summary>How the suite opens the timeout scopes of an implementation. Only the first member must be there.</summary>
public interface ITimeoutScopes
{
    /// <summary>Runs a body that must end before a deadline.</summary>
    /// <param name="timeout">Time from now; <see langword="null"/> or <see cref="Timeout.InfiniteTimeSpan"/>: never.</param>
    /// <param name="clock">The only clock to use.</param>
    /// <param name="body">Called with the scope.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    Task RunAsync(TimeSpan? timeout, TimeProvider clock, Func<ITimeoutScope, Task> body, CancellationToken cancellationToken = default);

    /// <summary>The same with a body that produces a value.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="timeout">Time from now.</param>
    /// <param name="clock">The only clock to use.</param>
    /// <param name="body">Called with the scope.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    Task<T> RunAsync<T>(TimeSpan? timeout, TimeProvider clock, Func<ITimeoutScope, Task<T>> body, CancellationToken cancellationToken = default) =>
        throw new NotOfferedException("a timeout scope with a value");

    /// <summary>The same with a deadline that is a point in time.</summary>
    /// <param name="deadline">The point in time; <see langword="null"/>: never.</param>
    /// <param name="clock">The only clock to use.</param>
    /// <param name="body">Called with the scope.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    Task RunUntilAsync(DateTimeOffset? deadline, TimeProvider clock, Func<ITimeoutScope, Task> body, CancellationToken cancellationToken = default) =>
        throw new NotOfferedException("an absolute deadline");

    /// <summary>Says whether the body ended in time, instead of throwing its own timeout.</summary>
    /// <param name="timeout">Time from now.</param>
    /// <param name="clock">The only clock to use.</param>
    /// <param name="body">Called with the scope.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    Task<bool> TryRunAsync(TimeSpan? timeout, TimeProvider clock, Func<ITimeoutScope, Task> body, CancellationToken cancellationToken = default) =>
        throw new NotOfferedException("a timeout scope that says whether it timed out");
}

/// <summary>An open timeout scope, as the suite sees it. Only the token must be there.</summary>
public interface ITimeoutScope
{
    /// <summary>Cancelled when the deadline passes or the caller's token is cancelled.</summary>
    CancellationToken Token { get; }

    /// <summary>Whether the deadline had passed.</summary>
    bool Expired => throw new NotOfferedException("whether a timeout scope has expired");

    /// <summary>Where the scope stands.</summary>
    TimeoutScopeState State => throw new NotOfferedException("the state of a timeout scope");

    /// <summary>Time until the deadline.</summary>
    TimeSpan? Remaining => throw new NotOfferedException("the time left");

    /// <summary>The deadline.</summary>
    DateTimeOffset? Deadline => throw new NotOfferedException("the deadline");

    /// <summary>Moves the deadline.</summary>
    /// <param name="timeout">Time from now; <see langword="null"/>: never.</param>
    void Reschedule(TimeSpan? timeout) => throw new NotOfferedException("moving a deadline");

    /// <summary>Moves the deadline to a point in time.</summary>
    /// <param name="deadline">The point in time; <see langword="null"/>: never.</param>
    void RescheduleAt(DateTimeOffset? deadline) => throw new NotOfferedException("moving a deadline to a point in time");
}
