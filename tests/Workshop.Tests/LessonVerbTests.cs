using System.Text.Json;

namespace Workshop.Tests;

public sealed class LessonVerbTests
{
    [Fact]
    public async Task Lesson_Defaults_PrintsItsEventsAndEndsWithTheFiguresOfTheText()
    {
        var run = await CommandLine.RunAsync("lesson");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("PROD 1 0.023", run.Lines[0]);
        Assert.Equal("TIMEOUT 29 28 0.800", run.Lines[^1]);
        Assert.Equal([10, 8, 10], new[] { "C1 ", "C2 ", "C3 " }.Select(name => run.Lines.Count(line => line.StartsWith(name, StringComparison.Ordinal))));
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task Lesson_Twice_PrintsTheSameBytesAndAnotherSeedOthers()
    {
        var first = await CommandLine.RunAsync("lesson");
        var second = await CommandLine.RunAsync("lesson");
        var other = await CommandLine.RunAsync("lesson", "--seed", "8");
        Assert.Equal(first.Out, second.Out);
        Assert.NotEqual(first.Out, other.Out);
    }

    [Fact]
    public async Task Lesson_EnoughTime_EndsWithDone()
    {
        var run = await CommandLine.RunAsync("lesson", "--deadline", "5", "--items", "10");
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("DONE 10 10 ", run.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lesson_RealClock_TimesOutNoEarlierThanItsDeadline()
    {
        var run = await CommandLine.RunAsync("lesson", "--clock", "real");
        var last = run.Lines[^1].Split(' ');
        Assert.Equal("TIMEOUT", last[0]);
        Assert.True(double.Parse(last[3]) >= 0.8, run.Lines[^1]);
    }

    [Fact]
    public async Task Lesson_OnThreads_KeepsItsCountsTrue()
    {
        var run = await CommandLine.RunAsync("lesson", "--on", "threads", "--items", "12", "--deadline", "60", "--consumers", "4");
        Assert.StartsWith("DONE 12 12 ", run.Lines[^1], StringComparison.Ordinal);
        Assert.Equal(12, run.Lines.Count(line => line.StartsWith("PROD ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("loop")]
    [InlineData("threads")]
    public async Task Lesson_CtrlC_EndsWithItsCountsAndExit130(string on)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Signals are sent the Unix way.");
        var run = await CommandLine.InterruptAsync("PROD 3", "lesson", "--clock", "real", "--on", on, "--deadline", "60", "--items", "5000");
        Assert.Equal(130, run.ExitCode);
        Assert.Contains("PROD_CANCEL ", run.Out, StringComparison.Ordinal);
        Assert.StartsWith("CANCELLED ", run.Lines[^1], StringComparison.Ordinal);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task Lesson_Out_WritesEveryFormOfTheTimeline()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "new", "folder");
        var run = await CommandLine.RunAsync("lesson", "--out", path);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["figure.json", "log.jsonl", "timeline.html", "timeline.svg", "trace.json"], Directory.GetFiles(path).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        using var figure = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(path, "figure.json")));
        Assert.True(figure.RootElement.TryGetProperty("data", out _));
    }

    [Fact]
    public async Task Lesson_Json_IsOneDocumentAndNothingElse()
    {
        var run = await CommandLine.RunAsync("lesson", "--json");
        using var document = JsonDocument.Parse(run.Out);
        Assert.Equal("timeout", document.RootElement.GetProperty("outcome").GetString());
        Assert.Equal(29, document.RootElement.GetProperty("produced").GetInt32());
        Assert.Equal(8, document.RootElement.GetProperty("byConsumer").GetProperty("C2").GetInt32());
    }

    [Fact]
    public async Task Readme_Picture_IsTheTimelineOfTheDefaultRun()
    {
        using var folder = new TemporaryFolder();
        await CommandLine.RunAsync("lesson", "--out", folder.Path);
        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(folder.Path, "timeline.svg")),
            await File.ReadAllTextAsync(Path.Combine(CommandLine.Repository, "docs", "lesson-timeline.svg")));
    }
}
