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
        Add("large", Logs.Lesson(new LessonSettings { Items = 1_500, Deadline = TimeSpan.FromHours(1) }));
        Add("signal", Logs.Signal());
        Add("still waiting", Logs.StillWaiting());
        for (var seed = 0; seed < 20; seed++)
        {
            Add($"program {seed}", RandomProgram.Run(seed));
            Add($"program {seed}, every third event", Logs.Of(RandomProgram.Run(seed).Events.Where((_, i) => i % 3 == 0)));
        }

        var compared = Timeline.Compare(Timeline.From(Logs.Lesson()), Timeline.From(RandomProgram.Run(3)), "<b>lesson</b>");
        figures.Add(new JsonObject { ["name"] = "compared", ["figure"] = JsonNode.Parse(compared.ToPlotlyFigure()) });
        var answer = JsonNode.Parse(await NodeTestBed.ValidateAsync(figures.ToJsonString()))!;

        Assert.Equal(PlotlyScript.Version, answer["version"]!.GetValue<string>());
        Assert.True(answer["wrong"]!.AsArray().Count == 0, answer["wrong"]!.ToJsonString());

        void Add(string name, EventLog log) => figures.Add(new JsonObject { ["name"] = name, ["figure"] = JsonNode.Parse(Timeline.From(log).ToPlotlyFigure()) });
    }

    [Fact]
    public void Integrity_OfThePagesScript_IsThatOfThePackage()
    {
        var script = NodeTestBed.PlotlyOrSkip();

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
    public void ToPlotlyFigure_LogWithMoreThanItCanShow_SummarisesAndSaysSo()
    {
        var figure = JsonNode.Parse(Timeline.From(Logs.Lesson(new LessonSettings { Items = 5_000, Deadline = TimeSpan.FromHours(1) })).ToPlotlyFigure())!;

        var traces = figure["data"]!.AsArray();
        Assert.InRange(traces.Where(t => t!["type"]!.GetValue<string>() == "bar").Sum(t => t!["x"]!.AsArray().Count), 5, 1_510);
        Assert.InRange(figure.ToJsonString().Length, 1, 300_000);
        Assert.Contains("short states, ", traces.Single(t => t!["name"]!.GetValue<string>() == "many short states")!["customdata"]!.ToJsonString(), StringComparison.Ordinal);
        var said = figure["layout"]!["title"]!["subtitle"]!["text"]!.GetValue<string>();
        Assert.Contains("Runs of short states are drawn as one grey bar.", said, StringComparison.Ordinal);
        Assert.Contains("hand-offs of 5003 items", string.Join(' ', said.Split("</b><br><b>")), StringComparison.Ordinal);
    }

    [Fact]
    public void ToPlotlyFigure_LogThatDoesNotAddUp_SaysSo()
    {
        var figure = JsonNode.Parse(Timeline.From(Logs.Of(Logs.Lesson().Events.Skip(50))).ToPlotlyFigure())!;

        Assert.Contains("<b>Note: The log has no", figure["layout"]!["title"]!["subtitle"]!["text"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void ToPlotlyFigure_WaitThatBeginsWhereTheLogEnds_IsThere()
    {
        var figure = JsonNode.Parse(Timeline.From(Logs.StillWaiting()).ToPlotlyFigure())!;

        var stub = figure["data"]!.AsArray().Single(t => t!["name"]!.GetValue<string>() == "waiting for an item, still")!;
        Assert.Equal("C", Assert.Single(stub["customdata"]!.AsArray())!.GetValue<string>());
        Assert.Equal(0.03m, Assert.Single(stub["base"]!.AsArray())!.GetValue<decimal>());
    }

    [Fact]
    public void ToPlotlyFigure_OfAComparison_HasBothRunsAndMarksWhatDiffers()
    {
        var first = Timeline.From(Logs.Lesson());
        var second = Timeline.From(Logs.Lesson(new LessonSettings { Consumers = 4 }));

        var figure = JsonNode.Parse(Timeline.Compare(first, second, "three", "four").ToPlotlyFigure())!;

        var names = figure["layout"]!["yaxis"]!["ticktext"]!.AsArray().Select(name => name!.GetValue<string>().Trim('\u00A0')).ToList();
        Assert.Equal(first.Lanes.Count + second.Lanes.Count + 2, names.Count);
        Assert.Equal("<b>A  three</b>", names[0]);
        Assert.Contains("≠ C4", names);
        Assert.Equal(names.Count, figure["layout"]!["yaxis"]!["tickvals"]!.AsArray().Count);
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
