using System.Runtime.CompilerServices;

namespace StructuredConcurrency.Simulation.Tests;

/// <summary>What the project's README shows is what is compiled and run here.</summary>
public sealed class ReadmeTests
{
    [Theory]
    [InlineData("account")]
    [InlineData("lost update")]
    [InlineData("deadlock")]
    public void Readme_Example_IsTheCodeThatIsTested(string name) =>
        Assert.Equal(Between(Source(), $"    // README: {name}\n", "    // README: end"), Between(Readme(), $"<!-- example: {name} -->\n```csharp\n", "```"));

    [Fact]
    public async Task Readme_Report_IsWhatTheExampleSays()
    {
        var failure = await Assert.ThrowsAsync<ScheduleFailedException>(ReadmeExample.TransfersBothWays);
        Assert.Equal(failure.Message.TrimEnd(), Between(Readme(), "<!-- report: deadlock -->\n```text\n", "```").TrimEnd());
    }

    private static string Readme([CallerFilePath] string file = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(file)!, "../../src/StructuredConcurrency.Simulation/README.md")).ReplaceLineEndings("\n");

    private static string Source([CallerFilePath] string file = "") => File.ReadAllText(Path.Combine(Path.GetDirectoryName(file)!, "ReadmeExample.cs")).ReplaceLineEndings("\n");

    /// <summary>The text between two marks, without the indentation that all its lines share.</summary>
    private static string Between(string text, string start, string end)
    {
        var from = text.IndexOf(start, StringComparison.Ordinal);
        Assert.True(from >= 0, $"'{start}' is not there");
        from += start.Length;
        var lines = text[from..text.IndexOf(end, from, StringComparison.Ordinal)].Trim('\n', ' ').Split('\n');
        return string.Join('\n', lines.Select(line => line.StartsWith("    ", StringComparison.Ordinal) && start.StartsWith("    ", StringComparison.Ordinal) ? line[4..] : line));
    }
}
