namespace StructuredConcurrency.Timelines;

/// <summary>One task's life while the log is read: what it is doing now, and the spans so far.</summary>
/// <remarks>
/// What shows is the wait or work begun last; else the item taken last and not yet marked done; else nothing known.
/// A span ends where that changes, so spans cannot overlap and leave no gap.
/// </remarks>
internal sealed class TaskTrack(int id, string name, TimeSpan start)
{
    private readonly List<Activity> _active = [];
    private readonly List<Span> _spans = [];
    private readonly List<TimeSpan> _cancelled = [];
    private Key _current = new(SpanState.Unspecified, null, null, null);
    private TimeSpan _since = start;
    private int _waits;
    private ScopeOutcome? _outcome;
    private bool _cutShort;
    private int? _scope;

    public int Id => id;

    public string Name => name;

    public TimeSpan End { get; private set; } = start;

    /// <summary>Where its marks and spans go; <see langword="null"/> for the program itself when all it does lies in scopes.</summary>
    public TimelineLane? Lane { get; set; }

    public bool HasEnded { get; set; }

    /// <summary>Whether it is code that went on after its task had ended.</summary>
    public bool IsOrphan { get; init; }

    public ScopeOutcome? Outcome { get; set; }

    /// <summary>Items taken and not yet marked done, oldest first.</summary>
    public HeldItems Held { get; } = new();

    /// <summary>The item on which a piece of work ended last: the next mark-done is about it.</summary>
    public ItemStory? LastWorked { get; private set; }

    /// <summary>Requests to stop that it noticed.</summary>
    public List<long> ObservedRequests { get; } = [];

    /// <summary>What it waits for as the log stands.</summary>
    public SpanState? Waiting => StateLook.IsWait(_current.State) ? _current.State : null;

    public SpanState State => _current.State;

    /// <summary>Moves to a moment, in the scope that the code is in there.</summary>
    public void At(TimeSpan now, int? scope)
    {
        End = now;
        if (scope == _scope)
            return;
        Cut(now);
        _scope = scope;
    }

    /// <returns>False when it waits for something else already: code on several threads calls itself one task.</returns>
    public bool BeginWait(ScopeWait wait, string? queue, string? signal, long sequence)
    {
        _active.Add(new Activity(sequence, wait, queue, signal, null));
        Change();
        return _waits++ == 0;
    }

    /// <summary>Ends a wait, which from <paramref name="wokenAt"/> on was no wait any more: the task was ready to run.</summary>
    /// <returns>False when no such wait has begun.</returns>
    public bool EndWait(ScopeWait? wait, string? queue, ScopeOutcome? outcome, TimeSpan? wokenAt, string? wokenBy)
    {
        var index = _active.FindLastIndex(a => a.Wait is not null && (wait is null || a.Wait == wait) && (queue is null || a.Queue == queue));
        if (index < 0)
            return false;
        var activity = _active[index];
        _active.RemoveAt(index);
        _waits--;
        if (_current.Activity == activity.Sequence)
        {
            _outcome = outcome;
            _cutShort |= outcome == ScopeOutcome.Cancelled;
            if (wokenAt is { } woken && woken < End)
            {
                woken = woken < _since ? _since : woken;
                Cut(woken, wokenBy);
                _current = new Key(SpanState.Ready, null, activity.Queue, null);
                _outcome = null;
                _cutShort = false;
            }

            Change(wokenBy);
        }

        return true;
    }

    public void BeginWork(string? item, long sequence)
    {
        var held = Held.LastNamed(item);
        _active.Add(new Activity(sequence, null, held?.Queue, item, held));
        _outcome = null;
        Change();
    }

    /// <returns>False when no work on the item has begun.</returns>
    public bool EndWork(string? item, ScopeOutcome? outcome)
    {
        var index = _active.FindLastIndex(a => a.Wait is null && a.Item == item);
        if (index < 0)
            return false;
        var activity = _active[index];
        _active.RemoveAt(index);
        LastWorked = activity.Held;
        if (activity.Held is { } held)
            held.WorkOutcome = outcome;
        if (_current == KeyOf(activity))
        {
            _outcome = outcome;
            _cutShort |= outcome == ScopeOutcome.Cancelled;
        }

        Change();
        return true;
    }

    public void Take(ItemStory item)
    {
        Held.Add(item);
        Change();
    }

    public void Release(ItemStory item)
    {
        Held.Remove(item);
        Change();
    }

    /// <summary>It was asked to stop then, and noticed now: the span that lay across the request was cut short.</summary>
    public void Observe(TimeSpan requested, long sequence)
    {
        ObservedRequests.Add(sequence);
        _cancelled.Add(requested);
    }

    /// <summary>Ends the last span and gives all of them; those of a moment are left out.</summary>
    public IEnumerable<TimelineSpan> Finish(TimeSpan end)
    {
        End = end;
        Cut(end);
        var cutUntil = _spans.FindLast(s => s.IsCancelled)?.End ?? TimeSpan.MinValue;
        foreach (var requested in _cancelled)
        {
            if (cutUntil < requested && Across(requested) is { Outcome: not ScopeOutcome.Succeeded, Key.State: not SpanState.Ready } across)
            {
                across.IsCancelled = true;
                cutUntil = across.End;
            }
        }

        return _spans.Select(s => new TimelineSpan
        {
            State = s.Key.State,
            Start = s.Start,
            End = s.End,
            Task = id,
            Scope = s.Scope,
            Item = s.Key.Item,
            Queue = s.Key.Queue,
            Outcome = s.Outcome,
            IsCancelled = s.IsCancelled,
            WokenBy = s.WokenBy,
        });
    }

    /// <summary>The span that lay across a moment; they follow one another without overlap, so one search by halves finds it.</summary>
    private Span? Across(TimeSpan moment)
    {
        var (low, high) = (0, _spans.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_spans[middle].Start < moment)
                low = middle + 1;
            else
                high = middle;
        }

        return low > 0 && _spans[low - 1].End >= moment ? _spans[low - 1] : null;
    }

    private static Key KeyOf(Activity a) => new(
        a.Wait is { } wait ? StateLook.Of(wait) : SpanState.Working,
        a.Item,
        a.Queue,
        a.Held?.Get ?? a.Sequence);

    private void Change(string? wokenBy = null)
    {
        var next = _active.Count > 0 ? KeyOf(_active[^1])
            : Held.Last is { } held ? new Key(SpanState.Working, held.Name, held.Queue, held.Get)
            : new Key(SpanState.Unspecified, null, null, null);
        if (next == _current)
            return;
        Cut(End, wokenBy);
        _current = next;
        _outcome = null;
        _cutShort = false;
    }

    private void Cut(TimeSpan end, string? wokenBy = null)
    {
        if (end > _since)
            _spans.Add(new Span(_current, _since, end, _scope, _outcome, wokenBy) { IsCancelled = _cutShort });
        _since = end > _since ? end : _since;
    }

    private sealed record Activity(long Sequence, ScopeWait? Wait, string? Queue, string? Item, ItemStory? Held);

    /// <summary>What shows. Work on an item that it holds and the holding itself are one thing: both carry the number of the get.</summary>
    private readonly record struct Key(SpanState State, string? Item, string? Queue, long? Activity);

    private sealed record Span(Key Key, TimeSpan Start, TimeSpan End, int? Scope, ScopeOutcome? Outcome, string? WokenBy)
    {
        public bool IsCancelled { get; set; }
    }
}
