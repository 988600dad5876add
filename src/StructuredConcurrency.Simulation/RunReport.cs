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
    /// <summary>Where it waits: the line of the await in <see cref="File"/>; <see langword="null"/> where the program has no debug information.</summary>
    public int? Line { get; init; }

    /// <summary>The file of <see cref="Line"/>, as it was compiled.</summary>
    public string? File { get; init; }

    /// <summary>The sentence: <c>C1 waits for an item of 'queue' (line 23)</c>.</summary>
    public override string ToString() => Line is { } line ? $"{Name} waits for {WaitsFor} (line {line})" : $"{Name} waits for {WaitsFor}";
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

    /// <summary>The story; empty where the run was not observed.</summary>
    public required EventLog Log
    {
        get => field ??= new EventLog();
        init;
    }

    /// <summary>The choices of the run, with which <see cref="EventLoop.Replay"/> runs it again.</summary>
    public required ScheduleTrace Trace { get; init; }

    /// <summary>How often more than one step was ready, and one was chosen.</summary>
    public required int Choices { get; init; }

    /// <summary>Whether nothing but the loop decided what ran when: a replay is then the same run.</summary>
    public bool IsFullyControlled => ForeignPosts == 0 && Outcome != Outcome.Escaped;

    /// <summary>In a replay: how the program differed from the one that the trace was recorded of; <see langword="null"/>: not at all, as far as can be seen.</summary>
    public string? Divergence { get; init; }

    /// <summary>In a replay: who did what when, as a table with a column for each task and lines of at most about 100 characters; <see langword="null"/>: this was no replay.</summary>
    public string? Table { get; init; }

    /// <summary>Whether the program set a timer for later: its order may then depend on how late timers come.</summary>
    internal bool HasTimers { get; init; }

    private string Seconds => VirtualElapsed.TotalSeconds.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>What the outcome usually comes from, and what to do; <see langword="null"/> where the run completed.</summary>
    public string? UsualCause => Outcome switch
    {
        Outcome.Completed => null,
        Outcome.Faulted => "An exception reached the end of the program, or was thrown by code that nobody awaits: async void, the callback of a timer.",
        Outcome.Deadlock => "Nothing is ready, no timer is set, and nothing runs elsewhere. Usual causes: two tasks wait for each other; an item is never marked done, a sentinel "
            + "or a permit never given back; a signal came before somebody waited for it; a task of another run is awaited.",
        Outcome.StepLimit => "The program kept taking steps. Usual causes: a loop that awaits Task.Yield() or a zero delay until something changes, or a retry without an end. Wait for the change itself.",
        Outcome.BlockedThread => "There is one thread, so what it was blocked for could never happen. Usual causes: .Wait(), .Result, GetAwaiter().GetResult(), SemaphoreSlim.Wait(), a lock held across steps. Await instead.",
        _ => "What the program waits for is not the loop's. Usual causes: Task.Delay, CancellationTokenSource or PeriodicTimer without the loop's TimeProvider; Task.Run; a thread of its own. Use EventLoop.Current.TimeProvider.",
    };

    /// <summary>One sentence on how the run ended.</summary>
    public override string ToString() => Outcome switch
    {
        Outcome.Completed => $"completed after {Seconds} s",
        Outcome.Faulted => $"failed after {Seconds} s: {Error?.GetType().Name}: {BrokenRule.MessageOf(Error)}",
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
