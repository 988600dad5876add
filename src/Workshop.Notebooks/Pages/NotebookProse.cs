using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Helpers;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Workshop.Notebooks;

/// <summary>Turns a notebook's Markdown cells into HTML that stands by itself: no file beside it, nothing from the network.</summary>
internal sealed partial class NotebookProse
{
    // Chosen one by one: the "advanced" set embeds players of video sites.
    private static readonly MarkdownPipeline s_pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables().UseEmphasisExtras().UseTaskLists().UseFootnotes().UseDefinitionLists().UseAlertBlocks().UseAutoLinks()
        .UseAutoIdentifiers(AutoIdentifierOptions.GitHub)
        .Build();

    private readonly NotebookDocument _notebook;
    private readonly string _anchor;
    private readonly IReadOnlyDictionary<string, string> _anchors;
    private readonly CodeColouring _colouring;
    private readonly string? _pageFolder;

    /// <summary>Prepares for the cells of one notebook.</summary>
    /// <param name="notebook">The notebook.</param>
    /// <param name="anchors">The anchor of each notebook in the page, by its full path.</param>
    /// <param name="anchor">This notebook's own.</param>
    /// <param name="colouring">Colours the code in the prose.</param>
    /// <param name="pageFolder">Where the page will lie; <c>null</c>: links to files stay as they are.</param>
    public NotebookProse(NotebookDocument notebook, IReadOnlyDictionary<string, string> anchors, string anchor, CodeColouring colouring, string? pageFolder)
    {
        _pageFolder = pageFolder;
        _notebook = notebook;
        _anchors = anchors;
        _anchor = anchor;
        _colouring = colouring;
    }

    public string ToHtml(NotebookCell cell)
    {
        var document = Markdown.Parse(cell.Source, s_pipeline);
        foreach (var node in document.Descendants())
        {
            if (node is LinkInline link)
                Redirect(link, cell.Attachments);
            else if (node is HtmlInline html)
                html.Tag = WithPictures(html.Tag, cell.Attachments);
            else if (node is HtmlBlock block)
                block.Lines = new StringLineGroup(WithPictures(block.Lines.ToString(), cell.Attachments));
            else if (node is HeadingBlock heading && heading.TryGetAttributes() is { Id: { } id } attributes)
                attributes.Id = $"{_anchor}--{id}"; // Two notebooks may both have a "Summary".
        }
        using var writer = new StringWriter { NewLine = "\n" };
        var renderer = new HtmlRenderer(writer);
        s_pipeline.Setup(renderer);
        renderer.ObjectRenderers.ReplaceOrAdd<CodeBlockRenderer>(new ColouredCodeBlock(_colouring));
        renderer.Render(document);
        return writer.ToString();
    }

    private void Redirect(LinkInline link, JsonObject? attachments)
    {
        var url = link.Url ?? "";
        if (!link.IsImage)
        {
            link.Url = AnchorOf(url) ?? FromThePage(url) ?? url;
            return;
        }
        if (url.StartsWith("data:", StringComparison.Ordinal))
            return;
        if (Embed(url, attachments) is { } embedded)
            link.Url = embedded;
        else
            link.IsImage = false; // It cannot be shown without reaching out of the page; its name and address remain.
    }

    // <img src="picture.png" width="300">: the way to give a picture a size. One that cannot be embedded keeps its words.
    private string WithPictures(string html, JsonObject? attachments) => Picture().Replace(html, tag =>
    {
        var source = tag.Groups["source"];
        var url = WebUtility.HtmlDecode(source.Value);
        if (url.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
            return tag.Value;
        return Embed(url, attachments) is { } embedded
            ? string.Concat(tag.Value.AsSpan(0, source.Index - tag.Index), embedded, tag.Value.AsSpan(source.Index - tag.Index + source.Length))
            : $"<a href=\"{WebUtility.HtmlEncode(url)}\">{WebUtility.HtmlEncode(url)}</a>";
    });

    [GeneratedRegex("""<img\b[^>]*?\ssrc\s*=\s*(?<quote>["'])(?<source>.*?)\k<quote>[^>]*>""", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex Picture();

    private string? AnchorOf(string url)
    {
        var (path, _, fragment) = url.IndexOf('#', StringComparison.Ordinal) is >= 0 and var hash ? (url[..hash], '#', url[(hash + 1)..]) : (url, ' ', "");
        if (path.Length == 0)
            return fragment.Length == 0 ? null : AnchorOf(_anchor, fragment);
        if (IsElsewhere(path))
            return null;
        var target = Path.GetFullPath(Path.Combine(_notebook.Folder, Uri.UnescapeDataString(path)));
        return _anchors.TryGetValue(target, out var anchor) ? AnchorOf(anchor, fragment) : null;
    }

    /// <summary>A file that is there, as a link from the page's folder.</summary>
    private string? FromThePage(string url)
    {
        if (_pageFolder is null || url.StartsWith('#') || IsElsewhere(url))
            return null;
        var path = Path.GetFullPath(Path.Combine(_notebook.Folder, Uri.UnescapeDataString(url.Split('#')[0])));
        return Path.Exists(path) ? Path.GetRelativePath(_pageFolder, path).Replace('\\', '/').Replace(" ", "%20", StringComparison.Ordinal) : null;
    }

    private static bool IsElsewhere(string url) => url.Contains("://", StringComparison.Ordinal) || url.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase);

    // Jupyter's anchors are the heading's words with hyphens, GitHub's are lower case besides.
    private static string AnchorOf(string anchor, string fragment) =>
        fragment.Length == 0 ? "#" + anchor : $"#{anchor}--{LinkHelper.UrilizeAsGfm(Uri.UnescapeDataString(fragment))}";

    private string? Embed(string url, JsonObject? attachments)
    {
        if (url.StartsWith("attachment:", StringComparison.Ordinal))
        {
            return attachments?[Uri.UnescapeDataString(url["attachment:".Length..])] is JsonObject { Count: > 0 } forms
                && NotebookDocument.TextOf(forms.First().Value) is { } base64 ? $"data:{forms.First().Key};base64,{base64.Replace("\n", "", StringComparison.Ordinal)}" : null;
        }
        if (url.Contains("://", StringComparison.Ordinal))
            return null;
        var path = Path.GetFullPath(Path.Combine(_notebook.Folder, Uri.UnescapeDataString(url)));
        var type = Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".PNG" => "image/png",
            ".JPG" or ".JPEG" => "image/jpeg",
            ".GIF" => "image/gif",
            ".SVG" => "image/svg+xml",
            ".WEBP" => "image/webp",
            _ => null,
        };
        return type is not null && File.Exists(path) ? $"data:{type};base64,{Convert.ToBase64String(File.ReadAllBytes(path))}" : null;
    }

    private sealed class ColouredCodeBlock(CodeColouring colouring) : CodeBlockRenderer
    {
        protected override void Write(HtmlRenderer renderer, CodeBlock obj)
        {
            var code = new StringBuilder();
            for (var i = 0; i < obj.Lines.Count; i++)
                code.Append(obj.Lines.Lines[i].Slice.AsSpan()).Append('\n');
            var isCSharp = obj is FencedCodeBlock { Info: "csharp" or "cs" or "c#" or "C#" };
            var text = code.ToString().TrimEnd('\n');
            renderer.EnsureLine();
            renderer.Write("<pre class=\"snippet\"><code>");
            renderer.Write(isCSharp ? colouring.OfSnippet(text) : WebUtility.HtmlEncode(text));
            renderer.WriteLine("</code></pre>");
        }
    }
}
