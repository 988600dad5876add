using System.Globalization;
using System.Xml.Linq;
using Workshop.Lesson;

namespace StructuredConcurrency.Timelines.Tests;

public class SvgDrawingTests
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    public static TheoryData<string> Stories => ["lesson", "done", "room", "big", "small", "hostile", "signal", "empty"];

    [Theory]
    [MemberData(nameof(Stories))]
    public void ToSvg_AnyStory_IsCompleteInItself(string story)
    {
        var text = Draw(story);
        var svg = XDocument.Parse(text);

        Assert.Equal(s_svg + "svg", svg.Root!.Name);
        Assert.DoesNotContain(svg.Descendants(), e => e.Name.LocalName is "script" or "image" or "use" or "foreignObject" or "a" or "link");
        Assert.DoesNotContain(svg.Descendants().Attributes(), a => a.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase) || a.Name.LocalName == "href");
        var addresses = svg.Descendants().Attributes().Where(a => !a.IsNamespaceDeclaration).Select(a => a.Value).Concat(svg.Descendants(s_svg + "style").Select(e => e.Value));
        Assert.DoesNotContain(addresses, a => a.Contains("http", StringComparison.Ordinal) || a.Contains("@import", StringComparison.Ordinal) || a.Contains("@font-face", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Stories))]
    public void ToSvg_AnyStory_HasANameAndADescription(string story)
    {
        var svg = XDocument.Parse(Draw(story)).Root!;

        Assert.Equal("img", svg.Attribute("role")!.Value);
        var ids = svg.Attribute("aria-labelledby")!.Value.Split(' ');
        Assert.Equal(ids, new[] { svg.Element(s_svg + "title")!.Attribute("id")!.Value, svg.Element(s_svg + "desc")!.Attribute("id")!.Value });
        Assert.NotEqual("", svg.Element(s_svg + "desc")!.Value);
    }

    [Theory]
    [MemberData(nameof(Stories))]
    public void ToSvg_AnyStory_UsesOnlyPatternsThatItDefines(string story)
    {
        var svg = XDocument.Parse(Draw(story));
        var defined = svg.Descendants(s_svg + "pattern").Select(e => $"url(#{e.Attribute("id")!.Value})").ToHashSet();

        Assert.All(svg.Descendants().Attributes("fill").Where(a => a.Value.StartsWith("url", StringComparison.Ordinal)), a => Assert.Contains(a.Value, defined));
    }

    [Theory]
    [MemberData(nameof(Stories))]
    public void ToSvg_AnyStory_KeepsEverythingInsideTheFrame(string story)
    {
        var svg = XDocument.Parse(Draw(story)).Root!;
        var height = double.Parse(svg.Attribute("viewBox")!.Value.Split(' ')[3], CultureInfo.InvariantCulture);

        foreach (var e in svg.Descendants().Where(e => e.Parent!.Name.LocalName != "pattern" && e.Attribute("x") is not null))
        {
            Assert.InRange(Number(e, "x"), 0, 1100);
            Assert.InRange(Number(e, "y"), 0, height);
            Assert.InRange(Number(e, "x") + Number(e, "width"), 0, 1100.01);
        }
    }

    [Fact]
    public void ToSvg_WhereverItIsShown_HasNoSizeThatAPageTakesLiterally()
    {
        var svg = XDocument.Parse(Draw("lesson")).Root!;

        Assert.Null(svg.Attribute("width"));
        Assert.Null(svg.Attribute("height"));
        Assert.Equal("width:1100px;max-width:100%;height:auto", svg.Attribute("style")!.Value);
    }

    [Fact]
    public void ToSvg_NamesOfWideLetters_AreShortenedToTheirRoom()
    {
        var wide = new string('W', 30);
        var log = new Story().Scope(1, "group", ScopeKind.Group).Child(1, wide, scope: 1).Child(2, new string('i', 20), scope: 1)
            .Add(new ScopeEvent { Kind = ScopeEventKind.Put, Task = 1, Queue = wide, Depth = 1 }).At(10).Ended(1).Ended(2).Log;

        var labels = XDocument.Parse(Timeline.From(log).ToSvg()).Descendants(s_svg + "text").Where(e => e.Attribute("class")?.Value == "tl-name").ToList();

        Assert.Equal(3, labels.Count);
        var left = XDocument.Parse(Timeline.From(log).ToSvg()).Descendants(s_svg + "rect").First(e => e.Attribute("class")?.Value == "tl-scope");
        Assert.All(labels, label => Assert.True(Number(label, "x") + DisplayText.Ems(label.Value) * 16 * 1.08 <= Number(left, "x"), label.Value));
        Assert.Contains(labels, label => label.Value == new string('i', 20));
    }

    [Fact]
    public void ToSvg_ScopesNestedDeep_KeepBarsThatStandOutFromTheirGround()
    {
        var story = new Story();
        for (var depth = 1; depth <= 12; depth++)
            story.Scope(depth, $"level {depth}", ScopeKind.Group, depth > 1 ? depth - 1 : null);
        for (var depth = 12; depth >= 1; depth--)
            story.At(10 * (13 - depth)).Closed(depth, ScopeOutcome.Succeeded);

        var classes = XDocument.Parse(Timeline.From(story.Log).ToSvg()).Descendants(s_svg + "rect").Select(e => e.Attribute("class")?.Value).ToList();

        Assert.Equal(12, classes.Count(c => c == "tl-scope"));
        Assert.Equal(4, classes.Count(c => c == "tl-scope-ground"));
    }

    [Fact]
    public void ToSvg_TheLesson_LabelsTheDeadlineAndTheItemInFlight()
    {
        var texts = XDocument.Parse(Draw("lesson")).Descendants(s_svg + "text").Select(e => e.Value).ToList();

        Assert.Contains("deadline 0.800 s", texts);
        Assert.Contains("8 finished · held 29", texts);
        Assert.Contains("29 put", texts);
        Assert.Contains("capacity 4", texts);
    }

    [Fact]
    public void ToSvg_TheLesson_PutsAWordBehindEverySpan()
    {
        var timeline = Timeline.From(Logs.Lesson());
        var tips = XDocument.Parse(timeline.ToSvg()).Descendants(s_svg + "rect").Elements(s_svg + "title").Select(e => e.Value).ToList();

        Assert.Contains("C2: working on item 29, cut short by cancellation, 0.779–0.800 s (21 ms)", tips);
        Assert.Equal(timeline.Lanes.Where(l => l.Kind == LaneKind.Task).Sum(l => l.Spans.Count) + 2, tips.Count);
    }

    [Fact]
    public void ToSvg_Legend_ShowsOnlyWhatOccurs()
    {
        var svg = Draw("lesson");

        Assert.Contains(">waiting for an item<", svg, StringComparison.Ordinal);
        Assert.DoesNotContain(">waiting for room<", svg, StringComparison.Ordinal);
        Assert.DoesNotContain(">failure<", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void ToSvg_TheLesson_SetsNoTwoTextsOverOneAnother()
    {
        // Widths as the drawing itself reckons them; the bars' labels are centred, all others begin where they stand.
        var boxes = XDocument.Parse(Draw("lesson")).Descendants(s_svg + "text").Select(e =>
        {
            var style = e.Attribute("class")!.Value;
            var width = DisplayText.Ems(e.Value) * 15 * (style == "tl-title" ? 1.5 : 1);
            var x = Number(e, "x") - (style.Contains("mid", StringComparison.Ordinal) || style == "tl-on-bar" ? width / 2 : style.Contains("end", StringComparison.Ordinal) ? width : 0);
            return (e.Value, Left: x, Right: x + width, Y: Number(e, "y"));
        }).ToList();

        Assert.All(boxes, a => Assert.DoesNotContain(boxes, b => b != a && Math.Abs(a.Y - b.Y) < 14 && a.Left < b.Right && b.Left < a.Right));
    }

    private static string Draw(string story) => Timeline.From(story switch
    {
        "lesson" => Logs.Lesson(),
        "done" => Logs.Lesson(new LessonSettings { Items = 20, Deadline = TimeSpan.FromSeconds(10) }),
        "room" => Logs.Lesson(new LessonSettings { Consumers = 1, Capacity = 3 }),
        "big" => Logs.Lesson(new LessonSettings { Items = 200, Consumers = 8, Deadline = TimeSpan.FromSeconds(10) }),
        "small" => Logs.Small(),
        "hostile" => HostileNames.Log(),
        "signal" => Logs.Signal(),
        _ => new EventLog(),
    }).ToSvg();

    [Fact]
    public void ToSvg_DeadlineOfAnInnerScope_DoesNotReachWhoeverLiesBelowIt()
    {
        var svg = XDocument.Parse(Timeline.From(Logs.Run(() => TaskGroup.RunAsync(group =>
        {
            group.Start(token => TimeoutScope.TryRunAsync(TimeSpan.FromMilliseconds(50), inner => Logs.Delay(900, inner.Token), token), "careful");
            group.Start(token => Logs.Delay(100, token), "bystander");
            return Task.CompletedTask;
        }))).ToSvg());

        var line = svg.Descendants().Single(e => e.Attribute("class")?.Value == "tl-red").Attribute("d")!.Value;
        var bystander = svg.Descendants(s_svg + "text").Single(e => e.Value == "bystander");
        Assert.InRange(double.Parse(line[(line.IndexOf('V', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture), 0, Number(bystander, "y") - 16);
    }

    [Fact]
    public void ToSvg_WaitInWhichALogEnds_IsSeenAlthoughItTookNoTime()
    {
        var log = new Story().Scope(1, "group", ScopeKind.Group).Child(1, "C", 1).Work(1, "A").At(10).Worked(1, "A").Wait(1, ScopeWait.Item).Log;

        var svg = Timeline.From(log).ToSvg();

        Assert.Contains("C: waiting for an item when the log ends", svg, StringComparison.Ordinal);
        Assert.Contains(">waiting for an item<", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void ToSvg_Remarks_StandBesideTheirMarks()
    {
        var log = new Story().Scope(1, "group", ScopeKind.Group).Child(1, "T1", 1)
            .At(10).Add(new ScopeEvent { Kind = ScopeEventKind.Mark, Task = 1, Text = "reads 0" })
            .At(90).Add(new ScopeEvent { Kind = ScopeEventKind.Mark, Task = 1, Text = "writes 1" })
            .Add(new ScopeEvent { Kind = ScopeEventKind.Mark, Task = 1, Text = "and ends" })
            .Add(new ScopeEvent { Kind = ScopeEventKind.Mark, Task = 1, Text = "has no room" })
            .At(100).Ended(1).Log;

        var texts = XDocument.Parse(Timeline.From(log).ToSvg()).Descendants(s_svg + "text").Select(e => e.Value).ToList();

        Assert.Contains("reads 0", texts);
        Assert.Contains("writes 1", texts);
        Assert.DoesNotContain("has no room", texts);
    }

    [Fact]
    public void ToSvg_LogWithMoreLanesAndSpansThanAPictureHolds_IsSummarisedAndSaysSo()
    {
        var story = new Story().Scope(1, "group", ScopeKind.Group);
        for (var task = 1; task <= 300; task++)
            story.Child(task, $"T{task}", 1);
        for (var step = 1; step <= 40; step++)
        {
            for (var task = 1; task <= 300; task++)
                story.At(step).Work(task, "A");
            for (var task = 1; task <= 300; task++)
                story.At(step + 0.4).Worked(task, "A");
        }

        for (var task = 1; task <= 300; task++)
            story.Ended(task);
        story.Add(new ScopeEvent { Kind = ScopeEventKind.CancelRequested, Target = 300, Scope = 1 });
        var timeline = Timeline.From(story.At(9000).Closed(1, ScopeOutcome.Succeeded).Log);

        var svg = timeline.ToSvg();

        Assert.Contains(">241 more lanes are left out for want of room.<", svg, StringComparison.Ordinal);
        Assert.Contains(">many short states, blue: the share of work<", svg, StringComparison.Ordinal);
        Assert.InRange(XDocument.Parse(svg).Descendants(s_svg + "rect").Count(), 60, 500);
        Assert.Contains("241 more lanes are left out for want of room.", timeline.ToText(), StringComparison.Ordinal);
        Assert.InRange(timeline.ToText().Split('\n').Length, 60, 250);
        Assert.Contains("T300", timeline.ToTraceJson(), StringComparison.Ordinal); // nothing is left out of what programs read
    }

    private static double Number(XElement e, string name) => double.Parse(e.Attribute(name)?.Value ?? "0", CultureInfo.InvariantCulture);
}
