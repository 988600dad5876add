namespace StructuredConcurrency.Timelines;

/// <summary>Why something was asked to stop.</summary>
public enum CancellationReason
{
    /// <summary>A deadline passed.</summary>
    Deadline,

    /// <summary>A child failed.</summary>
    Failure,

    /// <summary>The scope around it was cancelled.</summary>
    OuterScope,

    /// <summary>Somebody asked for it.</summary>
    Request,
}

/// <summary>A request to stop: a line through the picture from the lane that was asked down to its last descendant.</summary>
public sealed record TimelineCancellation
{
    /// <summary>When it was requested, since the story's start.</summary>
    public required TimeSpan Time { get; init; }

    /// <summary>Place of the request in the log.</summary>
    public required long Sequence { get; init; }

    /// <summary>Lane of the scope, or of the one child, that was asked.</summary>
    public required TimelineLane Lane { get; init; }

    /// <summary>Why, as a kind.</summary>
    public required CancellationReason Reason { get; init; }

    /// <summary>Why, in the log's words.</summary>
    public string Text { get; init; } = "";

    /// <summary>The task whose failure it was.</summary>
    public TimelineLane? FailedLane { get; init; }

    /// <summary>The request to the scope around, of which this one is the consequence.</summary>
    public TimelineCancellation? Origin { get; init; }

    /// <summary>The request that started it: of a consequence its origin's, of any other itself. Kept, because scopes may nest deeper than a stack.</summary>
    internal TimelineCancellation Root => OriginsRoot ?? this;

    internal TimelineCancellation? OriginsRoot { get; init; }
}
