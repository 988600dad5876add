namespace StructuredConcurrency.Conformance;

/// <summary>In which order a queue gives its items.</summary>
public enum QueueOrder
{
    /// <summary>The oldest first.</summary>
    Fifo,

    /// <summary>The newest first.</summary>
    Lifo,

    /// <summary>The lowest priority first, the oldest among equals.</summary>
    Priority,
}

/// <summary>What the suite puts into queues.</summary>
/// <param name="Name">Tells it from others.</param>
/// <param name="Priority">Its priority, in a queue that looks at it.</param>
public sealed record QueueItem(string Name, int Priority)
{
    /// <inheritdoc />
    public override string ToString() => $"{Name}/{Priority}";
}

/// <summary>How the suite makes the queues of an implementation.</summary>
public interface IJoinableQueues
{
    /// <summary>Makes an empty queue.</summary>
    /// <param name="order">Its order. One that the implementation lacks: <see cref="NotOfferedException"/>.</param>
    /// <param name="capacity">Most items that may wait in it; <see langword="null"/>: no limit.</param>
    IJoinableQueue Create(QueueOrder order, int? capacity);
}

/// <summary>A queue, as the suite sees it. Only putting and getting must be there.</summary>
/// <remarks>What was shut down says so with an <see cref="InvalidOperationException"/>, or a type derived from it.</remarks>
public interface IJoinableQueue
{
    /// <summary>Items that wait in the queue.</summary>
    int Count => throw new NotOfferedException("the number of items that wait");

    /// <summary>Items put and not yet marked done.</summary>
    int UnfinishedCount => throw new NotOfferedException("the number of unfinished items");

    /// <summary>Whether the queue was shut down.</summary>
    bool IsShutDown => throw new NotOfferedException("whether a queue was shut down");

    /// <summary>Puts an item, and waits for room while the queue is full.</summary>
    /// <param name="item">The item.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task PutAsync(QueueItem item, CancellationToken cancellationToken = default);

    /// <summary>Takes an item, and waits for one while the queue is empty.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<QueueItem> GetAsync(CancellationToken cancellationToken = default);

    /// <summary>Puts an item if there is room now.</summary>
    /// <param name="item">The item.</param>
    bool TryPut(QueueItem item) => throw new NotOfferedException("putting without waiting");

    /// <summary>Takes an item if there is one now.</summary>
    /// <returns>The item; <see langword="null"/>: none.</returns>
    QueueItem? TryGet() => throw new NotOfferedException("taking without waiting");

    /// <summary>Says that one item is finished with.</summary>
    void MarkDone() => throw new NotOfferedException("marking items done");

    /// <summary>Waits until every item put was marked done.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task JoinAsync(CancellationToken cancellationToken = default) => throw new NotOfferedException("joining a queue");

    /// <summary>Ends the queue for everybody.</summary>
    /// <param name="immediate">Also drop the items that wait.</param>
    void Shutdown(bool immediate = false) => throw new NotOfferedException("shutting a queue down");

    /// <summary>Takes items, handles each and marks it done, until the queue is shut down.</summary>
    /// <param name="handler">Handles an item.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task ForEachAsync(Func<QueueItem, CancellationToken, Task> handler, CancellationToken cancellationToken = default) =>
        throw new NotOfferedException("handling every item of a queue");
}
