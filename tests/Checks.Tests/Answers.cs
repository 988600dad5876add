using System.Text.RegularExpressions;

namespace Checks.Tests;

/// <summary>The answers in <c>solutions/</c>, right and wrong, as they lie in the repository.</summary>
public static partial class Answers
{
    public static string Root { get; } = Grader.Repository.FindRoot();

    public static IEnumerable<TheoryDataRow<string, string>> Right() =>
        from exercise in Exercises.All
        from file in Files(exercise.Slug, "right").Append("Solution.cs")
        select new TheoryDataRow<string, string>(exercise.Slug, file);

    public static IEnumerable<TheoryDataRow<string, string>> Wrong() =>
        from exercise in Exercises.All
        from file in Files(exercise.Slug, "wrong")
        select new TheoryDataRow<string, string>(exercise.Slug, file);

    public static string PathOf(string exercise, string file) => Path.Combine(Root, "solutions", exercise, file);

    /// <summary>What the first line of a wrong answer promises.</summary>
    public static (string Check, string Misconception) PromiseOf(string path)
    {
        var match = Promise().Match(File.ReadLines(path).First());
        Assert.True(match.Success, $"{path}: the first line must read: // caught by: CheckName — misconception");
        return (match.Groups[1].Value, match.Groups[2].Value);
    }

    [GeneratedRegex("^// caught by: (\\w+) — (.+)$")]
    private static partial Regex Promise();

    private static IEnumerable<string> Files(string exercise, string folder) =>
        Directory.EnumerateFiles(PathOf(exercise, folder), "*.cs").Order(StringComparer.Ordinal).Select(path => $"{folder}/{Path.GetFileName(path)}");
}
