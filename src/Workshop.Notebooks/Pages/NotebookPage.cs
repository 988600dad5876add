using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Workshop.Notebooks;

/// <summary>Writes executed notebooks as one page of HTML that needs nothing else: no script, no other file, no network.</summary>
/// <remarks>
/// Of each output the richest form that such a page can show is taken: <c>text/html</c>, <c>image/svg+xml</c>, <c>image/png</c> or another
/// picture, <c>text/plain</c>. What has a script in it, or would have the browser fetch something, is passed over for the next form.
/// <para><b>Pitfall.</b> Prose and rich outputs go into the page as they are: write pages only of notebooks that you trust. Plain text,
/// console text and errors are escaped.</para>
/// </remarks>
public static partial class NotebookPage
{
    private static readonly string[] s_pictures = ["image/png", "image/jpeg", "image/gif", "image/webp"];

    private static readonly Lazy<string> s_style = new(() =>
    {
        using var reader = new StreamReader(typeof(NotebookPage).Assembly.GetManifestResourceStream("NotebookPage.css")!);
        return reader.ReadToEnd();
    });

    /// <summary>Writes a page of one notebook, or a book of several with a contents at the top.</summary>
    /// <param name="notebooks">In reading order; at least one.</param>
    /// <param name="title">The page's title; the first notebook's title where it is <c>null</c>.</param>
    /// <param name="appendix">What stands behind them and is not numbered: texts that they link to, which become links within the page.</param>
    /// <param name="pageFolder">Where the page will lie: links to other files are made to start from there. <c>null</c>: they stay as they are.</param>
    /// <returns>The whole HTML document; the same for the same notebooks, whenever it is made.</returns>
    /// <exception cref="ArgumentException">There is no notebook.</exception>
    public static string Render(IReadOnlyList<NotebookDocument> notebooks, string? title = null, IReadOnlyList<NotebookDocument>? appendix = null, string? pageFolder = null)
    {
        ArgumentNullException.ThrowIfNull(notebooks);
        if (notebooks.Count == 0)
            throw new ArgumentException("A page needs at least one notebook.", nameof(notebooks));
        title ??= notebooks[0].Title;
        IReadOnlyList<NotebookDocument> all = [.. notebooks, .. appendix ?? []];
        var names = Anchors(all);
        // By path, for links. Two documents of one path can be in a book; links then lead to the first.
        var byPath = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < all.Count; i++)
            byPath.TryAdd(Path.GetFullPath(Path.Combine(all[i].Folder, Path.GetFileName(all[i].Name))), names[i]);

        var html = new StringBuilder();
        html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Append("<meta name=\"color-scheme\" content=\"light dark\">\n")
            .Append($"<title>{Encode(title)}</title>\n<style>\n{s_style.Value}</style>\n</head>\n<body>\n");
        if (all.Count > 1)
            WriteContents(html, all, notebooks.Count, names, title);
        html.Append("<main>\n");
        for (var i = 0; i < all.Count; i++)
            WriteNotebook(html, all[i], names[i], byPath, pageFolder);
        return html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static List<string> Anchors(IReadOnlyList<NotebookDocument> notebooks)
    {
        var anchors = new List<string>();
        foreach (var notebook in notebooks)
        {
            var name = Path.GetFileNameWithoutExtension(notebook.Name);
            if (name.Equals("README", StringComparison.OrdinalIgnoreCase))
                name = Path.GetFileName(notebook.Folder); // many folders have one
            var plain = NotAnchor().Replace(name, "-").Trim('-').ToLowerInvariant();
            var anchor = plain.Length == 0 ? "notebook" : plain;
            for (var i = 2; anchors.Contains(anchor, StringComparer.Ordinal); i++)
                anchor = $"{plain}-{i}";
            anchors.Add(anchor);
        }
        return anchors;
    }

    private static void WriteContents(StringBuilder html, IReadOnlyList<NotebookDocument> notebooks, int numbered, List<string> anchors, string title)
    {
        html.Append($"<header>\n<p class=\"masthead\">{Encode(title)}</p>\n<nav aria-label=\"Contents\"><ol>\n");
        var count = 0;
        for (var i = 0; i < numbered; i++)
        {
            // The list counts by itself; a title whose number leaps sets the count.
            count++;
            var number = int.TryParse(LeadingNumber().Match(notebooks[i].Title).Groups[1].Value, out var own) ? own : count;
            html.Append(number == count ? "<li>" : $"<li style=\"counter-set: chapter {number}\">");
            count = number;
            html.Append($"<a href=\"#{anchors[i]}\">{Encode(WithoutNumber(notebooks[i].Title))}</a></li>\n");
        }
        html.Append("</ol>");
        if (numbered < notebooks.Count)
        {
            html.Append("\n<ul>\n");
            for (var i = numbered; i < notebooks.Count; i++)
                html.Append($"<li><a href=\"#{anchors[i]}\">{Encode(notebooks[i].Title.Replace("`", "", StringComparison.Ordinal))}</a></li>\n");
            html.Append("</ul>");
        }

        html.Append("</nav>\n</header>\n");
    }

    // The list has numbers of its own.
    private static string WithoutNumber(string title) => LeadingNumber().Replace(title.Replace("`", "", StringComparison.Ordinal), "");

    private static void WriteNotebook(StringBuilder html, NotebookDocument notebook, string anchor, IReadOnlyDictionary<string, string> byPath, string? pageFolder)
    {
        using var colouring = new CodeColouring(notebook.Folder);
        var prose = new NotebookProse(notebook, byPath, anchor, colouring, pageFolder);
        html.Append($"<article id=\"{anchor}\">\n");
        foreach (var cell in notebook.Cells)
        {
            if (cell.Kind == NotebookCellKind.Markdown)
                html.Append("<section class=\"prose\">\n").Append(prose.ToHtml(cell)).Append("</section>\n");
            else if (cell.Kind == NotebookCellKind.Code && !string.IsNullOrWhiteSpace(cell.Source))
                WriteCode(html, cell, colouring);
        }
        html.Append("</article>\n");
    }

    private static void WriteCode(StringBuilder html, NotebookCell cell, CodeColouring colouring)
    {
        var number = cell.ExecutionCount?.ToString(CultureInfo.InvariantCulture) ?? " ";
        html.Append("<section class=\"cell\">\n")
            .Append($"<pre class=\"code\" data-number=\"{number}\" tabindex=\"0\"><code>{colouring.OfCell(cell.Source.TrimEnd())}</code></pre>\n");
        foreach (var output in cell.Outputs)
            WriteOutput(html, output);
        html.Append("</section>\n");
    }

    private static void WriteOutput(StringBuilder html, JsonObject output)
    {
        switch (NotebookDocument.TextOf(output["output_type"]))
        {
            case "stream":
                var isError = NotebookDocument.TextOf(output["name"]) == "stderr";
                var printed = NotebookDocument.TextOf(output["text"]) ?? "";
                WriteText(html, isError ? "stderr" : IsLongList(printed) ? "stdout list" : "stdout", printed);
                break;
            case "error":
                var traceback = (output["traceback"] as JsonArray)?.Select(line => NotebookDocument.TextOf(line)) ?? [];
                WriteText(html, "error", string.Join('\n', traceback));
                break;
            case "execute_result" or "display_data" when output["data"] is JsonObject data:
                WriteData(html, data);
                break;
        }
    }

    private static void WriteData(StringBuilder html, JsonObject data)
    {
        if (NotebookDocument.TextOf(data["text/html"]) is { } markup && StandsByItself(markup))
            html.Append("<div class=\"output rich\" tabindex=\"0\">").Append(markup).Append("</div>\n");
        else if (NotebookDocument.TextOf(data["image/svg+xml"]) is { } drawing && StandsByItself(drawing))
            html.Append("<figure class=\"output\">").Append(XmlProlog().Replace(drawing, "").Trim()).Append("</figure>\n");
        else if (s_pictures.FirstOrDefault(type => NotebookDocument.TextOf(data[type]) is not null) is { } type)
            html.Append($"<figure class=\"output\"><img alt=\"\" src=\"data:{type};base64,").Append(Encode(NotebookDocument.TextOf(data[type])!.ReplaceLineEndings(""))).Append("\"></figure>\n");
        else if (NotebookDocument.TextOf(data["text/plain"]) is { } text)
            WriteText(html, "value", text);
    }

    /// <summary>Many short lines: on paper they stand in columns.</summary>
    private static bool IsLongList(string text) => text.Split('\n') is { Length: > 15 } lines && Array.TrueForAll(lines, line => line.Length <= 24);

    private static void WriteText(StringBuilder html, string kind, string text) =>
        html.Append($"<pre class=\"output {kind}\" tabindex=\"0\">{Encode(Overwritten().Replace(AnsiColour().Replace(text.Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n'), ""), ""))}</pre>\n");

    // No script, and nothing that a browser would fetch.
    private static bool StandsByItself(string markup) => !HasScript().IsMatch(markup) && !Fetches().IsMatch(markup);

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    [GeneratedRegex("[^A-Za-z0-9]+")]
    private static partial Regex NotAnchor();

    [GeneratedRegex(@"^(\d+)[.:)]?\s+")]
    private static partial Regex LeadingNumber();

    [GeneratedRegex(@"<script|\son\w+\s*=|javascript:", RegexOptions.IgnoreCase)]
    private static partial Regex HasScript();

    [GeneratedRegex(@"<(iframe|object|embed|link|base|meta)\b|\s(src|srcset|data|poster|background)\s*=\s*[""']?\s*(?!data:|[""'#])[^\s>]|<(image|use)\b[^>]*\shref\s*=\s*[""']?\s*(?!data:|#)|url\(\s*[""']?\s*(?!data:|#)|@import", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Fetches();

    [GeneratedRegex(@"<\?xml[^>]*\?>|<!DOCTYPE[^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex XmlProlog();

    // "10 %\r20 %\r": of a progress that writes over itself a terminal shows the last.
    [GeneratedRegex(@"[^\r\n]*\r+(?=[^\r\n])")]
    private static partial Regex Overwritten();

    [GeneratedRegex(@"\x1b\[[0-9;?]*[A-Za-z]")]
    private static partial Regex AnsiColour();
}
