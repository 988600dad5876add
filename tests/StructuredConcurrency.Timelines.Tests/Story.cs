namespace StructuredConcurrency.Timelines.Tests;

/// <summary>Writes a log event by event.</summary>
internal sealed class Story
{
    private readonly Dictionary<int, (string Name, int? Scope)> _tasks = new() { [0] = ("main", null) };
    private readonly Dictionary<int, string> _scopes = [];
    private long _sequence;
    private double _milliseconds;
    private int _depth;

    public EventLog Log { get; } = new();

    public Story At(double milliseconds)
    {
        _milliseconds = milliseconds;
        return this;
    }

    public Story Add(ScopeEvent e, out long sequence)
    {
        sequence = ++_sequence;
        var (name, scope) = e.Task is { } task ? _tasks.GetValueOrDefault(task) : default;
        var inside = e.Scope ?? scope;
        Log.OnEvent(e with
        {
            Sequence = sequence,
            Time = TimeSpan.FromMilliseconds(_milliseconds),
            TaskName = e.TaskName ?? name,
            Scope = inside,
            ScopeName = e.ScopeName ?? (inside is { } id ? _scopes.GetValueOrDefault(id) : null),
        });
        return this;
    }

    public Story Add(ScopeEvent e) => Add(e, out _);

    public Story Scope(int id, string name, ScopeKind kind, int? parent = null, int task = 0)
    {
        _scopes[id] = name;
        return Add(new ScopeEvent { Kind = ScopeEventKind.ScopeOpened, Scope = id, ScopeKind = kind, Parent = parent, Task = task });
    }

    public Story Closed(int id, ScopeOutcome outcome) => Add(new ScopeEvent { Kind = ScopeEventKind.ScopeClosed, Scope = id, Task = 0, Outcome = outcome });

    public Story Child(int id, string name, int scope)
    {
        _tasks[id] = (name, scope);
        return Add(new ScopeEvent { Kind = ScopeEventKind.ChildStarted, Task = id, By = 0 });
    }

    public Story Ended(int id) => Add(new ScopeEvent { Kind = ScopeEventKind.ChildEnded, Task = id, Outcome = ScopeOutcome.Succeeded });

    public Story Cancelled(int id, int scope, long cause) =>
        Observed(id, cause).Add(new ScopeEvent { Kind = ScopeEventKind.ChildEnded, Task = id, Scope = scope, Outcome = ScopeOutcome.Cancelled, Cause = cause });

    public Story Observed(int id, long cause) => Log.Events.Any(e => e.Kind == ScopeEventKind.CancelObserved && e.Task == id)
        ? this
        : Add(new ScopeEvent { Kind = ScopeEventKind.CancelObserved, Task = id, Cause = cause });

    public Story Wait(int task, ScopeWait wait) => Add(new ScopeEvent { Kind = ScopeEventKind.WaitStarted, Task = task, Wait = wait, Queue = "queue", Depth = _depth });

    public Story Woken(int task, ScopeWait wait, long cause, int by) =>
        Add(new ScopeEvent { Kind = ScopeEventKind.WaitEnded, Task = task, Wait = wait, Queue = "queue", Depth = _depth, Cause = cause, By = by, Outcome = ScopeOutcome.Succeeded });

    public Story Work(int task, string item) => Add(new ScopeEvent { Kind = ScopeEventKind.WorkStarted, Task = task, Item = item });

    public Story Worked(int task, string item, ScopeOutcome outcome = ScopeOutcome.Succeeded) =>
        Add(new ScopeEvent { Kind = ScopeEventKind.WorkEnded, Task = task, Item = item, Outcome = outcome });

    public Story Put(int task, string item, out long put) =>
        Add(new ScopeEvent { Kind = ScopeEventKind.Put, Task = task, Queue = "queue", Capacity = 4, Depth = ++_depth, Item = item }, out put);

    public Story Get(int task, string item, long put) =>
        Add(new ScopeEvent { Kind = ScopeEventKind.Get, Task = task, Queue = "queue", Depth = --_depth, Item = item, Cause = put });

    public Story Done(int task) => Add(new ScopeEvent { Kind = ScopeEventKind.ItemDone, Task = task, Queue = "queue", Depth = _depth });

    public Story Line(string text) => Add(new ScopeEvent { Kind = ScopeEventKind.Line, Task = 0, Text = text });
}
