namespace StructuredConcurrency.Conformance;

/// <summary>How the suite opens the shields of an implementation.</summary>
public interface IShields
{
    /// <summary>Runs a clean-up that the cancellation around it does not reach.</summary>
    /// <param name="cleanup">The clean-up, with a token of its own.</param>
    /// <param name="gracePeriod">How long it may take; <see langword="null"/>: as long as it takes.</param>
    /// <param name="clock">The only clock to use.</param>
    Task RunAsync(Func<CancellationToken, Task> cleanup, TimeSpan? gracePeriod, TimeProvider clock);
}
