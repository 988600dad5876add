using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace StructuredConcurrency.Timelines.Tests;

public partial class HtmlPageTests
{
    [Fact]
    public void ToHtml_TheLesson_HoldsDrawingCaptionAndEveryEvent()
    {
        var log = Logs.Lesson();
        var timeline = Timeline.From(log);

        var html = timeline.ToHtml();

        var drawing = html[html.IndexOf("<svg", StringComparison.Ordinal)..(html.IndexOf("</svg>", StringComparison.Ordinal) + "</svg>".Length)];
        var texts = XDocument.Parse(drawing).Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value).ToList();
        Assert.Contains("8 finished · held 29", texts);
        Assert.DoesNotContain(timeline.Title, texts); // the page has it as its heading
        Assert.Contains($"<p id=\"caption\">{timeline.Caption}</p>", html, StringComparison.Ordinal);
        Assert.Contains("<figure role=\"img\" aria-labelledby=\"title caption\">", html, StringComparison.Ordinal);
        Assert.Equal(log.Events.Count + 1, Rows().Count(html));
    }

    [Fact]
    public void ToHtml_Plotly_IsLoadedFromOnePinnedAddressWithADigest()
    {
        var html = Timeline.From(Logs.Lesson()).ToHtml();

        var address = Assert.Single(Sources().Matches(html)).Value;
        Assert.Equal($"src=\"https://cdn.jsdelivr.net/npm/plotly.js-dist-min@{PlotlyScript.Version}/plotly.min.js\" integrity=\"{PlotlyScript.Integrity}\" crossorigin=\"anonymous\"", address);
        Assert.DoesNotContain("<link", html, StringComparison.Ordinal);
    }

    [Fact]
    public void ToHtml_HostileNames_StayText()
    {
        var html = Timeline.From(HostileNames.Log()).ToHtml();

        Assert.Equal(4, html.Split("</script>").Length - 1);
        Assert.DoesNotContain("alert(1)</", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202e', html);
        Assert.DoesNotContain('\u001b', html);
        Assert.DoesNotContain('\u0000', html);
        Assert.InRange(html.Length, 1, 120_000);
    }

    [Fact]
    public void ToHtml_DataInThePage_IsTheFigure()
    {
        var timeline = Timeline.From(HostileNames.Log());

        var data = Data().Match(timeline.ToHtml()).Groups["data"].Value;

        Assert.Equal(timeline.ToPlotlyFigure(), data);
        using var parsed = JsonDocument.Parse(data);
    }

    [GeneratedRegex("<tr>")]
    private static partial Regex Rows();

    [GeneratedRegex("src=\"[^>]*crossorigin=\"anonymous\"")]
    private static partial Regex Sources();

    [GeneratedRegex("<script type=\"application/json\" id=\"figure\">(?<data>.*?)</script>", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Data();
}
