namespace StructuredConcurrency;

/// <summary>Where code stands: in which task (when somebody observes), inside which scope. Flows with the execution context.</summary>
/// <remarks>
/// Used for two things only: to tell the story, and to find the deadlines around a timeout scope. Cancellation itself
/// goes by explicit tokens. Code that is not observed and not inside a timeout scope has no frame.
/// </remarks>
internal sealed class ScopeFrame(TracedTask? task, ScopeCore? scope)
{
    private static readonly AsyncLocal<ScopeFrame?> s_current = new();

    public static ScopeFrame? Current
    {
        get => s_current.Value;
        set => s_current.Value = value;
    }

    public TracedTask? Task => task;

    public ScopeCore? Scope => scope;
}
