namespace StructuredConcurrency.Timelines;

/// <summary>Shows a timeline, or a comparison of two, in notebooks: as a figure, as a drawing, as text. Never as HTML with a script, which GitHub and nbconvert lose.</summary>
internal sealed class TimelineFormatterSource
{
    internal const string Plotly = "application/vnd.plotly.v1+json";
    internal const string Svg = "image/svg+xml";
    internal const string Text = "text/plain";

    /// <summary>Found by its name: see <see cref="TypeFormatterSourceAttribute"/>.</summary>
#pragma warning disable CA1822 // an engine makes an instance and calls it
    public IEnumerable<object> CreateTypeFormatters() =>
    [
        new Formatter(Plotly, shown => shown switch { Timeline timeline => timeline.ToPlotlyFigure(), TimelineComparison comparison => comparison.ToPlotlyFigure(), _ => null }),
        new Formatter(Svg, shown => shown switch { Timeline timeline => timeline.ToSvg(), TimelineComparison comparison => comparison.ToSvg(), _ => null }),
        new Formatter(Text, shown => shown switch { Timeline timeline => timeline.ToText(), TimelineComparison comparison => comparison.ToText(), _ => null }),
    ];
#pragma warning restore CA1822

    internal sealed class Formatter(string mimeType, Func<object, string?> draw)
    {
        public string MimeType => mimeType;

        /// <returns>False for anything that has no such form, so that the engine asks its next formatter.</returns>
        public bool Format(object instance, TextWriter writer)
        {
            if (draw(instance) is not { } drawn)
                return false;
            writer.Write(drawn);
            return true;
        }
    }
}
