namespace StructuredConcurrency.Timelines;

/// <summary>What a task is doing during one span of its life.</summary>
public enum SpanState
{
    /// <summary>It works on an item, or holds one that it took and has not marked done.</summary>
    Working,

    /// <summary>It waits for an item: the queue is empty.</summary>
    WaitingForItem,

    /// <summary>It waits for room: the queue is full.</summary>
    WaitingForRoom,

    /// <summary>It waits for every item put so far to be marked done.</summary>
    WaitingForJoin,

    /// <summary>It waits for the children of a scope to end.</summary>
    WaitingForChildren,

    /// <summary>It waits for a lock, a signal or the like, which <see cref="TimelineSpan.Item"/> names.</summary>
    WaitingForSignal,

    /// <summary>What it waited for has happened, but it does not run yet: others run.</summary>
    Ready,

    /// <summary>It is alive and the log says no more: code of its own runs, or it awaits something that the log does not know.</summary>
    Unspecified,
}
