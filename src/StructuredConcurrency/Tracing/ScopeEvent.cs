namespace StructuredConcurrency;

/// <summary>One thing that happened in a scope: a flat record, of which each kind fills the fields that it needs.</summary>
/// <remarks>
/// Numbers of tasks and scopes count from 0 and 1 in the order of their start, so that the same program under the
/// same schedule gives the same events. Task 0 is the program that opened the outermost scope.
/// </remarks>
public readonly record struct ScopeEvent
{
    /// <summary>Position in the story: 1, 2, 3 … without gaps. Later events refer to it in <see cref="Cause"/>.</summary>
    public long Sequence { get; init; }

    /// <summary>Time since the story's start, on the clock of the program that tells it.</summary>
    public TimeSpan Time { get; init; }

    /// <summary>What happened.</summary>
    public required ScopeEventKind Kind { get; init; }

    /// <summary>Number of the task that it happened to or that did it; <see langword="null"/> for a timer or a stranger's thread.</summary>
    public int? Task { get; init; }

    /// <summary>Name of <see cref="Task"/>.</summary>
    public string? TaskName { get; init; }

    /// <summary>Number of the scope concerned: for a child its group, otherwise the innermost scope around the code.</summary>
    public int? Scope { get; init; }

    /// <summary>Name of <see cref="Scope"/>.</summary>
    public string? ScopeName { get; init; }

    /// <summary>Number of the thread; 1 for everything that happens on an event loop.</summary>
    public int Thread { get; init; }

    /// <summary>Kind of the scope (<see cref="ScopeEventKind.ScopeOpened"/>).</summary>
    public ScopeKind? ScopeKind { get; init; }

    /// <summary>Number of the scope around this one (<see cref="ScopeEventKind.ScopeOpened"/>).</summary>
    public int? Parent { get; init; }

    /// <summary>Number of the child that alone was asked to stop (<see cref="ScopeEventKind.CancelRequested"/>).</summary>
    public int? Target { get; init; }

    /// <summary>Name of the queue, unique in the story.</summary>
    public string? Queue { get; init; }

    /// <summary>The item, as its <see cref="object.ToString"/> shows it.</summary>
    public string? Item { get; init; }

    /// <summary>Items in the queue after the event.</summary>
    public int? Depth { get; init; }

    /// <summary>Most items that the queue holds; <see langword="null"/> when unbounded.</summary>
    public int? Capacity { get; init; }

    /// <summary>Items put and not yet marked done, after the event.</summary>
    public int? Unfinished { get; init; }

    /// <summary>What the task waits for (<see cref="ScopeEventKind.WaitStarted"/>, <see cref="ScopeEventKind.WaitEnded"/>).</summary>
    public ScopeWait? Wait { get; init; }

    /// <summary>Number of the task that brought it about: who started this child, who woke this task.</summary>
    public int? By { get; init; }

    /// <summary><see cref="Sequence"/> of the event that led to this one.</summary>
    public long? Cause { get; init; }

    /// <summary>The deadline as time since the story's start (<see cref="ScopeEventKind.DeadlineSet"/>).</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>How it ended.</summary>
    public ScopeOutcome? Outcome { get; init; }

    /// <summary>Words: the printed line, the remark, the reason, the exception, the signal waited for.</summary>
    public string? Text { get; init; }
}
