using System.Text.Json;
using System.Xml.Linq;

namespace Workshop.Tests;

public sealed class TimelineVerbTests
{
    [Fact]
    public async Task Timeline_EveryEnding_DrawsThatFormOfTheLog()
    {
        using var folder = new TemporaryFolder();
        await CommandLine.RunAsync("lesson", "--out", folder.Path);
        string[] names = ["a.html", "a.svg", "a.txt", "a.figure.json", "new/a.trace.json"];

        var run = await CommandLine.RunAsync(["timeline", In("log.jsonl"), .. names.SelectMany(name => new[] { "--out", In(name) })]);

        Assert.Equal((0, "", ""), (run.ExitCode, run.Out, run.Error));
        Assert.Equal(Read("timeline.html"), Read("a.html"));
        Assert.Equal(Read("timeline.svg"), Read("a.svg"));
        Assert.Equal(Read("figure.json"), Read("a.figure.json"));
        Assert.Equal(Read("trace.json"), Read("new/a.trace.json"));
        Assert.StartsWith("TIMEOUT 29 28 0.800\n", Read("a.txt"), StringComparison.Ordinal);

        string In(string name) => Path.Combine(folder.Path, name);
        string Read(string name) => File.ReadAllText(In(name));
    }

    [Fact]
    public async Task Timeline_WithoutOut_PrintsTheTextDrawing()
    {
        using var folder = new TemporaryFolder();
        await CommandLine.RunAsync("lesson", "--out", folder.Path);

        var run = await CommandLine.RunInAsync(folder.Path, "timeline", "log.jsonl");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("TIMEOUT 29 28 0.800", run.Lines[0]);
        Assert.Contains("C2 held item 29", string.Join(' ', run.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Timeline_LogThatWasCutOff_IsDrawnAsFarAsItGoes()
    {
        using var folder = new TemporaryFolder();
        await CommandLine.RunAsync("lesson", "--out", folder.Path);
        var log = Path.Combine(folder.Path, "log.jsonl");
        var lines = await File.ReadAllLinesAsync(log);
        await File.WriteAllTextAsync(log, string.Join('\n', lines[..(lines.Length / 2)]) + "\n{\"seq\":");

        var run = await CommandLine.RunInAsync(folder.Path, "timeline", "log.jsonl", "--out", "half.svg", "--out", "half.trace.json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(XDocument.Load(Path.Combine(folder.Path, "half.svg")).Descendants(), e => e.Value.Contains("never ended", StringComparison.Ordinal));
        Assert.Contains(XDocument.Load(Path.Combine(folder.Path, "half.svg")).Descendants(), e => e.Value.StartsWith("Note: The file ends in the middle of line ", StringComparison.Ordinal));
        using var trace = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder.Path, "half.trace.json")));
    }

    [Fact]
    public async Task Timeline_WithASecondLog_DrawsBothInEveryForm()
    {
        using var folder = new TemporaryFolder();
        await CommandLine.RunAsync("lesson", "--out", Path.Combine(folder.Path, "first"));
        await CommandLine.RunAsync("lesson", "--consumers", "4", "--out", Path.Combine(folder.Path, "second"));
        string[] names = ["a.html", "a.svg", "a.txt", "a.figure.json", "a.trace.json"];

        var run = await CommandLine.RunInAsync(folder.Path, ["timeline", "first/log.jsonl", "--compare", "second/log.jsonl", .. names.SelectMany(name => new[] { "--out", name })]);

        Assert.Equal((0, "", ""), (run.ExitCode, run.Out, run.Error));
        Assert.All(names, name => Assert.Contains("first/log.jsonl", File.ReadAllText(Path.Combine(folder.Path, name)), StringComparison.Ordinal));
        Assert.All(names[..4], name => Assert.Contains("C4", File.ReadAllText(Path.Combine(folder.Path, name)), StringComparison.Ordinal));
        Assert.Contains("C4 is there only in", await File.ReadAllTextAsync(Path.Combine(folder.Path, "a.html")), StringComparison.Ordinal);
        using var trace = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder.Path, "a.trace.json")));
        Assert.Equal(2, trace.RootElement.GetProperty("traceEvents").EnumerateArray().Select(e => e.GetProperty("pid").GetInt32()).Distinct().Count());
    }

    [Fact]
    public async Task Timeline_OneBadEndingAmongSeveral_WritesNothing()
    {
        using var folder = new TemporaryFolder();
        await CommandLine.RunAsync("lesson", "--out", folder.Path);

        var run = await CommandLine.RunInAsync(folder.Path, "timeline", "log.jsonl", "--out", "good.svg", "--out", "bad.gif");

        Assert.Equal(2, run.ExitCode);
        Assert.False(File.Exists(Path.Combine(folder.Path, "good.svg")));
    }

    [Fact]
    public async Task Timeline_LineThatIsNoEvent_IsNamedByItsNumber()
    {
        using var folder = new TemporaryFolder();
        await CommandLine.RunAsync("lesson", "--out", folder.Path);
        await File.AppendAllTextAsync(Path.Combine(folder.Path, "log.jsonl"), "{\"seq\":1,\"time\":0,\"kind\":\"sneezed\"}\n");

        var run = await CommandLine.RunInAsync(folder.Path, "timeline", "log.jsonl");

        Assert.Equal(2, run.ExitCode);
        Assert.Matches(@"^workshop: log\.jsonl:\d+: ""sneezed"" is not a known kind\. ", Assert.Single(run.Error.TrimEnd('\n').Split('\n')));
    }
}
