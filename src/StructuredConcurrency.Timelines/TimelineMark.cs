namespace StructuredConcurrency.Timelines;

/// <summary>The kinds of things that happen at one moment.</summary>
public enum MarkKind
{
    /// <summary>An item was put into a queue.</summary>
    Put,

    /// <summary>An item was taken.</summary>
    Get,

    /// <summary>An item taken earlier was marked done.</summary>
    ItemDone,

    /// <summary>A scope, or one child, was asked to stop.</summary>
    CancelRequested,

    /// <summary>A task noticed that it was asked to stop. The distance from the request is code that ran on.</summary>
    CancelObserved,

    /// <summary>A task failed.</summary>
    Failure,

    /// <summary>A remark of the program.</summary>
    Remark,
}

/// <summary>Something that happened on a lane at one moment.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Time">When, since the story's start.</param>
/// <param name="Sequence">The event's place in the log.</param>
public sealed record TimelineMark(MarkKind Kind, TimeSpan Time, long Sequence)
{
    /// <summary>The item put, taken or marked done.</summary>
    public string? Item { get; init; }

    /// <summary>The queue concerned.</summary>
    public string? Queue { get; init; }

    /// <summary>Items in the queue afterwards.</summary>
    public int? Depth { get; init; }

    /// <summary>Words: the reason, the error, the remark.</summary>
    public string? Text { get; init; }
}
