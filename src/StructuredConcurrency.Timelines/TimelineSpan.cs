namespace StructuredConcurrency.Timelines;

/// <summary>A stretch of a task's life in one state. The spans of a lane never overlap.</summary>
public sealed record TimelineSpan
{
    /// <summary>What the task is doing.</summary>
    public required SpanState State { get; init; }

    /// <summary>When it begins, since the story's start.</summary>
    public required TimeSpan Start { get; init; }

    /// <summary>When it ends; never before <see cref="Start"/>. The end of the log where the log does not know.</summary>
    public required TimeSpan End { get; init; }

    /// <summary>Number of the task, as in <see cref="ScopeEvent.Task"/>.</summary>
    public required int Task { get; init; }

    /// <summary>Number of the innermost scope around the code, as in <see cref="ScopeEvent.Scope"/>.</summary>
    public int? Scope { get; init; }

    /// <summary>The item worked on, or the signal waited for.</summary>
    public string? Item { get; init; }

    /// <summary>The queue concerned.</summary>
    public string? Queue { get; init; }

    /// <summary>How it ended; <see langword="null"/> where the log does not say.</summary>
    public ScopeOutcome? Outcome { get; init; }

    /// <summary>Whether the task was here when cancellation cut it short.</summary>
    public bool IsCancelled { get; init; }

    /// <summary>Name of the task whose doing ended this wait, or made this one ready.</summary>
    public string? WokenBy { get; init; }

    /// <summary>How long it lasts.</summary>
    public TimeSpan Duration => End - Start;
}
