namespace StructuredConcurrency.Timelines;

/// <summary>What a lane stands for.</summary>
public enum LaneKind
{
    /// <summary>A scope: its bar lasts from its opening to its end, after its last child.</summary>
    Scope,

    /// <summary>A task.</summary>
    Task,
}

/// <summary>One row of the picture: a scope, or a task under the lane of its scope.</summary>
/// <remarks>
/// A scope that a child opened lies under that child's lane. The program itself (task 0) has a lane of its own only when it does
/// something outside every scope; otherwise what it does shows on the lane of the innermost scope that it has open.
/// </remarks>
public sealed class TimelineLane
{
    internal TimelineLane(LaneKind kind, string name) => (Kind, Name) = (kind, name);

    /// <summary>What the lane stands for.</summary>
    public LaneKind Kind { get; }

    /// <summary>The scope's or task's name, as the log has it.</summary>
    public string Name { get; }

    /// <summary>The lane's place from the top: 0, 1, 2 …</summary>
    public int Index { get; internal set; }

    /// <summary>How deep it nests: 0 at the outermost.</summary>
    public int Depth { get; internal set; }

    /// <summary>The lane under which this one lies.</summary>
    public TimelineLane? Parent { get; internal set; }

    /// <summary>Number of the task; of a scope, the task that opened it.</summary>
    public int? Task { get; internal set; }

    /// <summary>Number of the scope; of a task, the scope that it is a child of.</summary>
    public int? Scope { get; internal set; }

    /// <summary>Kind of the scope, on a scope's lane.</summary>
    public ScopeKind? ScopeKind { get; internal set; }

    /// <summary>Deadline of a timeout scope, since the story's start.</summary>
    public TimeSpan? Deadline { get; internal set; }

    /// <summary>When its life begins, since the story's start.</summary>
    public TimeSpan Start { get; internal set; }

    /// <summary>When its life ends; the end of the log for one that never ended in it.</summary>
    public TimeSpan End { get; internal set; }

    /// <summary>Whether the log has its end.</summary>
    public bool HasEnded { get; internal set; }

    /// <summary>Whether it went on after whoever started it, and did not wait for it, had ended: a task by hand, or code of a task that outlived the task, and perhaps its scope.</summary>
    public bool IsOrphan { get; internal set; }

    /// <summary>How it ended.</summary>
    public ScopeOutcome? Outcome { get; internal set; }

    /// <summary>The error of one that failed.</summary>
    public string? Error { get; internal set; }

    /// <summary>
    /// What the task does, in order, without gaps from <see cref="Start"/> to <see cref="End"/>. On a scope's lane, what
    /// the program does in the scope's body; there may be gaps, where the program is in a scope further inside.
    /// </summary>
    public IReadOnlyList<TimelineSpan> Spans => SpanList;

    /// <summary>What happened on the lane, in order.</summary>
    public IReadOnlyList<TimelineMark> Marks => MarkList;

    /// <summary>Whether it is a task by hand, a whole one, that is still there when the task or scope in which it was started has ended.</summary>
    internal bool OutlivedParent { get; set; }

    /// <summary>The spans that drawings show: on a scope's lane its bar says already that it is open.</summary>
    internal IEnumerable<TimelineSpan> ShownSpans => Kind == LaneKind.Task ? SpanList : SpanList.Where(span => span.State != SpanState.Unspecified);

    internal List<TimelineSpan> SpanList { get; } = [];

    internal List<TimelineMark> MarkList { get; } = [];

    internal List<TimelineLane> Children { get; } = [];

    /// <summary>The request to stop that this task obeyed.</summary>
    internal TimelineCancellation? CancelledBy { get; set; }

    /// <summary>What the task was doing when the log, or its life, ended: a span of no length is none in <see cref="Spans"/>.</summary>
    internal SpanState StateAtEnd { get; set; }

    /// <summary>What a task waits for from the very last moment of the log on, where no span shows it.</summary>
    internal SpanState? EndsIn => Kind == LaneKind.Task && !HasEnded && StateLook.IsWait(StateAtEnd) && (SpanList.Count == 0 || SpanList[^1].State != StateAtEnd) ? StateAtEnd : null;

    /// <summary>Where the lane's life begins in the log: lanes under one parent keep this order.</summary>
    internal long StartSequence { get; set; }

    internal bool IsUnder(TimelineLane ancestor)
    {
        for (var lane = this; lane is not null; lane = lane.Parent)
        {
            if (lane == ancestor)
                return true;
        }

        return false;
    }
}
