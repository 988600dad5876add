using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Workshop.Lesson;

namespace StructuredConcurrency.Timelines.Tests;

public class PlotlyFigureTests
{
    [Fact]
    public async Task ToPlotlyFigure_EveryStory_IsValidToPlotlyItself()
    {
        var figures = new JsonArray();
        Add("lesson", Logs.Lesson());
        Add("done", Logs.Lesson(new LessonSettings { Items = 20, Deadline = TimeSpan.FromSeconds(10) }));
        Add("room", Logs.Lesson(new LessonSettings { Consumers = 1, Capacity = 3 }));
        Add("small", Logs.Small());
        Add("cut off", Logs.Of(Logs.Lesson().Events.Take(50)));
        Add("headless", Logs.Of(Logs.Lesson().Events.Skip(50)));
        Add("hostile", HostileNames.Log());
        Add("one event", Logs.Of(Logs.Lesson().Events.Take(1)));
        Add("one remark", Logs.Run(() =>
        {
            ScopeTracing.Mark("nothing else happens");
            return Task.CompletedTask;
        }));
        Add("empty", new EventLog());
        for (var seed = 0; seed < 20; seed++)
        {
            Add($"program {seed}", RandomProgram.Run(seed));
            Add($"program {seed}, every third event", Logs.Of(RandomProgram.Run(seed).Events.Where((_, i) => i % 3 == 0)));
        }

        var answer = JsonNode.Parse(await PlotlyTestBed.ValidateAsync(figures.ToJsonString()))!;

        Assert.Equal(PlotlyScript.Version, answer["version"]!.GetValue<string>());
        Assert.True(answer["wrong"]!.AsArray().Count == 0, answer["wrong"]!.ToJsonString());

        void Add(string name, EventLog log) => figures.Add(new JsonObject { ["name"] = name, ["figure"] = JsonNode.Parse(Timeline.From(log).ToPlotlyFigure()) });
    }

    [Fact]
    public void Integrity_OfThePagesScript_IsThatOfThePackage()
    {
        var script = PlotlyTestBed.ScriptOrSkip();

        Assert.Equal(PlotlyScript.Integrity, "sha384-" + Convert.ToBase64String(SHA384.HashData(File.ReadAllBytes(script))));
    }

    [Fact]
    public void ToPlotlyFigure_TheLesson_StaysBelow20KB() =>
        Assert.InRange(Encoding.UTF8.GetByteCount(Timeline.From(Logs.Lesson()).ToPlotlyFigure()), 5_000, 20_000);

    [Fact]
    public void ToPlotlyFigure_TheLesson_HidesHandOffsUntilAskedFor()
    {
        var figure = JsonNode.Parse(Timeline.From(Logs.Lesson()).ToPlotlyFigure())!;

        var handOffs = figure["data"]!.AsArray().Single(t => t!["name"]!.GetValue<string>() == "hand-off")!;
        Assert.Equal("legendonly", handOffs["visible"]!.GetValue<string>());
        Assert.Equal(3 * 29, handOffs["x"]!.AsArray().Count);
    }

    [Fact]
    public void ToPlotlyFigure_BarsOfOneLane_AddUpToItsLife()
    {
        var figure = JsonNode.Parse(Timeline.From(Logs.Lesson()).ToPlotlyFigure())!;

        var sums = new Dictionary<int, decimal>();
        foreach (var trace in figure["data"]!.AsArray().Where(t => t!["type"]!.GetValue<string>() == "bar"))
        {
            foreach (var (lane, length) in trace!["y"]!.AsArray().Zip(trace["x"]!.AsArray()))
                sums[lane!.GetValue<int>()] = sums.GetValueOrDefault(lane.GetValue<int>()) + length!.GetValue<decimal>();
        }

        Assert.All(Enumerable.Range(0, 6), lane => Assert.Equal(0.8m, sums[lane]));
    }

    [Fact]
    public void ToPlotlyFigure_HostileNames_LeavesNoMarkupForPlotlyToRead()
    {
        var figure = Timeline.From(HostileNames.Log()).ToPlotlyFigure();
        using var parsed = JsonDocument.Parse(figure);

        Assert.DoesNotContain('<', figure);
        Assert.DoesNotContain("<script", Strings(parsed.RootElement).Aggregate((a, b) => a + b), StringComparison.Ordinal);
        Assert.Contains(Strings(parsed.RootElement), s => s.Contains("&lt;/script&gt;", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Strings(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Strings(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Strings),
        JsonValueKind.String => [element.GetString()!],
        _ => [],
    };
}

/// <summary>plotly.js on Node, from the npm package that <c>plotly/package-lock.json</c> pins.</summary>
internal static class PlotlyTestBed
{
    private static readonly string s_folder = Find();

    public static string ScriptOrSkip()
    {
        var script = Path.Combine(s_folder, "node_modules", "plotly.js-dist-min", "plotly.min.js");
        if (!File.Exists(script))
            Missing("plotly.js is not installed: run 'npm ci' in tests/StructuredConcurrency.Timelines.Tests/plotly");
        return script;
    }

    public static async Task<string> ValidateAsync(string figures)
    {
        ScriptOrSkip();
        var start = new ProcessStartInfo("node", ["validate.js"]) { WorkingDirectory = s_folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        Process? node = null;
        try
        {
            node = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Missing("Node is not installed: plotly.js cannot be asked whether the figures are valid");
        }

        using (node)
        {
            var output = node!.StandardOutput.ReadToEndAsync();
            var errors = node.StandardError.ReadToEndAsync();
            await node.StandardInput.WriteAsync(figures);
            node.StandardInput.Close();
            await node.WaitForExitAsync();
            var error = await errors; // begins with the whole script, where plotly itself throws: what went wrong stands at the end
            Assert.True(node.ExitCode == 0, error.Length > 1000 ? error[^1000..] : error);
            return await output;
        }
    }

    /// <summary>A machine of a learner's need not have Node; where every check must run, what is missing is a failure.</summary>
    private static void Missing(string reason)
    {
        Assert.False(string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase), reason);
        Assert.Skip(reason);
    }

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Directory.Packages.props")))
            folder = Path.GetDirectoryName(folder);
        return Path.Combine(folder ?? "", "tests", "StructuredConcurrency.Timelines.Tests", "plotly");
    }
}
