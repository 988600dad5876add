namespace StructuredConcurrency;

/// <summary>
/// The one seam between the library and an event loop: a <see cref="SynchronizationContext"/> that implements it
/// receives the children of every scope opened on it, and gives them its clock.
/// </summary>
/// <remarks>
/// Elsewhere children run on the thread pool and timers on the system's clock, and nothing is ever posted to the
/// caller's <see cref="SynchronizationContext"/>.
/// </remarks>
public interface IScopeScheduler
{
    /// <summary>The clock of timers, deadlines and logs.</summary>
    TimeProvider TimeProvider { get; }

    /// <summary>Whether the calling code runs on this loop already.</summary>
    bool IsCurrent { get; }

    /// <summary>Starts a logical task of the loop, never on the caller's stack. May be called from any thread.</summary>
    /// <param name="name">The task's name, for reports.</param>
    /// <param name="start">Called once, on the loop, with a <see cref="SynchronizationContext"/> of the loop in place and the caller's execution context.</param>
    void Launch(string name, Action start);

    /// <summary>As <see cref="Launch(string, Action)"/>, for a task whose end the loop may then know: its reports can say who had not ended, and where it waited.</summary>
    /// <param name="name">The task's name, for reports.</param>
    /// <param name="run">Called once, as <c>start</c> above is; returns the task itself.</param>
    void Launch(string name, Func<Task> run) => Launch(name, () => { _ = run(); });
}

internal static class ScopeScheduler
{
    public static IScopeScheduler? Current => SynchronizationContext.Current as IScopeScheduler;
}
