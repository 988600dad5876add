namespace StructuredConcurrency;

/// <summary>Where the items of a queue wait, and in which order they come out. Used under the queue's lock.</summary>
internal abstract class ItemStore<T>
{
    public abstract int Count { get; }

    public abstract void Add(T item, long putSequence);

    /// <summary>Takes the next item; there is one.</summary>
    public abstract (T Item, long PutSequence) Take();

    public abstract void Clear();
}

/// <summary>First in, first out.</summary>
internal sealed class FifoStore<T> : ItemStore<T>
{
    private readonly Queue<(T, long)> _items = new();

    public override int Count => _items.Count;

    public override void Add(T item, long putSequence) => _items.Enqueue((item, putSequence));

    public override (T Item, long PutSequence) Take() => _items.Dequeue();

    public override void Clear() => _items.Clear();
}

/// <summary>Last in, first out.</summary>
internal sealed class LifoStore<T> : ItemStore<T>
{
    private readonly Stack<(T, long)> _items = new();

    public override int Count => _items.Count;

    public override void Add(T item, long putSequence) => _items.Push((item, putSequence));

    public override (T Item, long PutSequence) Take() => _items.Pop();

    public override void Clear() => _items.Clear();
}

/// <summary>Lowest priority first; first in, first out among equals, which a heap alone does not give.</summary>
internal sealed class PriorityStore<TElement, TPriority>(IComparer<TPriority>? comparer) : ItemStore<(TElement Element, TPriority Priority)>
{
    private readonly PriorityQueue<((TElement, TPriority) Item, long PutSequence), (TPriority Priority, long Order)> _items = new(new StableComparer(comparer ?? Comparer<TPriority>.Default));
    private long _order;

    public override int Count => _items.Count;

    public override void Add((TElement Element, TPriority Priority) item, long putSequence) => _items.Enqueue((item, putSequence), (item.Priority, _order++));

    public override ((TElement Element, TPriority Priority) Item, long PutSequence) Take() => _items.Dequeue();

    public override void Clear() => _items.Clear();

    private sealed class StableComparer(IComparer<TPriority> priorities) : IComparer<(TPriority Priority, long Order)>
    {
        public int Compare((TPriority Priority, long Order) x, (TPriority Priority, long Order) y)
        {
            var byPriority = priorities.Compare(x.Priority, y.Priority);
            return byPriority != 0 ? byPriority : x.Order.CompareTo(y.Order);
        }
    }
}
