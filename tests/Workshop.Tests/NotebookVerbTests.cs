using System.Text.Json;
using System.Text.RegularExpressions;

namespace Workshop.Tests;

public sealed partial class NotebookVerbTests
{
    [Fact]
    public async Task NotebookRun_TheLessonsNotebooks_GiveTheStoredBytesAgain()
    {
        using var folder = new TemporaryFolder();
        var run = await CommandLine.RunAsync("notebook", "run", "notebooks", "--check", "--out", folder.Path);
        Assert.True(run.ExitCode == 0, run.Out + run.Error);
        var stored = Directory.GetFiles(Path.Combine(CommandLine.Repository, "notebooks"), "*.ipynb");
        Assert.Equal(stored.Length, run.Lines.Length);
        foreach (var notebook in stored)
        {
            Assert.Equal(await File.ReadAllBytesAsync(notebook), await File.ReadAllBytesAsync(Path.Combine(folder.Path, Path.GetFileName(notebook))));
            Assert.True(File.Exists(Path.Combine(folder.Path, Path.GetFileNameWithoutExtension(notebook) + ".html")));
        }

        // The whole lesson as one page, with the exercises that it links to: no link within it leads nowhere.
        var book = await File.ReadAllTextAsync(Path.Combine(folder.Path, "index.html"));
        Assert.Contains("<title>Structured concurrency in C#</title>", book, StringComparison.Ordinal);
        var places = Place().Matches(book).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        Assert.All(LinkWithin().Matches(book), match => Assert.Contains(match.Groups[1].Value, places));
        Assert.Contains("href=\"#03-join-the-queue\"", book, StringComparison.Ordinal);
        foreach (var notebook in stored)
            Assert.Contains($"<article id=\"{Path.GetFileNameWithoutExtension(notebook)}\">", book, StringComparison.Ordinal);
    }

    [GeneratedRegex(" id=\"([^\"]+)\"")]
    private static partial Regex Place();

    [GeneratedRegex(" href=\"#([^\"]+)\"")]
    private static partial Regex LinkWithin();

    [Fact]
    public async Task NotebookRun_OutputThatDiffersFromTheStored_SaysWhereAndExit1()
    {
        using var folder = new TemporaryFolder();
        var path = await WriteAsync(folder, """Console.WriteLine("new");""", """{"output_type":"stream","name":"stdout","text":["old\n"]}""");
        var run = await CommandLine.RunAsync("notebook", "run", path, "--check");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("cell 1, output 1 (stdout), line 1", run.Out, StringComparison.Ordinal);
        Assert.Contains("- old", run.Out, StringComparison.Ordinal);
        Assert.Contains("+ new", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NotebookRun_CellThatFails_PointsToCellAndLineAndExit1()
    {
        using var folder = new TemporaryFolder();
        var path = await WriteAsync(folder, "var a = 0;\\nvar b = 1 / a;", outputs: "");
        var run = await CommandLine.RunAsync("notebook", "run", path);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("DivideByZeroException", run.Out, StringComparison.Ordinal);
        Assert.Contains("cell 1, line 2", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NotebookRun_CellThatNeverEnds_MeetsItsLimitAndExit1()
    {
        using var folder = new TemporaryFolder();
        var path = await WriteAsync(folder, "while (true) { }", outputs: "");
        var run = await CommandLine.RunAsync("notebook", "run", path, "--timeout", "0.5", "--json");
        Assert.Equal(1, run.ExitCode);
        using var document = JsonDocument.Parse(run.Out);
        var notebook = Assert.Single(document.RootElement.GetProperty("notebooks").EnumerateArray());
        Assert.False(notebook.GetProperty("passed").GetBoolean());
        Assert.Contains("time limit of 0.5 s", notebook.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NotebookRun_TwoNotebooksOfOneNameIntoOneFolder_Exit2BeforeAnythingRuns()
    {
        using var first = new TemporaryFolder();
        using var second = new TemporaryFolder();
        var paths = new[] { await WriteAsync(first, "1", outputs: ""), await WriteAsync(second, "2", outputs: "") };
        var run = await CommandLine.RunAsync("notebook", "run", paths[0], paths[1], "--out", Path.Combine(first.Path, "out"));
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Contains("--out would write small.ipynb twice", run.Error, StringComparison.Ordinal);
    }

    private static async Task<string> WriteAsync(TemporaryFolder folder, string source, string outputs)
    {
        var path = Path.Combine(folder.Path, "small.ipynb");
        var cell = "{\"cell_type\":\"code\",\"execution_count\":1,\"id\":\"a\",\"metadata\":{},\"outputs\":[" + outputs + "],\"source\":[\"" + source.Replace("\"", "\\\"", StringComparison.Ordinal) + "\"]}";
        await File.WriteAllTextAsync(path, "{\"cells\":[" + cell + "],\"metadata\":{},\"nbformat\":4,\"nbformat_minor\":5}");
        return path;
    }
}
