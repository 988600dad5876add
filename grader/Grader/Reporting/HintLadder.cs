namespace Grader;

/// <summary>The hints of an exercise, from its <c>HINTS.md</c>: one rung under each heading of the second level.</summary>
public static class HintLadder
{
    /// <summary>Reads the rungs.</summary>
    /// <param name="exercise">The exercise.</param>
    /// <param name="root">The repository's root.</param>
    /// <returns>The texts, the gentlest first; none where the exercise has no such file.</returns>
    public static IReadOnlyList<string> Read(ExerciseInfo exercise, string root)
    {
        ArgumentNullException.ThrowIfNull(exercise);
        var file = Path.Combine(root, "exercises", exercise.Slug, "HINTS.md");
        if (!File.Exists(file))
            return [];
        return [.. $"\n{File.ReadAllText(file).ReplaceLineEndings("\n")}".Split("\n## ").Skip(1).Select(rung => rung[(rung.IndexOf('\n', StringComparison.Ordinal) + 1)..].Trim())];
    }
}
