using System.Globalization;
using System.Text;

namespace StructuredConcurrency.Timelines;

/// <summary>Writes a page around the drawing: complete as a file on its own, better where plotly.js can be loaded.</summary>
internal sealed class HtmlPage
{
    private const int MostRows = 5000;

    private static readonly Lazy<string> s_script = new(ReadScript);

    private readonly StringBuilder _html = new(96 * 1024);

    private readonly IReadOnlyList<(Timeline Run, string Of)> _runs;
    private readonly TimelineComparison? _comparison;

    public HtmlPage(Timeline timeline) => _runs = [(timeline, "")];

    public HtmlPage(TimelineComparison comparison) =>
        (_comparison, _runs) = (comparison, [(comparison.First, $" of {DisplayText.Name(comparison.FirstName)}"), (comparison.Second, $" of {DisplayText.Name(comparison.SecondName)}")]);

    public string Write()
    {
        var title = Markup.Escape(_comparison?.Title ?? _runs[0].Run.Title);
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
            h1{font:bold 1.4rem ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace;margin:0 0 .3rem;overflow-wrap:anywhere}
            h2{font-size:1.1rem;margin:1rem 0 0}
            #caption,.live,li{overflow-wrap:anywhere}
            #caption{margin:0 0 1rem}
            .controls{margin:.5rem 0;display:flex;flex-wrap:wrap;gap:.4rem;align-items:center}
            .controls[hidden]{display:none}
            button{font:inherit;padding:.15rem .7rem;border:1px solid #818b98;border-radius:6px;background:#f6f8fa;color:#1f2328}
            .view,#keys{color:#57606a}
            .stage{border-radius:6px}
            .stage:focus-visible,button:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid #8250df;outline-offset:2px}
            .tl .tl-focus{fill:none;stroke:#8250df;stroke-width:3}
            .live{min-height:3em;margin:.3rem 0}
            .overview{position:relative;cursor:pointer;margin:.5rem 0}
            .overview[hidden]{display:none}
            .overview canvas{width:100%;display:block;image-rendering:pixelated;background:#fff}
            .brush{position:absolute;top:-2px;bottom:-2px;box-sizing:border-box;min-width:3px;border:2px solid #8250df;pointer-events:none}
            summary{cursor:pointer;padding:.4rem 0}
            .scroll{overflow-x:auto}
            table{border-collapse:collapse;font-variant-numeric:tabular-nums}
            th,td{text-align:left;padding:.15rem .9rem .15rem 0;border-bottom:1px solid #d0d7de;vertical-align:top;white-space:nowrap}
            td:last-child{white-space:normal}
            td.n{text-align:right}
            footer{color:#57606a;margin-top:1rem}
            @media (prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}th,td{border-color:#30363d}footer,.view,#keys{color:#9da7b3}button{background:#21262d;color:#e6edf3}.tl .tl-focus{stroke:#ffd33d}.brush,.stage:focus-visible,button:focus-visible,summary:focus-visible,.scroll:focus-visible{border-color:#ffd33d;outline-color:#ffd33d}.overview canvas{background:#0d1117} }
            </style>
            </head>
            <body>
            <main>
            <h1 id="title">{{title}}</h1>
            <p id="caption">{{Markup.Escape(_comparison?.Caption ?? _runs[0].Run.Caption)}}</p>

            """);
        if (_comparison is null)
            Drawing(_runs[0].Run);
        else
            Drawing(_comparison);

        foreach (var (run, of) in _runs)
        {
            Notices(run, of);
            Events(run, of);
            Facts(run);
        }

        _html.Append("</main>\n</body>\n</html>\n");
        return _html.ToString().ReplaceLineEndings("\n");
    }

    /// <summary>Both runs in one drawing, and what differs in words.</summary>
    private void Drawing(TimelineComparison comparison)
    {
        _html.Append("<section id=\"explore\" aria-label=\"Drawing\">\n<div class=\"stage\">\n<figure role=\"img\" aria-labelledby=\"title caption\">\n").Append(SvgDrawing.DrawForPage(comparison, out var frame));
        _html.Append("</figure>\n</div>\n");
        WhatTheKeyboardIsOn(isZooming: false);
        using (var data = new PageData(comparison, frame))
            Script(data);
        if (comparison.Differences.Count == 0)
            return;
        _html.Append("<h2>What differs</h2>\n<ul>\n");
        foreach (var difference in comparison.Differences.Take(MostRows))
            _html.Append($"<li>{Markup.Escape(difference.Text)}</li>\n");
        _html.Append("</ul>\n");
    }

    private void Drawing(Timeline timeline)
    {
        _html.Append(
            """
            <section id="explore" aria-label="Drawing">
            <div class="controls" role="group" aria-label="View" hidden>
            <button type="button" data-does="in">Zoom in</button>
            <button type="button" data-does="out">Zoom out</button>
            <button type="button" data-does="earlier">Earlier</button>
            <button type="button" data-does="later">Later</button>
            <button type="button" data-does="above">Lanes above</button>
            <button type="button" data-does="below">Lanes below</button>
            <button type="button" data-does="whole">Whole run</button>
            <span class="view"></span>
            </div>
            <div class="overview" aria-hidden="true" hidden><canvas></canvas><div class="brush"></div></div>
            <div class="stage">
            <figure role="img" aria-labelledby="title caption">
            <div id="drawing">

            """);
        var drawing = new SvgDrawing(timeline);
        _html.Append(drawing.DrawForPage());
        _html.Append("</div>\n</figure>\n<div id=\"plot\" aria-hidden=\"true\" hidden></div>\n</div>\n");
        WhatTheKeyboardIsOn(drawing.LeavesOut);
        Script(timeline, drawing);
    }

    private void Notices(Timeline timeline, string of)
    {
        if (timeline.Notices.Count == 0)
            return;
        _html.Append($"<details>\n<summary>Notes on the log{Markup.Escape(of)} ({timeline.Notices.Count})</summary>\n<ul>\n");
        foreach (var notice in timeline.Notices.Take(MostRows))
            _html.Append($"<li>{Markup.Escape(notice.Text)}{(notice.Sequence is { } sequence ? $" (event {sequence})" : "")}</li>\n");
        if (timeline.Notices.Count > MostRows)
            _html.Append(CultureInfo.InvariantCulture, $"<li>and {timeline.Notices.Count - MostRows} more</li>\n");
        _html.Append("</ul>\n</details>\n");
    }

    private void Events(Timeline timeline, string of)
    {
        var events = timeline.Events;
        _html.Append($"<details>\n<summary>{(events.Count > MostRows ? $"The first {MostRows} of {events.Count} events" : "Every event")}{Markup.Escape(of)} in a table{(events.Count > MostRows ? "" : $" ({events.Count})")}</summary>\n<div class=\"scroll\" role=\"region\" aria-label=\"Events{Markup.Escape(of)}\" tabindex=\"0\">\n<table>\n<thead><tr><th scope=\"col\">Event</th><th scope=\"col\">Seconds</th><th scope=\"col\">Task</th><th scope=\"col\">Scope</th><th scope=\"col\">What</th><th scope=\"col\">Details</th></tr></thead>\n<tbody>\n");
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

    private void Facts(Timeline timeline)
    {
        if (timeline.Properties.Count == 0)
            return;
        _html.Append("<footer>");
        _html.Append(string.Join(" · ", timeline.Properties.Where(p => p.Key != "title").OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => Markup.Escape($"{DisplayText.Name(p.Key, 40)} {DisplayText.Name(p.Value, 80)}"))));
        _html.Append("</footer>\n");
    }

    private void WhatTheKeyboardIsOn(bool isZooming)
    {
        _html.Append($"<p id=\"keys\" hidden>Keyboard, when the drawing has the focus: up and down arrows go from lane to lane, left and right from one state or event to the next{(isZooming ? "; + and − zoom, 0 shows the whole run" : "")}.</p>\n");
        _html.Append("<p class=\"live\" aria-live=\"polite\"></p>\n</section>\n");
    }

    /// <summary>Data lies in the page as JSON whose every angle bracket is escaped, so that no text can end the element it stands in.</summary>
    private void Script(PageData data)
    {
        _html.Append("<script type=\"application/json\" id=\"data\">").Append(data.Write()).Append("</script>\n");
        _html.Append("<script>\n").Append(s_script.Value).Append("const page = Timelines.start();\n</script>\n");
    }

    private void Script(Timeline timeline, SvgDrawing drawing)
    {
        using (var data = new PageData(timeline, drawing))
            Script(data);
        if (drawing.LeavesOut)
            return;
        _html.Append("<script type=\"application/json\" id=\"figure\">").Append(timeline.ToPlotlyFigure()).Append("</script>\n");
        _html.Append($"<script async src=\"{PlotlyScript.Address}\" integrity=\"{PlotlyScript.Integrity}\" crossorigin=\"anonymous\" onload=\"Timelines.plotly(page, document.getElementById('figure').textContent)\"></script>\n");
    }

    private static string ReadScript()
    {
        using var stream = typeof(HtmlPage).Assembly.GetManifestResourceStream("timeline.js")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
