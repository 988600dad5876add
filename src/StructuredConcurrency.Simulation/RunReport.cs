namespace StructuredConcurrency.Simulation;

/// <summary>How a run on an event loop ended.</summary>
public enum Outcome
{
    /// <summary>The main program ended normally.</summary>
    Completed,

    /// <summary>The main program, or code that nobody awaits, threw: <see cref="RunReport.Error"/>.</summary>
    Faulted,

    /// <summary>Nothing can ever run again, and the main program has not ended: <see cref="RunReport.Waiting"/>.</summary>
    Deadlock,

    /// <summary>The run took more steps or more virtual time than it was allowed: an endless loop that awaits.</summary>
    StepLimit,

    /// <summary>Code blocked the loop's only thread (<c>.Wait()</c>, <c>.Result</c>, a semaphore), where only that thread could have freed it.</summary>
    BlockedThread,

    /// <summary>The program waits for something that happens outside the loop: a timer of the system's clock, the thread pool.</summary>
    Escaped,
}

/// <summary>A task that had not ended when a run did.</summary>
/// <param name="Task">Its number in the log.</param>
/// <param name="Name">Its name.</param>
/// <param name="WaitsFor">What it waits for, in words: <c>an item of 'queue'</c>.</param>
public sealed record WaitingTask(int Task, string Name, string WaitsFor)
{
    /// <summary>The sentence: <c>C1 waits for an item of 'queue'</c>.</summary>
    public override string ToString() => $"{Name} waits for {WaitsFor}";
}

/// <summary>What came of one run.</summary>
public sealed record RunReport
{
    /// <summary>How it ended.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>A hash over every choice of the run and its time: two runs are the same schedule when it is equal.</summary>
    public required ulong Fingerprint { get; init; }

    /// <summary>Tasks that had not ended; in a deadlock those that wait for one another.</summary>
    public required IReadOnlyList<WaitingTask> Waiting { get; init; }

    /// <summary>How often code outside the loop's thread had to come back to it. Above 0 the run is not the loop's alone, and may differ the next time.</summary>
    public required int ForeignPosts { get; init; }

    /// <summary>Steps taken.</summary>
    public required int Steps { get; init; }

    /// <summary>Time on the loop's clock.</summary>
    public required TimeSpan VirtualElapsed { get; init; }

    /// <summary>What the main program threw.</summary>
    public Exception? Error { get; init; }

    /// <summary>The story.</summary>
    public required EventLog Log { get; init; }

    private string Seconds => VirtualElapsed.TotalSeconds.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>One sentence on how the run ended.</summary>
    public override string ToString() => Outcome switch
    {
        Outcome.Completed => $"completed after {Seconds} s",
        Outcome.Faulted => $"failed after {Seconds} s: {Error?.GetType().Name}: {Error?.Message}",
        Outcome.Deadlock => $"deadlock at {Seconds} s: {string.Join("; ", Waiting)}",
        Outcome.StepLimit => $"given up after {Steps} steps at {Seconds} s: an endless loop?",
        Outcome.BlockedThread => $"blocked at {Seconds} s: {Error?.Message}",
        _ => $"left the loop at {Seconds} s: {string.Join("; ", Waiting)}; what would wake them runs outside the loop",
    };
}

/// <summary>Thrown into code that blocks the loop's thread, where it blocks.</summary>
public sealed class BlockedThreadException : InvalidOperationException
{
    internal BlockedThreadException()
        : base("This code blocks the event loop's only thread (.Wait(), .Result, a lock or a semaphore) until something happens that only that thread can do. Await instead.")
    {
    }
}
