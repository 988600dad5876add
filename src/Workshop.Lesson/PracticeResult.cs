using System.Net;
using System.Text;
using System.Text.Json;
using StructuredConcurrency.Timelines;

namespace Workshop.Lesson;

/// <summary>What the checks say of an answer to an exercise. As the last line of a notebook's cell it shows itself: verdict, reason, timeline.</summary>
[TypeFormatterSource(typeof(PracticeFormatterSource), PreferredMimeTypes = [PracticeFormatterSource.Html, PracticeFormatterSource.Text])]
public sealed class PracticeResult
{
    private readonly List<(string Label, string Text)> _rows = [];

    internal PracticeResult(JsonElement report, Timeline? timeline)
    {
        Exercise = Text(report, "exercise")!;
        Title = Text(report, "title")!;
        Verdict = Text(report, "verdict")!;
        Summary = Text(report, "summary")!;
        Timeline = timeline;

        foreach (var error in report.GetProperty("diagnostics").EnumerateArray())
            Add($"line {error.GetProperty("line").GetInt32()}", $"{Text(error, "sentence")} ({Text(error, "code")})");
        JsonElement? failed = null;
        foreach (var check in report.GetProperty("checks").EnumerateArray())
        {
            var verdict = Text(check, "verdict")!;
            Add(verdict, Text(check, "sentence"));
            if (verdict is not ("pass" or "skipped"))
                failed ??= check;
        }

        if (failed?.TryGetProperty("reason", out var reason) == true)
        {
            Add("expected", Text(reason, "expected"));
            Add("happened", Text(reason, "happened"));
            Add("why", Text(reason, "misconception"));
            Add("next", Text(reason, "whereToLook"));
        }

        if (report.TryGetProperty("failing", out var run))
            Add("seen in", $"{Text(run, "scenario")}: {Text(run, "ending")}");
        if (Text(report, "repeat") is { } repeat)
            Add("again", $"{Practice.Command} {repeat}");
        if (report.TryGetProperty("hint", out _))
            Add("hint", $"{Practice.Command} hint {Exercise[..2]}");
    }

    /// <summary>The exercise: <c>03-join-the-queue</c>.</summary>
    public string Exercise { get; }

    /// <summary>Its title.</summary>
    public string Title { get; }

    /// <summary>The verdict: <c>pass</c>, <c>fail</c>, <c>deadlock</c>, <c>build-error</c>, <c>not-started</c> and others, as <c>check</c> prints them.</summary>
    public string Verdict { get; }

    /// <summary>The verdict in a sentence.</summary>
    public string Summary { get; }

    /// <summary>Whether every check passed.</summary>
    public bool Passed => Verdict == "pass";

    /// <summary>The run that went wrong; <see langword="null"/>: none did.</summary>
    public Timeline? Timeline { get; }

    /// <summary>The same as text.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"{Exercise[..2]} {Title}\n\n{Verdict.ToUpperInvariant(),-12} {Summary}\n\n");
        foreach (var (label, words) in _rows)
            text.Append($"{label,-12} {words}\n");
        if (Timeline is not null)
            text.Append($"\n{Timeline.ToText()}");
        return text.ToString();
    }

    internal string ToHtml()
    {
        var html = new StringBuilder($"<p><strong>{Encode(Verdict.ToUpperInvariant())}</strong> {Encode($"{Exercise[..2]} {Title}")}: {Encode(Summary)}</p>\n<table>\n");
        foreach (var (label, words) in _rows)
            html.Append($"<tr><th scope=\"row\" style=\"text-align:left\">{Encode(label)}</th><td style=\"text-align:left\">{Encode(words)}</td></tr>\n");
        html.Append("</table>\n");
        if (Timeline is not null)
            html.Append(Timeline.ToSvg());
        return html.ToString();
    }

    private void Add(string label, string? text)
    {
        if (!string.IsNullOrEmpty(text))
            _rows.Add((label, text));
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
