namespace Workshop.Lesson.Exercises;

/// <summary>Which rung of the ladder is climbed.</summary>
public sealed record LadderSettings
{
    /// <summary>What is tried on it: behaviours of the conformance suite, each by its number, or by number and name where several have the number.</summary>
    public required IReadOnlyList<string> Behaviours { get; init; }
}
