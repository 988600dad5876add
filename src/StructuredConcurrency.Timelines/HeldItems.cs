namespace StructuredConcurrency.Timelines;

/// <summary>Items that a task took and has not marked done. A task may take a million and mark none: every question is answered without a search.</summary>
internal sealed class HeldItems
{
    private readonly HashSet<ItemStory> _held = [];
    private readonly Stack<ItemStory> _order = [];
    private readonly Dictionary<string, Queue<ItemStory>> _byQueue = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Stack<ItemStory>> _byName = new(StringComparer.Ordinal);

    /// <summary>The one taken last.</summary>
    public ItemStory? Last => _order.TryPeek(out var item) ? item : null;

    public bool Contains(ItemStory item) => _held.Contains(item);

    /// <summary>The one of a queue that was taken first.</summary>
    public ItemStory? FirstOf(string queue) => _byQueue.TryGetValue(queue, out var items) && items.TryPeek(out var item) ? item : null;

    /// <summary>The one of a name that was taken last.</summary>
    public ItemStory? LastNamed(string? name) => name is not null && _byName.TryGetValue(name, out var items) && items.TryPeek(out var item) ? item : null;

    public void Add(ItemStory item)
    {
        _held.Add(item);
        _order.Push(item);
        (_byQueue.TryGetValue(item.Queue, out var ofQueue) ? ofQueue : _byQueue[item.Queue] = []).Enqueue(item);
        (_byName.TryGetValue(item.Name, out var ofName) ? ofName : _byName[item.Name] = []).Push(item);
    }

    public void Remove(ItemStory item)
    {
        if (!_held.Remove(item))
            return;

        // What is no longer held goes when it comes to the front: whoever is asked for first or last is always held.
        while (_order.TryPeek(out var last) && !_held.Contains(last))
            _order.Pop();
        var ofQueue = _byQueue[item.Queue];
        while (ofQueue.TryPeek(out var first) && !_held.Contains(first))
            ofQueue.Dequeue();
        var ofName = _byName[item.Name];
        while (ofName.TryPeek(out var last) && !_held.Contains(last))
            ofName.Pop();
        if (ofName.Count == 0)
            _byName.Remove(item.Name);
    }
}
