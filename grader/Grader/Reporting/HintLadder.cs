namespace Grader;

/// <summary>One rung of a hint ladder.</summary>
/// <param name="Heading">What it is about.</param>
/// <param name="Text">The hint, as Markdown.</param>
public sealed record Hint(string Heading, string Text);

/// <summary>The hints of an exercise, from its <c>HINTS.md</c>: one rung under each heading of the second level.</summary>
public static class HintLadder
{
    /// <summary>Reads the rungs.</summary>
    /// <param name="exercise">The exercise.</param>
    /// <param name="root">The repository's root.</param>
    /// <returns>The rungs, the gentlest first; none where the exercise has no such file.</returns>
    public static IReadOnlyList<Hint> Read(ExerciseInfo exercise, string root)
    {
        ArgumentNullException.ThrowIfNull(exercise);
        var file = Path.Combine(root, "exercises", exercise.Slug, "HINTS.md");
        if (!File.Exists(file))
            return [];
        return [.. $"\n{File.ReadAllText(file).ReplaceLineEndings("\n")}".Split("\n## ").Skip(1).Select(rung => rung.Split('\n', 2)).Select(parts => new Hint(parts[0].Trim(), parts.ElementAtOrDefault(1)?.Trim() ?? ""))];
    }
}
