using System.Globalization;
using System.Text;

namespace StructuredConcurrency.Timelines;

/// <summary>Writes a page around the drawing: complete as a file on its own, better where plotly.js can be loaded.</summary>
internal sealed class HtmlPage(Timeline timeline)
{
    private const int MostRows = 5000;

    private readonly StringBuilder _html = new(96 * 1024);

    public string Write()
    {
        var title = Markup.Escape(timeline.Title);
        _html.Append(
            $$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{{title}}</title>
            <style>
            :root{color-scheme:light dark}
            body{font:16px/1.5 "Helvetica Neue",Helvetica,Arial,"Liberation Sans","DejaVu Sans",sans-serif;margin:0 auto;max-width:1100px;padding:1.5rem;background:#fff;color:#1f2328}
            figure{margin:0;overflow-x:auto}
            h1{font:bold 1.4rem ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace;margin:0 0 .3rem}
            #caption{margin:0 0 1rem}
            summary{cursor:pointer;padding:.4rem 0}
            .scroll{overflow-x:auto}
            table{border-collapse:collapse;font-variant-numeric:tabular-nums}
            th,td{text-align:left;padding:.15rem .9rem .15rem 0;border-bottom:1px solid #d0d7de;vertical-align:top;white-space:nowrap}
            td:last-child{white-space:normal}
            td.n{text-align:right}
            footer{color:#57606a;margin-top:1rem}
            @media (prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}th,td{border-color:#30363d}footer{color:#9da7b3} }
            </style>
            </head>
            <body>
            <main>
            <h1 id="title">{{title}}</h1>
            <p id="caption">{{Markup.Escape(timeline.Caption)}}</p>
            <figure role="img" aria-labelledby="title caption">
            <div id="drawing">

            """);
        _html.Append(new SvgDrawing(timeline, hasHeading: false).Draw());
        _html.Append("</div>\n<div id=\"plot\" aria-hidden=\"true\" hidden></div>\n</figure>\n");
        Notices();
        Events();
        Facts();
        _html.Append("</main>\n");
        Script();
        _html.Append("</body>\n</html>\n");
        return _html.ToString().ReplaceLineEndings("\n");
    }

    private void Notices()
    {
        if (timeline.Notices.Count == 0)
            return;
        _html.Append($"<details>\n<summary>Notes on the log ({timeline.Notices.Count})</summary>\n<ul>\n");
        foreach (var notice in timeline.Notices.Take(MostRows))
            _html.Append($"<li>{Markup.Escape(notice.Text)}{(notice.Sequence is { } sequence ? $" (event {sequence})" : "")}</li>\n");
        if (timeline.Notices.Count > MostRows)
            _html.Append(CultureInfo.InvariantCulture, $"<li>and {timeline.Notices.Count - MostRows} more</li>\n");
        _html.Append("</ul>\n</details>\n");
    }

    private void Events()
    {
        var events = timeline.Events;
        _html.Append($"<details>\n<summary>Every event in a table ({events.Count})</summary>\n<div class=\"scroll\" role=\"region\" aria-label=\"Events\" tabindex=\"0\">\n<table>\n<thead><tr><th scope=\"col\">Event</th><th scope=\"col\">Seconds</th><th scope=\"col\">Task</th><th scope=\"col\">Scope</th><th scope=\"col\">What</th><th scope=\"col\">Details</th></tr></thead>\n<tbody>\n");
        foreach (var e in events.Take(MostRows))
        {
            _html.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"n\">{e.Sequence}</td><td class=\"n\">{DisplayText.Seconds(e.Time)}</td><td>{Text(e.TaskName)}</td><td>{Text(e.ScopeName)}</td>");
            _html.Append($"<td>{Kind(e.Kind)}</td><td>{Markup.Escape(Details(e))}</td></tr>\n");
        }

        _html.Append("</tbody>\n</table>\n");
        if (events.Count > MostRows)
            _html.Append(CultureInfo.InvariantCulture, $"<p>{events.Count - MostRows} more events are in the log.</p>\n");
        _html.Append("</div>\n</details>\n");
    }

    private static string Text(string? name) => Markup.Escape(DisplayText.Name(name));

    /// <summary>The event's kind in words: «wait started».</summary>
    private static string Kind(ScopeEventKind kind)
    {
        var words = new StringBuilder();
        foreach (var c in kind.ToString())
        {
            if (char.IsUpper(c) && words.Length > 0)
                words.Append(' ');
            words.Append(char.ToLowerInvariant(c));
        }

        return words.ToString();
    }

    private static string Details(in ScopeEvent e)
    {
        var details = new List<string>();
        if (e.Item is { } item)
            details.Add($"item {DisplayText.Name(item)}");
        if (e.Queue is { } queue)
            details.Add($"{DisplayText.Name(queue)}: {e.Depth} waiting, {e.Unfinished} unfinished");
        if (e.Wait is { } wait)
            details.Add(StateLook.Of(StateLook.Of(wait)).Words);
        if (e.Deadline is { } deadline)
            details.Add(DisplayText.SecondsWithUnit(deadline));
        if (e.Outcome is { } outcome)
            details.Add(LaneNotes.Words(outcome));
        if (e.By is { } by)
            details.Add($"by task {by}");
        if (e.Cause is { } cause)
            details.Add($"because of event {cause}");
        if (e.Text is { Length: > 0 } text)
            details.Add(DisplayText.Clean(text, 300));
        return string.Join("; ", details);
    }

    private void Facts()
    {
        if (timeline.Properties.Count == 0)
            return;
        _html.Append("<footer>");
        _html.Append(string.Join(" · ", timeline.Properties.Where(p => p.Key != "title").OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => Markup.Escape($"{DisplayText.Name(p.Key, 40)} {DisplayText.Name(p.Value, 80)}"))));
        _html.Append("</footer>\n");
    }

    /// <summary>The figure lies in the page as JSON whose every angle bracket is escaped, so that no text can end the element it stands in.</summary>
    private void Script()
    {
        _html.Append($"<script type=\"application/json\" id=\"figure\">{timeline.ToPlotlyFigure()}</script>\n");
        _html.Append(
            """
            <script>
            function drawFigure() {
              var text = document.getElementById('figure').textContent;
              var plot = document.getElementById('plot'), drawing = document.getElementById('drawing');
              var dark = matchMedia('(prefers-color-scheme: dark)');
              var darkColours = { '#fff': '#0d1117', '#000': '#fff', '#1f2328': '#e6edf3', '#57606a': '#9da7b3', '#d0d7de': '#30363d',
                '#e6eaef': '#21262d', '#b3261e': '#ff6b60', '#9bd0f0': '#2b668a', '#009E73': '#1fc795' };
              function figure() {
                var made = JSON.parse(text, function (key, value) {
                  return dark.matches && /color$/.test(key) && darkColours[value] || value;
                });
                delete made.layout.title; // the page has it already
                made.layout.height -= made.layout.margin.t - 64;
                made.layout.margin.t = 64;
                return made;
              }
              function draw() {
                var made = figure();
                return Plotly.react(plot, made.data, made.layout, { responsive: true, displaylogo: false });
              }
              plot.hidden = false;
              draw().then(function () { drawing.hidden = true; }, function () { plot.hidden = true; });
              dark.addEventListener('change', draw);
            }
            </script>

            """);
        _html.Append($"<script async src=\"{PlotlyScript.Address}\" integrity=\"{PlotlyScript.Integrity}\" crossorigin=\"anonymous\" onload=\"drawFigure()\"></script>\n");
    }
}
