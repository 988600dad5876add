namespace StructuredConcurrency.Simulation;

/// <summary>The timers that are set, the one that is due first on top; of those due at the same instant, the one that was set first.</summary>
internal sealed class TimerHeap
{
    private Entry[] _entries = new Entry[8];
    private int _count;
    private long _order;

    public bool IsEmpty => _count == 0;

    /// <summary>The one on top. Not to be asked when empty.</summary>
    public ref readonly Entry Top => ref _entries[0];

    public void Add(long due, LoopTimer timer, int version)
    {
        if (_count == _entries.Length)
            Array.Resize(ref _entries, 2 * _count);
        var entry = new Entry(due, _order++, timer, version);
        var place = _count++;
        while (place > 0 && entry.ComesBefore(_entries[(place - 1) / 2]))
        {
            _entries[place] = _entries[(place - 1) / 2];
            place = (place - 1) / 2;
        }

        _entries[place] = entry;
    }

    public void RemoveTop()
    {
        var last = _entries[--_count];
        _entries[_count] = default;
        if (_count == 0)
            return;
        var place = 0;
        while (true)
        {
            var child = 2 * place + 1;
            if (child >= _count)
                break;
            if (child + 1 < _count && _entries[child + 1].ComesBefore(_entries[child]))
                child++;
            if (!_entries[child].ComesBefore(last))
                break;
            _entries[place] = _entries[child];
            place = child;
        }

        _entries[place] = last;
    }

    /// <param name="Due">When, on the loop's clock.</param>
    /// <param name="Order">Which setting this was.</param>
    /// <param name="Timer">The timer.</param>
    /// <param name="Version">Which of the timer's settings this was: stopping or changing it outdates the others.</param>
    internal readonly record struct Entry(long Due, long Order, LoopTimer Timer, int Version)
    {
        public bool IsOutdated => Version != Timer.Version;

        public bool ComesBefore(in Entry other) => Due < other.Due || (Due == other.Due && Order < other.Order);
    }
}
