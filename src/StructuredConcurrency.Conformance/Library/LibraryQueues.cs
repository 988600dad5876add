namespace StructuredConcurrency.Conformance;

internal sealed class LibraryQueues : IJoinableQueues
{
    public IJoinableQueue Create(QueueOrder order, int? capacity) => order switch
    {
        QueueOrder.Fifo => new Queue<QueueItem>(new JoinableQueue<QueueItem>(capacity), item => item, item => item),
        QueueOrder.Lifo => new Queue<QueueItem>(new LifoJoinableQueue<QueueItem>(capacity), item => item, item => item),
        _ => new Queue<(QueueItem Element, int Priority)>(new PriorityJoinableQueue<QueueItem, int>(capacity), item => (item, item.Priority), pair => pair.Element),
    };

    private sealed class Queue<T>(JoinableQueue<T> queue, Func<QueueItem, T> wrap, Func<T, QueueItem> unwrap) : IJoinableQueue
    {
        public int Count => queue.Count;

        public int UnfinishedCount => queue.UnfinishedCount;

        public bool IsShutDown => queue.IsShutDown;

        public Task PutAsync(QueueItem item, CancellationToken cancellationToken) => queue.PutAsync(wrap(item), cancellationToken).AsTask();

        public async Task<QueueItem> GetAsync(CancellationToken cancellationToken) => unwrap(await queue.GetAsync(cancellationToken));

        public bool TryPut(QueueItem item) => queue.TryPut(wrap(item));

        public QueueItem? TryGet() => queue.TryGet(out var item) ? unwrap(item) : null;

        public void MarkDone() => queue.MarkDone();

        public Task JoinAsync(CancellationToken cancellationToken) => queue.JoinAsync(cancellationToken);

        public void Shutdown(bool immediate) => queue.Shutdown(immediate);

        public Task ForEachAsync(Func<QueueItem, CancellationToken, Task> handler, CancellationToken cancellationToken) =>
            queue.ForEachAsync((item, token) => handler(unwrap(item), token), cancellationToken);
    }
}
