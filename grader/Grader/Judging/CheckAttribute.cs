using System.Runtime.CompilerServices;
using Xunit;

namespace Grader;

/// <summary>A fact about a learner's code, with what belongs beside it: points, what is expected, which rung of the hint ladder helps.</summary>
/// <param name="points">Points to be had.</param>
/// <param name="expected">What is expected, as a sentence to the learner.</param>
/// <param name="sourceFilePath">Set by the compiler.</param>
/// <param name="sourceLineNumber">Set by the compiler.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CheckAttribute(
    int points, string expected, [CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    : FactAttribute(sourceFilePath, sourceLineNumber)
{
    /// <summary>Points to be had.</summary>
    public int Points => points;

    /// <summary>What is expected, as a sentence to the learner.</summary>
    public string Expected => expected;

    /// <summary>The rung that helps, from 1.</summary>
    public int HintRung { get; init; } = 1;

    /// <summary>Name of a check without which this one means nothing: where that one failed, a failure here is its echo, and is skipped.</summary>
    public string? DependsOn { get; init; }

    /// <summary>
    /// Which of an exercise's programs it judges: <see cref="Scenario.Part"/>. Where another one ends the worker process, this one is run and judged all the same.
    /// <see langword="null"/>: there is only one.
    /// </summary>
    public string? Part { get; init; }
}
