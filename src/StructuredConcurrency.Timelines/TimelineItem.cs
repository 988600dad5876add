namespace StructuredConcurrency.Timelines;

/// <summary>What became of an item that was put into a queue.</summary>
public enum ItemFate
{
    /// <summary>Nobody took it.</summary>
    LeftInQueue,

    /// <summary>Somebody took it, and had not finished it when the log ended or the task did.</summary>
    Held,

    /// <summary>Somebody took it, and cancellation cut the work on it short.</summary>
    CutShort,

    /// <summary>Somebody took it, and the work on it failed.</summary>
    Failed,

    /// <summary>Whoever took it has gone on, but never marked it done: a join waits for it for ever.</summary>
    NeverMarkedDone,

    /// <summary>It was taken and finished.</summary>
    Finished,
}

/// <summary>An item's way through a queue: put, taken (the hand-off), done.</summary>
public sealed record TimelineItem
{
    /// <summary>The item, as its text shows it.</summary>
    public required string Name { get; init; }

    /// <summary>The queue.</summary>
    public required string Queue { get; init; }

    /// <summary>When it was put, since the story's start.</summary>
    public required TimeSpan PutTime { get; init; }

    /// <summary>Place of the put in the log.</summary>
    public required long PutSequence { get; init; }

    /// <summary>On which lane it was put.</summary>
    public TimelineLane? PutLane { get; init; }

    /// <summary>When it was taken.</summary>
    public TimeSpan? GetTime { get; init; }

    /// <summary>Place of the get in the log.</summary>
    public long? GetSequence { get; init; }

    /// <summary>On which lane it was taken.</summary>
    public TimelineLane? GetLane { get; init; }

    /// <summary>When it was marked done.</summary>
    public TimeSpan? DoneTime { get; init; }

    /// <summary>What became of it.</summary>
    public ItemFate Fate { get; init; }

    /// <summary>Whether it is the word to stop that <see cref="QueueMessage{T}.Stop"/> writes, and no item to work on.</summary>
    public bool IsSentinel => Name == "stop";
}
