namespace StructuredConcurrency;

/// <summary>Where code stands: in which task (when somebody observes), inside which scope. Flows with the execution context.</summary>
/// <remarks>
/// Used for three things only: to tell the story, to find the deadlines around a timeout scope, and to find a cancellation
/// that is on its way from further out. Cancellation itself goes by explicit tokens.
/// </remarks>
/// <param name="task">The task, when somebody observes.</param>
/// <param name="scope">The innermost scope whose cancellation and deadline reach this code.</param>
/// <param name="shieldedFrom">The scope that the story puts this code in, although a shield keeps its cancellation off.</param>
internal sealed class ScopeFrame(TracedTask? task, ScopeCore? scope, ScopeCore? shieldedFrom = null)
{
    private static readonly AsyncLocal<ScopeFrame?> s_current = new();

    public static ScopeFrame? Current
    {
        get => s_current.Value;
        set => s_current.Value = value;
    }

    /// <summary>The frame of code that somebody observes. Costs next to nothing where nobody ever did.</summary>
    public static ScopeFrame? Observed => TraceRoot.Exists ? ObservedNow() : null; // small, so that it is inlined

    public TracedTask? Task => task;

    public ScopeCore? Scope => scope;

    /// <summary>Where the story puts this code.</summary>
    public ScopeCore? Place => scope ?? shieldedFrom;

    /// <summary>The frame of code that the scopes around it do not reach.</summary>
    public ScopeFrame? Apart() => task is null ? null : new ScopeFrame(task, null, Place);

    /// <summary>The frame of another task's code at the same place.</summary>
    public ScopeFrame For(TracedTask other) => new(other, scope, shieldedFrom);

    private static ScopeFrame? ObservedNow() => s_current.Value is { Task: not null } frame ? frame : null;
}
