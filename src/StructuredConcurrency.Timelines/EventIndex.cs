namespace StructuredConcurrency.Timelines;

/// <summary>Finds events by their number. In a whole log the number is the place; only one with gaps or repeats needs a table.</summary>
internal sealed class EventIndex
{
    private readonly IReadOnlyList<ScopeEvent> _events;
    private readonly long _first;
    private readonly Dictionary<long, int>? _places;

    public EventIndex(IReadOnlyList<ScopeEvent> events)
    {
        _events = events;
        _first = events.Count == 0 ? 1 : events[0].Sequence;
        for (var i = 0; i < events.Count && _places is null; i++)
        {
            if (events[i].Sequence != _first + i)
                _places = [];
        }

        for (var i = 0; i < events.Count && _places is not null; i++)
            _places[events[i].Sequence] = i;
    }

    public ScopeEvent? Find(long? sequence)
    {
        if (sequence is not { } number)
            return null;
        if (_places is not null)
            return _places.TryGetValue(number, out var place) ? _events[place] : null;
        return number >= _first && number - _first < _events.Count ? _events[(int)(number - _first)] : null;
    }
}
