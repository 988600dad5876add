using System.Net;
using System.Text;
using StructuredConcurrency;
using StructuredConcurrency.Timelines;

namespace Grader;

/// <summary>What a page tells of one exercise.</summary>
/// <param name="Report">The report of its check.</param>
/// <param name="Replay">The run that went wrong, step by step; <see langword="null"/>: none did, or it never came to an end.</param>
/// <param name="Reference">The reference solution in the same situation, under the same seed; <see langword="null"/>: there is none here.</param>
public sealed record ReportedExercise(CheckReport Report, ReplayReport? Replay = null, EventLog? Reference = null);

/// <summary>Reports as a page of their own: no script, and nothing that is loaded from elsewhere.</summary>
public static class ReportPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="exercises">The exercises, in the order of the page.</param>
    /// <param name="program">What people type to start the program, in front of a verb.</param>
    public static string Render(IReadOnlyList<ReportedExercise> exercises, string program)
    {
        ArgumentNullException.ThrowIfNull(exercises);
        var title = exercises.Count == 1 ? Heading(exercises[0].Report) : "Exercises";
        var page = new StringBuilder(
            $$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{{Text(title)}}</title>
            <style>
            :root{color-scheme:light dark}
            body{font:16px/1.5 "Helvetica Neue",Helvetica,Arial,"Liberation Sans","DejaVu Sans",sans-serif;margin:0 auto;max-width:1100px;padding:1.5rem;background:#fff;color:#1f2328}
            table{border-collapse:collapse}
            td,th{border:1px solid #d0d7de;padding:.2rem .6rem;text-align:left;vertical-align:top}
            dt{font-weight:600}
            dd{margin:0 0 .6rem}
            pre{font:13px/1.35 Consolas,"DejaVu Sans Mono",monospace;overflow-x:auto;border:1px solid #d0d7de;padding:.6rem}
            figure{margin:0;overflow-x:auto}
            code{font-family:Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
            @media (prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}td,th,pre{border-color:#30363d} }
            </style>
            </head>
            <body>
            <main>

            """);
        if (exercises.Count != 1)
            page.Append("<h1>Exercises</h1>\n");
        foreach (var exercise in exercises)
            Append(page, exercise, program, exercises.Count == 1 ? "h1" : "h2");
        return page.Append("</main>\n</body>\n</html>\n").ToString().ReplaceLineEndings("\n");
    }

    private static void Append(StringBuilder page, ReportedExercise exercise, string program, string heading)
    {
        var report = exercise.Report;
        page.Append($"<section>\n<{heading}>{Text(Heading(report))}</{heading}>\n<p><strong>{Word(report.Verdict)}</strong>: {Text(report.Summary)}</p>\n<p>File: <code>{Text(report.File)}</code></p>\n");
        if (report.Diagnostics.Count > 0)
            page.Append($"<ul>\n{string.Concat(report.Diagnostics.Select(error => $"<li>Line {error.Line}, column {error.Column}: {Text(error.Sentence)} ({Text(error.Code)})</li>\n"))}</ul>\n");
        if (report.Checks.Count > 0)
            AppendChecks(page, report);
        if (report.ShownFirst?.Reason is { } reason)
        {
            page.Append("<dl>\n");
            Define(page, "Expected", reason.Expected);
            Define(page, "Happened", reason.Happened);
            Define(page, "Why", reason.Misconception);
            Define(page, "Where to look", reason.WhereToLook);
            page.Append("</dl>\n");
        }

        if (report.Failing is { } run)
            AppendRun(page, exercise, program, run);
        if (report.Output.Length > 0 && report.Verdict != Verdict.Pass)
            page.Append($"<h3>Printed</h3>\n<pre tabindex=\"0\">{Text(report.Output)}</pre>\n");
        foreach (var site in report.Uncontrolled)
            page.Append($"<p>Line {site.Line}: {Text(site.Construct)}: {Text(site.Reason)}.</p>\n");
        if (report.Limits.Count > 0)
            page.Append($"<details><summary>What the system kept the program from</summary><ul>{string.Concat(report.Limits.Select(limit => $"<li>{Text(limit)}</li>"))}</ul></details>\n");
        page.Append("</section>\n");
    }

    private static void AppendChecks(StringBuilder page, CheckReport report)
    {
        page.Append("<table>\n<tr><th scope=\"col\">Check</th><th scope=\"col\">Verdict</th><th scope=\"col\">Points</th></tr>\n");
        foreach (var check in report.Checks)
            page.Append($"<tr><td>{Text(check.Sentence)}</td><td>{Word(check.Verdict)}</td><td>{check.Points} of {check.MaxPoints}</td></tr>\n");
        page.Append("</table>\n");
    }

    private static void AppendRun(StringBuilder page, ReportedExercise exercise, string program, FailingRun run)
    {
        page.Append($"<h3>A run that shows it</h3>\n<p>{Text($"{run.Scenario}, schedule {run.Seed}: {run.Ending}")}.</p>\n<p>Again: <code>{Text($"{program} {exercise.Report.Repeat}")}</code></p>\n");
        if (run.Log.Events.Count > 0)
        {
            var mine = Timeline.From(run.Log);
            var both = exercise.Reference is null ? null : Timeline.Compare(mine, Timeline.From(exercise.Reference), "yours", "the reference solution");
            page.Append($"<figure>\n{both?.ToSvg() ?? mine.ToSvg()}</figure>\n");
        }

        if (exercise.Replay?.Table is { } table)
            page.Append($"<h3>Step by step</h3>\n<pre tabindex=\"0\">{Text(table)}</pre>\n");
    }

    private static void Define(StringBuilder page, string term, string? text)
    {
        if (!string.IsNullOrEmpty(text))
            page.Append($"<dt>{term}</dt><dd>{Text(text)}</dd>\n");
    }

    private static string Heading(CheckReport report) => $"Exercise {report.Exercise[..2]}: {report.Title}";

    private static string Word(Verdict verdict) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(verdict.ToString());

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
