namespace StructuredConcurrency;

/// <summary>What a test looks for in an <see cref="EventLog"/>: a kind of event, and as much of the rest as matters. What is left out may be anything.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Task">Name of the task that it happened to.</param>
/// <param name="Item">The item.</param>
/// <param name="Text">Part of the event's words.</param>
/// <param name="Outcome">How it ended.</param>
public readonly record struct ExpectedEvent(ScopeEventKind Kind, string? Task = null, string? Item = null, string? Text = null, ScopeOutcome? Outcome = null)
{
    /// <summary>Any event of a kind.</summary>
    /// <param name="kind">The kind.</param>
    public static implicit operator ExpectedEvent(ScopeEventKind kind) => new(kind);

    /// <summary>Whether an event is such a one.</summary>
    /// <param name="scopeEvent">The event.</param>
    public bool Matches(in ScopeEvent scopeEvent) =>
        scopeEvent.Kind == Kind
        && (Task is null || scopeEvent.TaskName == Task)
        && (Item is null || scopeEvent.Item == Item)
        && (Text is null || scopeEvent.Text?.Contains(Text, StringComparison.Ordinal) == true)
        && (Outcome is null || scopeEvent.Outcome == Outcome);

    /// <summary>The event in words, as messages show it: <c>Get, task C1, item 7</c>.</summary>
    public override string ToString() => string.Concat(
        Kind.ToString(),
        Task is null ? "" : $", task {Task}",
        Item is null ? "" : $", item {Item}",
        Outcome is null ? "" : $", {Outcome}",
        Text is null ? "" : $", \"{Text}\"");

    internal static ExpectedEvent Of(in ScopeEvent e) => new(e.Kind, e.TaskName, e.Item, e.Text, e.Outcome);
}
