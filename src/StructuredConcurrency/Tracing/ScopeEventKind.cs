namespace StructuredConcurrency;

/// <summary>What happened. In JSON each kind is written in snake case: <c>scope_opened</c>, <c>child_ended</c>.</summary>
public enum ScopeEventKind
{
    /// <summary>A scope began; <see cref="ScopeEvent.ScopeKind"/> says which, <see cref="ScopeEvent.Parent"/> where it lies.</summary>
    ScopeOpened,

    /// <summary>A scope ended, after its body and all its children; <see cref="ScopeEvent.Outcome"/> says how.</summary>
    ScopeClosed,

    /// <summary>A child was started, or a task by hand, which is in no scope of its own; <see cref="ScopeEvent.By"/> is the task that started it.</summary>
    ChildStarted,

    /// <summary>A child ended; <see cref="ScopeEvent.Outcome"/> says how, <see cref="ScopeEvent.Text"/> why.</summary>
    ChildEnded,

    /// <summary>Somebody asked a scope (or with <see cref="ScopeEvent.Target"/> one child) to stop; <see cref="ScopeEvent.Cause"/> leads to the reason.</summary>
    CancelRequested,

    /// <summary>A task noticed that it was asked to stop. The time between request and this is code that ran on.</summary>
    CancelObserved,

    /// <summary>A timeout scope has a deadline: <see cref="ScopeEvent.Deadline"/>.</summary>
    DeadlineSet,

    /// <summary>Children that were asked to stop have not ended; <see cref="ScopeEvent.Text"/> names them.</summary>
    Straggling,

    /// <summary>The deadline of a timeout scope was moved to <see cref="ScopeEvent.Deadline"/>, or taken away.</summary>
    DeadlineMoved,

    /// <summary>The deadline of a timeout scope passed while its body was running.</summary>
    DeadlineExpired,

    /// <summary>An item went into a queue; <see cref="ScopeEvent.Depth"/> counts it.</summary>
    Put,

    /// <summary>A task was given an item; <see cref="ScopeEvent.Cause"/> is the <see cref="Put"/> that brought it.</summary>
    Get,

    /// <summary>An item taken earlier was marked done.</summary>
    ItemDone,

    /// <summary>A join ended: at that moment every item put so far had been marked done.</summary>
    Joined,

    /// <summary>A queue was shut down: nothing more can be put.</summary>
    ShutDown,

    /// <summary>A task began to wait; <see cref="ScopeEvent.Wait"/> says for what.</summary>
    WaitStarted,

    /// <summary>A task went on after a wait; <see cref="ScopeEvent.Cause"/> is the event that woke it, <see cref="ScopeEvent.By"/> the task that did.</summary>
    WaitEnded,

    /// <summary>A task began to work on <see cref="ScopeEvent.Item"/>.</summary>
    WorkStarted,

    /// <summary>A task ended its work on <see cref="ScopeEvent.Item"/>; <see cref="ScopeEvent.Outcome"/> says how.</summary>
    WorkEnded,

    /// <summary>A remark of the program, to be shown at this place.</summary>
    Mark,

    /// <summary>A line that the program printed.</summary>
    Line,
}

/// <summary>What a task waits for. In JSON: <c>item</c>, <c>room</c>, <c>join</c>, <c>children</c>, <c>signal</c>.</summary>
public enum ScopeWait
{
    /// <summary>For an item, because the queue is empty.</summary>
    Item,

    /// <summary>For room, because the queue is full.</summary>
    Room,

    /// <summary>For every item put so far to be marked done.</summary>
    Join,

    /// <summary>For the children of a scope to end.</summary>
    Children,

    /// <summary>For something that is no part of this library, such as a lock or a signal: <see cref="ScopeTracing.WaitStarted"/> says it.</summary>
    Signal,
}

/// <summary>How a scope, a child, a wait or a piece of work ended. In JSON: <c>succeeded</c>, <c>faulted</c>, <c>cancelled</c>, <c>timed_out</c>.</summary>
public enum ScopeOutcome
{
    /// <summary>It ran to its end.</summary>
    Succeeded,

    /// <summary>It ended with an exception that is not its cancellation.</summary>
    Faulted,

    /// <summary>It was asked to stop, and did.</summary>
    Cancelled,

    /// <summary>Its own deadline cut it short (timeout scopes only).</summary>
    TimedOut,
}

/// <summary>The kinds of scope. In JSON: <c>group</c>, <c>timeout</c>, <c>shield</c>.</summary>
public enum ScopeKind
{
    /// <summary>A <see cref="TaskGroup"/>.</summary>
    Group,

    /// <summary>A <see cref="TimeoutScope"/>.</summary>
    Timeout,

    /// <summary>A <see cref="StructuredConcurrency.Shield"/>.</summary>
    Shield,
}
