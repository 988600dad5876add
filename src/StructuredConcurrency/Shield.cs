namespace StructuredConcurrency;

/// <summary>Runs code that must be finished although everything around it is being cancelled: a clean-up that awaits.</summary>
/// <remarks>
/// <para>Tokens are level-triggered: once a token is cancelled, every await with it throws again, also in a <c>finally</c>. The code in a shield
/// is given a fresh token that the cancellation around it does not reach; only its own grace period ends it.</para>
/// <code>
/// finally
/// {
///     await Shield.RunAsync(token => connection.SendGoodbyeAsync(token), TimeSpan.FromSeconds(1));
/// }
/// </code>
/// <para>A shield never throws the cancellation around it; the next await with the caller's token does.</para>
/// <para><b>Pitfall.</b> Without a grace period a clean-up that hangs keeps every scope around it from ending.</para>
/// <para>Counterpart: trio's <c>CancelScope(shield=True)</c>. Not <c>asyncio.shield</c>, which lets the inner work run on alone.</para>
/// </remarks>
public static class Shield
{
    /// <summary>Runs a clean-up to its end.</summary>
    /// <param name="cleanup">The clean-up, called on the caller's stack with a token of its own.</param>
    /// <param name="gracePeriod">How long it may take; <see langword="null"/>: as long as it takes.</param>
    /// <param name="timeProvider">The clock; by default the event loop's where there is one, else the system's.</param>
    /// <exception cref="TimeoutException">The grace period cut it short.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="gracePeriod"/> is negative.</exception>
    public static Task RunAsync(Func<CancellationToken, Task> cleanup, TimeSpan? gracePeriod = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(cleanup);
        return OpenApart(gracePeriod, timeProvider).RunAsync(scope => cleanup(scope.Token));
    }

    /// <summary>Runs a clean-up to its end, and returns its value.</summary>
    /// <inheritdoc cref="RunAsync(Func{CancellationToken, Task}, TimeSpan?, TimeProvider?)" />
    /// <returns>The clean-up's value.</returns>
    public static Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> cleanup, TimeSpan? gracePeriod = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(cleanup);
        return OpenApart(gracePeriod, timeProvider).RunAsync(scope => cleanup(scope.Token));
    }

    /// <summary>Cuts the link to the scopes around: neither their deadlines nor their cancellation count inside.</summary>
    private static TimeoutScope OpenApart(TimeSpan? gracePeriod, TimeProvider? timeProvider)
    {
        var around = ScopeFrame.Current;
        ScopeFrame.Current = around?.Apart();
        try
        {
            return TimeoutScope.OpenShield(gracePeriod, timeProvider);
        }
        finally
        {
            ScopeFrame.Current = around;
        }
    }
}
