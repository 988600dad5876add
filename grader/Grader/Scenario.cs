namespace Grader;

/// <summary>One situation in which a learner's code is run, under many schedules.</summary>
/// <param name="Name">Its name, as learners read it: <c>one broken order</c>.</param>
/// <param name="Settings">What the exercise's world is made from; written as JSON it goes to the worker process.</param>
public sealed record Scenario(string Name, object Settings)
{
    /// <summary>Which of an exercise's programs it runs, as <see cref="CheckAttribute.Part"/> names it; <see langword="null"/>: there is only one.</summary>
    public string? Part { get; init; }
}
