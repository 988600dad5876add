using System.Text.Json;
using Workshop.Lesson;

namespace Workshop.Tests;

/// <summary>The learner stays in the notebook: a cell asks how the answer in the editor stands.</summary>
public sealed class PracticeTests
{
    [Fact]
    public async Task PracticeCheck_WrongAnswerAskedFromACell_ShowsVerdictReasonAndTimeline()
    {
        using var kit = new KitCopy();
        kit.Write("wrong/WaitedForAnEmptyTray.cs");

        var (html, text) = await CellAsync(kit, "Practice.Check(\"03\")");

        Assert.Contains("<strong>FAIL</strong>", html, StringComparison.Ordinal);
        Assert.Contains("Taken is not processed", html, StringComparison.Ordinal);
        Assert.Contains("replay 03 --trace 1.s1.", html, StringComparison.Ordinal);
        Assert.Contains("<svg", html, StringComparison.Ordinal);
        Assert.Contains("press 2", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.Contains("FAIL", text, StringComparison.Ordinal);
        Assert.Contains("Taken is not processed", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PracticeCheck_RightAnswerAfterAWrongOne_PassesWithoutAnOldPicture()
    {
        using var kit = new KitCopy();
        await kit.CheckAsync("wrong/WaitedForAnEmptyTray.cs");
        kit.Write("Solution.cs");

        var (html, _) = await CellAsync(kit, "Practice.Check(\"join-the-queue\")");

        Assert.Contains("<strong>PASS</strong>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<svg", html, StringComparison.Ordinal);
        Assert.Contains("passed, 100 of 100", (await kit.RunAsync("progress")).Out, StringComparison.Ordinal); // it counts
    }

    [Fact]
    public void PracticeCheck_NoSuchExercise_NamesThoseThereAre() =>
        Assert.Contains("03-join-the-queue", Assert.Throws<ArgumentException>(() => Practice.Check("99")).Message, StringComparison.Ordinal);

    [Fact]
    public void PracticeCheck_Cancelled_StopsBeforeItBegins() =>
        Assert.Throws<OperationCanceledException>(() => Practice.Check("03", new CancellationToken(canceled: true)));

    /// <summary>Runs a notebook of one cell that uses the library as every notebook does, and gives what it shows.</summary>
    private static async Task<(string Html, string Text)> CellAsync(KitCopy kit, string code)
    {
        string[] libraries = ["StructuredConcurrency", "StructuredConcurrency.Simulation", "StructuredConcurrency.Timelines", "Workshop.Lesson"];
        var source = string.Concat(libraries.Select(name => $"#r \"{Path.Combine(CommandLine.Repository, "artifacts", "notebook", name)}.dll\"\n")) + "using Workshop.Lesson;\n" + code;
        var notebook = new
        {
            nbformat = 4,
            nbformat_minor = 5,
            metadata = new { },
            cells = new[] { new { cell_type = "code", id = "ask", execution_count = (int?)null, metadata = new { }, outputs = Array.Empty<object>(), source } },
        };
        Directory.CreateDirectory(kit.In("notebooks"));
        await File.WriteAllTextAsync(kit.In("notebooks/mine.ipynb"), JsonSerializer.Serialize(notebook));
        var run = await kit.RunAsync("notebook", "run", "notebooks/mine.ipynb", "--out", "ran");
        Assert.True(run.ExitCode == 0, run.Out + run.Error);
        using var ran = JsonDocument.Parse(await File.ReadAllTextAsync(kit.In("ran/mine.ipynb")));
        var data = Assert.Single(Assert.Single(ran.RootElement.GetProperty("cells").EnumerateArray()).GetProperty("outputs").EnumerateArray()).GetProperty("data");
        return (Joined(data.GetProperty("text/html")), Joined(data.GetProperty("text/plain")));

        static string Joined(JsonElement text) => text.ValueKind == JsonValueKind.String ? text.GetString()! : string.Concat(text.EnumerateArray().Select(line => line.GetString()));
    }
}
