namespace StructuredConcurrency.Simulation;

/// <summary>Exploration for unit tests: a test that fails in some schedule fails, with the report of the smallest such schedule found.</summary>
/// <remarks>
/// <code>
/// [Fact]
/// public Task Transfer_Twice_LosesNothing() => Schedules.ExploreAsync(async () =>
/// {
///     var account = new Account(100);
///     await Task.WhenAll(account.WithdrawAsync(30), account.WithdrawAsync(30));
///     Assert.Equal(40, account.Balance);
/// });
/// </code>
/// </remarks>
public static class Schedules
{
    /// <summary>Runs a program in many orders, on a thread of its own.</summary>
    /// <param name="main">The program; it throws where something is wrong. Called once for each schedule: what it changes must be made inside it.</param>
    /// <param name="options">The budget, and what else must hold; <see langword="null"/>: 1,000 schedules.</param>
    /// <param name="ct">Ends the search early.</param>
    /// <returns>What the search did, when nothing was found.</returns>
    /// <exception cref="ScheduleFailedException">A schedule was found in which the program fails; the message is the report.</exception>
    /// <exception cref="OperationCanceledException">The search was cancelled before anything was found.</exception>
    /// <exception cref="InvalidOperationException">Called from code that runs on a loop.</exception>
    public static async Task<ExploreReport> ExploreAsync(Func<Task> main, ExploreOptions? options = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(main);
        EventLoop.RefuseInsideALoop();
        var report = await Task.Factory.StartNew(
            () => EventLoop.Explore(main, options ?? new ExploreOptions(), ct), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (report.Findings.Count > 0)
            throw new ScheduleFailedException(report);
        ct.ThrowIfCancellationRequested();
        return report;
    }

    /// <summary>Runs one schedule again, from the trace that a failure reported.</summary>
    /// <param name="main">The program.</param>
    /// <param name="trace">The text form of the trace.</param>
    /// <returns>A task that fails as the program does: what it threw is thrown here; other outcomes throw <see cref="InvalidOperationException"/>.</returns>
    /// <exception cref="FormatException">The text is not a trace.</exception>
    public static async Task<RunReport> ReplayAsync(Func<Task> main, string trace)
    {
        var parsed = ScheduleTrace.Parse(trace);
        EventLoop.RefuseInsideALoop();
        var report = await Task.Factory.StartNew(
            () => EventLoop.Replay(main, parsed), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (report.Error is { } error)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
        return report.Outcome == Outcome.Completed ? report : throw new InvalidOperationException($"{report}\n{report.UsualCause}");
    }
}

/// <summary>Thrown by <see cref="Schedules.ExploreAsync"/>: the program fails in some order. The message is the whole report.</summary>
public sealed class ScheduleFailedException : Exception
{
    internal ScheduleFailedException(ExploreReport report)
        : base(report.ToString(), report.Findings[0].Shrunk.Error) => Report = report;

    /// <summary>What the search found.</summary>
    public ExploreReport Report { get; }
}
