namespace StructuredConcurrency.Timelines;

/// <summary>Shows a timeline in notebooks: as a figure, as a drawing, as text. Never as HTML with a script, which GitHub and nbconvert lose.</summary>
internal sealed class TimelineFormatterSource
{
    internal const string Plotly = "application/vnd.plotly.v1+json";
    internal const string Svg = "image/svg+xml";
    internal const string Text = "text/plain";

    /// <summary>Found by its name: see <see cref="TypeFormatterSourceAttribute"/>.</summary>
#pragma warning disable CA1822 // an engine makes an instance and calls it
    public IEnumerable<object> CreateTypeFormatters() =>
    [
        new Formatter(Plotly, timeline => timeline.ToPlotlyFigure()),
        new Formatter(Svg, timeline => timeline.ToSvg()),
        new Formatter(Text, timeline => timeline.ToText()),
    ];
#pragma warning restore CA1822

    internal sealed class Formatter(string mimeType, Func<Timeline, string> draw)
    {
        public string MimeType => mimeType;

        /// <returns>False for anything but a timeline, so that the engine asks its next formatter.</returns>
        public bool Format(object instance, TextWriter writer)
        {
            if (instance is not Timeline timeline)
                return false;
            writer.Write(draw(timeline));
            return true;
        }
    }
}
