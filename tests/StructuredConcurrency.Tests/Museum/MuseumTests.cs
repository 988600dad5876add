using System.Reflection;
using System.Text.RegularExpressions;

namespace StructuredConcurrency.Tests.Museum;

public sealed partial class MuseumTests
{
    private static readonly string[] s_files = [.. Directory.GetFiles(Quote.Folder, "Trap*.cs").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Files => [.. s_files];

    [Fact]
    public void Readme_Table_NamesEveryFileInOrder()
    {
        var rows = File.ReadAllLines(Path.Combine(Quote.Folder, "README.md")).Select(line => Row().Match(line)).Where(match => match.Success).ToList();
        Assert.Equal(s_files, rows.Select(row => row.Groups["file"].Value));
        Assert.Equal(Enumerable.Range(1, rows.Count), rows.Select(row => int.Parse(row.Groups["number"].Value)));
        Assert.All(rows, row => Assert.StartsWith($"Trap{int.Parse(row.Groups["number"].Value):00}_", row.Groups["file"].Value, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Exhibit_HasTrapAndAnswerProvedAndShortEnoughToQuote(string file)
    {
        var exhibit = Assert.Single(typeof(MuseumTests).Assembly.GetTypes(), type => type.Name == Path.GetFileNameWithoutExtension(file));
        var tests = exhibit.GetMethods().Where(method => method.IsDefined(typeof(FactAttribute))).Select(method => method.Name).ToList();
        foreach (var program in (string[])["Trap", "Answer"])
        {
            Assert.NotNull(exhibit.GetMethod(program, BindingFlags.Static | BindingFlags.NonPublic));
            Assert.Contains(tests, name => name.StartsWith($"{program}_", StringComparison.Ordinal));

            var lines = Quote.Method(file, program).Split('\n');
            Assert.InRange(lines.Length, 1, 22);
            Assert.All(lines, line => Assert.DoesNotContain("Assert.", line, StringComparison.Ordinal));
            Assert.True(lines[^1] is "}" or "});" || lines[^1].EndsWith(';'), lines[^1]);
        }
    }

    [Fact]
    public void Quote_MethodWithABlankLineInside_GivesAllOfItAndNothingElse()
    {
        var text = Quote.Method("Trap24_NoAwaitStillInterleaves.cs", "Trap");
        Assert.StartsWith("internal static async Task<int> Trap(Action meanwhile)\n{\n    var served = 0;\n", text, StringComparison.Ordinal);
        Assert.EndsWith("        served = before + 1;\n    }\n}", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Quote_MethodOfOneLine_GivesThatLine() => Assert.Equal(
        "internal static Task Trap(Func<Task> deliver, CancellationToken token) => Task.Run(deliver, token);",
        Quote.Method("Trap07_CancellationIsOnlyARequest.cs", "Trap"));

    [Fact]
    public void Quote_NoSuchMethod_Throws() =>
        Assert.Throws<ArgumentException>("name", () => Quote.Method("Trap07_CancellationIsOnlyARequest.cs", "Nobody"));

    [GeneratedRegex(@"^\| (?<number>\d+)\. .+ \| `(?<file>Trap\w+\.cs)` \| .+ \| .+ \|$")]
    private static partial Regex Row();
}
