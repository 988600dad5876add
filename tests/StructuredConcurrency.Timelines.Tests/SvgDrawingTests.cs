using System.Globalization;
using System.Xml.Linq;
using Workshop.Lesson;

namespace StructuredConcurrency.Timelines.Tests;

public class SvgDrawingTests
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    public static TheoryData<string> Stories => ["lesson", "done", "room", "big", "small", "hostile", "empty"];

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
        var height = Number(svg, "height");

        foreach (var e in svg.Descendants().Where(e => e.Parent!.Name.LocalName != "pattern" && e.Attribute("x") is not null))
        {
            Assert.InRange(Number(e, "x"), 0, 1100);
            Assert.InRange(Number(e, "y"), 0, height);
            Assert.InRange(Number(e, "x") + Number(e, "width"), 0, 1100.01);
        }
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
        _ => new EventLog(),
    }).ToSvg();

    private static double Number(XElement e, string name) => double.Parse(e.Attribute(name)?.Value ?? "0", CultureInfo.InvariantCulture);
}
