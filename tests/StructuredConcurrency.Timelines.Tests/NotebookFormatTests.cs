namespace StructuredConcurrency.Timelines.Tests;

/// <summary>Does what a notebook engine does that knows nothing of this library but the convention's names.</summary>
public class NotebookFormatTests
{
    [Fact]
    public void Convention_OnTimeline_IsFoundByItsNames()
    {
        var attribute = typeof(Timeline).GetCustomAttributes(inherit: false).Single(a => a.GetType().Name == "TypeFormatterSourceAttribute");

        Assert.Equal(
            ["application/vnd.plotly.v1+json", "image/svg+xml", "text/plain"],
            Assert.IsType<string[]>(attribute.GetType().GetProperty("PreferredMimeTypes")!.GetValue(attribute)));
        Assert.NotNull(attribute.GetType().GetProperty("FormatterSourceType"));
    }

    [Fact]
    public void Formatters_OfATimeline_WriteFigureDrawingAndText()
    {
        var timeline = Timeline.From(Logs.Small());

        var bundle = Formatters().ToDictionary(f => (string)f.GetType().GetProperty("MimeType")!.GetValue(f)!, f => Format(f, timeline).Text);

        Assert.Equal(timeline.ToPlotlyFigure(), bundle["application/vnd.plotly.v1+json"]);
        Assert.Equal(timeline.ToSvg(), bundle["image/svg+xml"]);
        Assert.StartsWith(timeline.Title + "\n" + timeline.Caption[..40], bundle["text/plain"], StringComparison.Ordinal);
        Assert.DoesNotContain("text/html", bundle.Keys);
    }

    [Fact]
    public void Formatters_OfAnythingElse_Decline() =>
        Assert.All(Formatters(), f => Assert.Equal((false, ""), Format(f, "no timeline")));

    private static List<object> Formatters()
    {
        var attribute = typeof(Timeline).GetCustomAttributes(inherit: false).Single(a => a.GetType().Name == "TypeFormatterSourceAttribute");
        var source = Activator.CreateInstance((Type)attribute.GetType().GetProperty("FormatterSourceType")!.GetValue(attribute)!)!;
        return [.. (IEnumerable<object>)source.GetType().GetMethod("CreateTypeFormatters")!.Invoke(source, null)!];
    }

    private static (bool Done, string Text) Format(object formatter, object value)
    {
        using var writer = new StringWriter();
        var done = (bool)formatter.GetType().GetMethod("Format")!.Invoke(formatter, [value, writer])!;
        return (done, writer.ToString());
    }
}
