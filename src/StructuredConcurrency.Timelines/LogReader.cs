namespace StructuredConcurrency.Timelines;

/// <summary>Reads an event log once, from its beginning, into lanes, items, wakes, cancellations and queues.</summary>
/// <remarks>Whatever is missing or contradicts itself becomes a <see cref="Notice"/>: a log may come from a program that was killed.</remarks>
internal sealed class LogReader
{
    private readonly EventIndex _index;
    private readonly Dictionary<int, TaskTrack> _tasks = [];
    private readonly Dictionary<int, TimelineLane> _scopes = [];
    private readonly Dictionary<int, ScopeEvent> _lastChildEnd = [];
    private readonly Dictionary<long, ItemStory> _itemsByPut = [];
    private readonly Dictionary<long, TimelineCancellation> _cancellationsBySequence = [];
    private readonly Dictionary<string, TimelineQueue> _queuesByName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Queue<ItemStory>> _taken = new(StringComparer.Ordinal);
    private readonly Dictionary<TimelineLane, TimelineCancellation> _firstRequest = [];
    private readonly List<TimelineLane> _roots = [];
    private readonly List<ItemStory> _items = [];
    private readonly HashSet<string> _noticed = new(StringComparer.Ordinal);
    private readonly HashSet<int> _programsWithLane;
    private readonly List<TaskTrack> _orphaned = [];
    private readonly EventNumbers _numbers = new();
    private TimeSpan _now;

    public LogReader(IReadOnlyList<ScopeEvent> events)
    {
        _index = new EventIndex(events);
        var children = new HashSet<int>();
        foreach (var e in events)
        {
            if (e is { Kind: ScopeEventKind.ChildStarted, Task: { } child })
                children.Add(child);
        }

        // A task that nobody started is the program itself. It needs a lane only for what it does outside every scope.
        _programsWithLane = [.. events.Where(e => e.Task is { } task && e.Scope is null && !children.Contains(task) && IsDoing(e.Kind)).Select(e => e.Task!.Value)];

        foreach (var e in events)
            Read(e);
        Finish();
    }

    public TimeSpan End => _now;

    public string? LastLine { get; private set; }

    public List<TimelineLane> Lanes { get; } = [];

    public List<TimelineItem> Items { get; } = [];

    public List<TimelineWake> Wakes { get; } = [];

    public List<TimelineCancellation> Cancellations { get; } = [];

    public List<TimelineQueue> Queues { get; } = [];

    public List<Notice> Notices { get; } = [];

    /// <summary>The program's tasks without a lane, with what they were doing when the log ended.</summary>
    public List<TaskTrack> Programs { get; } = [];

    private static bool IsDoing(ScopeEventKind kind) => kind is ScopeEventKind.Put or ScopeEventKind.Get or ScopeEventKind.ItemDone or ScopeEventKind.WaitStarted
        or ScopeEventKind.WaitEnded or ScopeEventKind.WorkStarted or ScopeEventKind.WorkEnded or ScopeEventKind.Mark or ScopeEventKind.CancelObserved;

    private void Read(in ScopeEvent e)
    {
        _numbers.Add(e.Sequence);
        if (e.Kind == ScopeEventKind.Straggling)
        {
            // Said into a silence: if nothing happens after it, the picture ends where something last did.
            NoticeOnce($"'{DisplayText.Name(e.ScopeName)}' was still {DisplayText.Clean(e.Text ?? "waiting", 200)} at {DisplayText.SecondsWithUnit(e.Time)}, after the request to stop.", e.Sequence);
            return;
        }

        if (e.Time < _now)
            NoticeOnce("Time runs backwards in the log; such events are drawn at the latest time before them.", e.Sequence);
        else
            _now = e.Time;

        switch (e.Kind)
        {
            case ScopeEventKind.ScopeOpened:
                OpenScope(e);
                break;
            case ScopeEventKind.ScopeClosed:
                CloseScope(e);
                break;
            case ScopeEventKind.ChildStarted:
                StartChild(e);
                break;
            case ScopeEventKind.ChildEnded:
                EndChild(e);
                break;
            case ScopeEventKind.CancelRequested:
                RequestCancel(e);
                break;
            case ScopeEventKind.CancelObserved:
                if (TrackOf(e) is { } observer)
                    Observe(observer, e);
                break;
            case ScopeEventKind.DeadlineSet or ScopeEventKind.DeadlineMoved:
                if (ScopeLane(e) is { } scope)
                    scope.Deadline = e.Deadline;
                break;
            case ScopeEventKind.DeadlineExpired:
                break; // the request to stop that follows names it as its cause
            case ScopeEventKind.Put:
                Put(e);
                break;
            case ScopeEventKind.Get:
                Get(e);
                break;
            case ScopeEventKind.ItemDone:
                MarkDone(e);
                break;
            case ScopeEventKind.Joined:
                TrackOf(e);
                break;
            case ScopeEventKind.ShutDown:
                QueueOf(e);
                TrackOf(e);
                break;
            case ScopeEventKind.WaitStarted:
                StartWait(e);
                break;
            case ScopeEventKind.WaitEnded:
                EndWait(e);
                break;
            case ScopeEventKind.WorkStarted:
                TrackOf(e)?.BeginWork(e.Item, e.Sequence);
                break;
            case ScopeEventKind.WorkEnded:
                if (TrackOf(e) is { } worker && !worker.EndWork(e.Item, e.Outcome))
                    Notices.Add(new Notice($"'{DisplayText.Name(worker.Name)}' ended work on item {DisplayText.Name(e.Item)} that it had not begun.", e.Sequence));
                break;
            case ScopeEventKind.Mark:
                Mark(e, MarkKind.Remark);
                break;
            case ScopeEventKind.Line:
                TrackOf(e);
                LastLine = e.Text;
                break;
        }
    }

    private void OpenScope(in ScopeEvent e)
    {
        if (e.Scope is not { } id)
            return;
        if (_scopes.ContainsKey(id))
        {
            Notices.Add(new Notice($"Scope {id} was opened twice.", e.Sequence));
            return;
        }

        // A scope is opened inside another, by a child or by the program: it lies under that child's lane, or under that scope's.
        var track = e.Task is null ? null : TrackOf(e with { Scope = e.Parent });
        var around = e.Parent is { } outer ? _scopes.GetValueOrDefault(outer) : null;
        var parent = track?.Lane is { } own && (around is null || !around.IsUnder(own)) ? own : around;
        if (e.Parent is { } missing && parent is null)
            Notices.Add(new Notice($"The log has no beginning of scope {missing}, in which '{DisplayText.Name(e.ScopeName)}' was opened.", e.Sequence));
        AddScope(id, e, parent);
        track?.At(_now, id);
    }

    private TimelineLane AddScope(int id, in ScopeEvent e, TimelineLane? parent)
    {
        var lane = new TimelineLane(LaneKind.Scope, NameOr(e.ScopeName, $"scope-{id}"))
        {
            Scope = id,
            Task = e.Task,
            ScopeKind = e.ScopeKind,
            Parent = parent,
            Start = _now,
            End = _now,
            StartSequence = e.Sequence,
        };
        (parent?.Children ?? _roots).Add(lane);
        _scopes[id] = lane;
        return lane;
    }

    /// <summary>The lane of the event's scope; one that the log never opened is opened here.</summary>
    private TimelineLane? ScopeLane(in ScopeEvent e)
    {
        if (e.Scope is not { } id)
            return null;
        if (_scopes.TryGetValue(id, out var lane))
            return lane;
        Notices.Add(new Notice($"The log has no beginning of scope '{DisplayText.Name(NameOr(e.ScopeName, $"scope-{id}"))}'; it is drawn from its first sign of life on.", e.Sequence));
        return AddScope(id, e with { Task = null, ScopeKind = null }, null);
    }

    private void CloseScope(in ScopeEvent e)
    {
        if (ScopeLane(e) is not { } lane)
            return;
        if (lane.HasEnded)
            Notices.Add(new Notice($"Scope '{DisplayText.Name(lane.Name)}' ends twice.", e.Sequence));
        if (lane.Children.Find(child => !child.HasEnded && !child.IsOrphan) is { } open)
            Notices.Add(new Notice($"Scope '{DisplayText.Name(lane.Name)}' ends before '{DisplayText.Name(open.Name)}' in it does.", e.Sequence));
        lane.End = _now;
        lane.HasEnded = true;
        lane.Outcome = e.Outcome;
        lane.Error = e.Outcome == ScopeOutcome.Faulted ? e.Text : null;
        if (e.Task is not null)
            TrackOf(e)?.At(_now, lane.Parent?.Scope);
    }

    private void StartChild(in ScopeEvent e)
    {
        if (e.Task is not { } id)
            return;
        if (_tasks.ContainsKey(id))
        {
            Notices.Add(new Notice($"Task {id} was started twice.", e.Sequence));
            return;
        }

        if (ScopeLane(e) is { HasEnded: true } ended)
            Notices.Add(new Notice($"'{DisplayText.Name(NameOr(e.TaskName, $"task-{id}"))}' starts in scope '{DisplayText.Name(ended.Name)}', which has ended.", e.Sequence));
        AddChild(id, e, ScopeLane(e) ?? (e.By is { } by ? _tasks.GetValueOrDefault(by)?.Lane : null)); // a task by hand lies under whoever started it
        if (e.By is { } starter && _tasks.TryGetValue(starter, out var track))
            track.At(_now, track.Lane is null ? e.Scope : track.Lane.Scope);
    }

    private TaskTrack AddChild(int id, in ScopeEvent e, TimelineLane? parent)
    {
        var track = new TaskTrack(id, NameOr(e.TaskName, $"task-{id}"), _now);
        track.At(_now, e.Scope);
        track.Lane = AddTaskLane(track, parent, e);
        _tasks[id] = track;
        return track;
    }

    /// <summary>Code that a task started and did not wait for: it lies where the task lay, and sticks out of the scope that has ended.</summary>
    private TaskTrack AddOrphan(TaskTrack ended, in ScopeEvent e)
    {
        var track = new TaskTrack(ended.Id, $"{ended.Name} (orphan)", _now) { IsOrphan = true };
        track.At(_now, e.Scope);
        track.Lane = AddTaskLane(track, ended.Lane?.Parent, e);
        track.Lane.IsOrphan = true;
        _orphaned.Add(ended);
        _tasks[ended.Id] = track;
        return track;
    }

    private TimelineLane AddTaskLane(TaskTrack track, TimelineLane? parent, in ScopeEvent e)
    {
        var lane = new TimelineLane(LaneKind.Task, track.Name)
        {
            Task = track.Id,
            Scope = parent?.Scope,
            Parent = parent,
            Start = _now,
            StartSequence = e.Sequence,
        };
        (parent?.Children ?? _roots).Add(lane);
        return lane;
    }

    /// <summary>The task of an event, moved to the event's time.</summary>
    private TaskTrack? TrackOf(in ScopeEvent e)
    {
        if (e.Task is not { } id)
            return null;
        if (!_tasks.TryGetValue(id, out var track))
        {
            if (id == 0 || e.Scope is null || e.Kind == ScopeEventKind.ScopeOpened)
            {
                track = new TaskTrack(id, NameOr(e.TaskName, id == 0 ? "main" : $"task-{id}"), _now);
                if (_programsWithLane.Contains(id))
                    track.Lane = AddTaskLane(track, null, e);
                _tasks[id] = track;
            }
            else
            {
                Notices.Add(new Notice($"The log has no start of task '{DisplayText.Name(NameOr(e.TaskName, $"task-{id}"))}'; it is drawn from its first sign of life on.", e.Sequence));
                track = AddChild(id, e, ScopeLane(e));
            }
        }

        if (track.HasEnded)
            NoticeOnce($"'{DisplayText.Name(track.Name)}' goes on after its end.", e.Sequence);
        if (track.HasEnded && IsDoing(e.Kind))
            track = AddOrphan(track, e);
        if (!track.HasEnded)
            track.At(_now, e.Scope);
        return track.HasEnded ? null : track;
    }

    /// <summary>Where marks of an event go: on its task's lane, or on that of the scope that the program is in.</summary>
    private TimelineLane? LaneOf(in ScopeEvent e) =>
        e.Task is { } id && _tasks.TryGetValue(id, out var track) && track.Lane is { } lane ? lane : ScopeLane(e);

    private void Mark(in ScopeEvent e, MarkKind kind, string? item = null)
    {
        TrackOf(e);
        LaneOf(e)?.MarkList.Add(new TimelineMark(kind, _now, e.Sequence) { Item = item ?? e.Item, Queue = e.Queue, Depth = e.Depth, Text = e.Text });
    }

    private void EndChild(in ScopeEvent e)
    {
        if (TrackOf(e) is not { } track)
            return;
        if (e.Outcome == ScopeOutcome.Cancelled && e.Cause is { } cause && !track.ObservedRequests.Contains(cause))
            track.Observe(_cancellationsBySequence.TryGetValue(cause, out var request) ? request.Time : _now, cause);
        if (e.Outcome == ScopeOutcome.Faulted)
            Mark(e, MarkKind.Failure);
        if (e.Scope is { } scope)
            _lastChildEnd[scope] = e;
        track.HasEnded = true;
        track.Outcome = e.Outcome;
        if (track.Lane is { } lane)
        {
            if (e.Outcome == ScopeOutcome.Cancelled)
                lane.CancelledBy = e.Cause is { } reason && _cancellationsBySequence.TryGetValue(reason, out var asked) ? asked : _firstRequest.GetValueOrDefault(lane);
            lane.End = _now;
            lane.HasEnded = true;
            lane.Outcome = e.Outcome;
            lane.Error = e.Outcome == ScopeOutcome.Faulted ? e.Text : null;
        }
    }

    private void Observe(TaskTrack track, in ScopeEvent e)
    {
        if (e.Cause is not { } asked || !_cancellationsBySequence.ContainsKey(asked))
            Notices.Add(new Notice($"'{DisplayText.Name(track.Name)}' noticed a request to stop that the log does not have before it.", e.Sequence));
        track.Observe(e.Cause is { } cause && _cancellationsBySequence.TryGetValue(cause, out var request) ? request.Time : _now, e.Cause ?? e.Sequence);
        Mark(e, MarkKind.CancelObserved);
    }

    private void RequestCancel(in ScopeEvent e)
    {
        var lane = e.Target is { } target && _tasks.TryGetValue(target, out var track) && track.Lane is not null ? track.Lane : ScopeLane(e);
        if (lane is null)
            return;
        var cause = _index.Find(e.Cause);
        var origin = e.Cause is { } request ? _cancellationsBySequence.GetValueOrDefault(request) : null;
        var failed = cause is { Kind: ScopeEventKind.ChildEnded, Task: { } failedTask } && _tasks.GetValueOrDefault(failedTask)?.Lane is { } ended && ended.MarkList.Exists(m => m.Kind == MarkKind.Failure) ? ended : null;
        var cancellation = new TimelineCancellation
        {
            Time = _now,
            Sequence = e.Sequence,
            Lane = lane,
            Text = e.Text ?? "",
            Origin = origin,
            OriginsRoot = origin?.Root,
            FailedLane = failed,
            Reason = origin is not null ? CancellationReason.OuterScope
                : cause?.Kind == ScopeEventKind.DeadlineExpired ? CancellationReason.Deadline
                : failed is not null ? CancellationReason.Failure
                : CancellationReason.Request,
        };
        Cancellations.Add(cancellation);
        _firstRequest.TryAdd(lane, cancellation);
        _cancellationsBySequence[e.Sequence] = cancellation;
        lane.MarkList.Add(new TimelineMark(MarkKind.CancelRequested, _now, e.Sequence) { Text = e.Text });
    }

    private TimelineQueue? QueueOf(in ScopeEvent e)
    {
        if (e.Queue is not { } name)
            return null;
        if (!_queuesByName.TryGetValue(name, out var queue))
        {
            queue = new TimelineQueue(name);
            _queuesByName[name] = queue;
            Queues.Add(queue);
        }

        queue.Capacity ??= e.Capacity;
        queue.IsMarkedDone |= e.Kind is ScopeEventKind.ItemDone or ScopeEventKind.Joined || e.Wait == ScopeWait.Join;
        if (e.Depth < 0)
            NoticeOnce($"The log gives '{DisplayText.Name(name)}' fewer items than none; it is drawn empty there.", e.Sequence);
        if (e.Depth is { } depth)
            queue.Add(_now, Math.Max(depth, 0));
        return queue;
    }

    private void Put(in ScopeEvent e)
    {
        QueueOf(e);
        Mark(e, MarkKind.Put);
        var item = new ItemStory { Name = e.Item ?? "", Queue = e.Queue ?? "", Put = e, PutTime = _now, PutLane = LaneOf(e) };
        _items.Add(item);
        _itemsByPut[e.Sequence] = item;
    }

    private void Get(in ScopeEvent e)
    {
        QueueOf(e);
        Mark(e, MarkKind.Get);
        var item = e.Cause is { } put ? _itemsByPut.GetValueOrDefault(put) : null;
        if (item is null || item.Get is not null)
        {
            Notices.Add(new Notice($"Item {DisplayText.Name(e.Item)} was taken and the log does not say when it was put.", e.Sequence));
            item = new ItemStory { Name = e.Item ?? "", Queue = e.Queue ?? "" };
        }

        var track = e.Task is { } id ? _tasks.GetValueOrDefault(id) : null;
        item.Get = e.Sequence;
        item.GetTime = _now;
        item.Taker = track;
        item.GetLane = LaneOf(e);
        if (track is null)
            return;
        track.Take(item);
        (_taken.TryGetValue(item.Queue, out var taken) ? taken : _taken[item.Queue] = []).Enqueue(item);
    }

    private void MarkDone(in ScopeEvent e)
    {
        QueueOf(e);
        var track = TrackOf(e);
        var queue = e.Queue ?? "";
        var holder = track?.Held.FirstOf(queue) is not null ? track : TakenLongestAgo(queue)?.Taker;
        if (holder is null)
        {
            Notices.Add(new Notice("An item was marked done and the log does not say who had taken it.", e.Sequence));
            Mark(e, MarkKind.ItemDone);
            return;
        }

        // The event does not name its item: it is the one just worked on, else the one held longest.
        var item = holder.LastWorked is { } worked && holder.Held.Contains(worked) ? worked : holder.Held.FirstOf(queue)!;
        item.Done = e.Sequence;
        item.DoneTime = _now;
        holder.At(_now, holder == track ? e.Scope : holder.Lane?.Scope ?? e.Scope);
        holder.Release(item);
        Mark(e, MarkKind.ItemDone, item.Name);
    }

    private ItemStory? TakenLongestAgo(string queue)
    {
        if (!_taken.TryGetValue(queue, out var taken))
            return null;
        while (taken.TryPeek(out var item) && item.Done is not null)
            taken.Dequeue();
        return taken.TryPeek(out var first) ? first : null;
    }

    private void StartWait(in ScopeEvent e)
    {
        QueueOf(e);
        if (TrackOf(e) is { } track && e.Wait is { } wait && !track.BeginWait(wait, e.Queue, wait == ScopeWait.Signal ? e.Text : null, e.Sequence))
            NoticeOnce($"'{DisplayText.Name(track.Name)}' waits for several things at once; its lane shows what it began last.", e.Sequence);
    }

    private void EndWait(in ScopeEvent e)
    {
        QueueOf(e);
        if (TrackOf(e) is not { } track)
            return;

        // Children that end name nobody whom they wake: it is the last of them that lets the scope go on.
        var cause = _index.Find(e.Cause) ?? (e is { Wait: ScopeWait.Children, Scope: { } scope } && _lastChildEnd.TryGetValue(scope, out var last) ? last : null);
        var by = e.By ?? (cause is { Kind: ScopeEventKind.ChildEnded } ? cause.Value.Task : null);
        var waker = by is { } id ? _tasks.GetValueOrDefault(id) : null;
        var wokenAt = cause is { } c ? Min(c.Time, _now) : (TimeSpan?)null;
        if (!track.EndWait(e.Wait, e.Queue, e.Outcome, wokenAt, waker?.Name))
        {
            Notices.Add(new Notice($"A wait of '{DisplayText.Name(track.Name)}' ended and the log does not say when it began.", e.Sequence));
            return;
        }

        if (cause is { } woke && wokenAt is { } time && LaneOf(e) is { } lane && e.Wait is { } wait)
            Wakes.Add(new TimelineWake(lane, StateLook.Of(wait), time, _now, woke.Sequence, waker is null ? null : waker.Lane ?? LaneOf(woke)));
    }

    private static string NameOr(string? name, string otherwise) => string.IsNullOrWhiteSpace(name) ? otherwise : name;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private void NoticeOnce(string text, long sequence)
    {
        if (_noticed.Add(text))
            Notices.Add(new Notice(text, sequence));
    }

    private void Finish()
    {
        Notices.InsertRange(0, _numbers.Notices());
        foreach (var lane in _scopes.Values.Where(lane => !lane.HasEnded))
            lane.End = _now;

        foreach (var track in _tasks.Values.Concat(_orphaned).OrderBy(t => t.Id))
        {
            if (track.Lane is { } lane)
            {
                var isProgram = track.IsOrphan || _programsWithLane.Contains(track.Id);
                lane.End = lane.HasEnded || isProgram ? track.End : _now;
                lane.SpanList.AddRange(track.Finish(lane.End));
                lane.StateAtEnd = track.State;

                if (!track.IsOrphan && lane.Parent is { HasEnded: true } parent && lane.End > parent.End)
                    lane.IsOrphan = lane.OutlivedParent = true;

                // Nothing says that the program ended, or an orphan; its last sign of life is taken for it unless it waits there.
                lane.HasEnded |= isProgram && track.Waiting is null;
                if (isProgram && !lane.HasEnded)
                {
                    if (_now > lane.End)
                        lane.SpanList.Add(new TimelineSpan { State = track.Waiting!.Value, Start = lane.End, End = _now, Task = track.Id });
                    lane.End = _now;
                }
            }
            else
            {
                Programs.Add(track);
                foreach (var span in track.Finish(track.Waiting is null ? track.End : _now))
                {
                    if (span.Scope is { } scope && _scopes.TryGetValue(scope, out var body))
                        body.SpanList.Add(span);
                }
            }
        }

        Flatten();
        foreach (var lane in Lanes.Where(lane => !lane.HasEnded))
            Notices.Add(new Notice($"The log ends before {(lane.Kind == LaneKind.Scope ? "scope " : "")}'{DisplayText.Name(lane.Name)}' does."));

        Items.AddRange(_items.Select(i => new TimelineItem
        {
            Name = i.Name,
            Queue = i.Queue,
            PutTime = i.PutTime,
            PutSequence = i.Put!.Value.Sequence,
            PutLane = i.PutLane,
            GetTime = i.Get is null ? null : i.GetTime,
            GetSequence = i.Get,
            GetLane = i.GetLane,
            DoneTime = i.Done is null ? null : i.DoneTime,
            Fate = i.Fate(_queuesByName.TryGetValue(i.Queue, out var queue) && queue.IsMarkedDone),
        }));
    }

    /// <summary>Puts every lane above what lies under it. Without recursion: a log may nest deeper than a stack.</summary>
    private void Flatten()
    {
        var open = new Stack<TimelineLane>(_roots.OrderBy(lane => lane.StartSequence).Reverse());
        while (open.TryPop(out var lane))
        {
            lane.Depth = lane.Parent is { } parent ? parent.Depth + 1 : 0;
            lane.Index = Lanes.Count;
            Lanes.Add(lane);
            foreach (var child in lane.Children.OrderBy(child => child.StartSequence).Reverse())
                open.Push(child);
        }
    }
}
