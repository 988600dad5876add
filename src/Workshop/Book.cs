using System.Text.RegularExpressions;
using Workshop.Notebooks;

namespace Workshop;

/// <summary>A folder of notebooks as one page: their README gives the title, and the texts that they link to, such as exercises, stand at the end.</summary>
internal static partial class Book
{
    /// <param name="executed">The notebooks, in reading order; at least one.</param>
    /// <param name="pageFolder">Where the page will lie.</param>
    public static string Render(IReadOnlyList<NotebookDocument> executed, string pageFolder)
    {
        var appendix = executed.SelectMany(LinkedTexts).Distinct(StringComparer.Ordinal).Select(NotebookDocument.LoadMarkdown).ToList();
        var about = Path.Combine(executed[0].Folder, "README.md");
        return NotebookPage.Render(executed, File.Exists(about) ? NotebookDocument.LoadMarkdown(about).Title : null, appendix, pageFolder);
    }

    private static IEnumerable<string> LinkedTexts(NotebookDocument notebook) => notebook.Cells
        .Where(cell => cell.Kind == NotebookCellKind.Markdown)
        .SelectMany(cell => MarkdownLink().Matches(cell.Source))
        .Select(match => Path.GetFullPath(Path.Combine(notebook.Folder, match.Groups["path"].Value)))
        .Where(File.Exists);

    [GeneratedRegex(@"\]\((?<path>[^):#\s]+\.md)(#[^)]*)?\)")]
    private static partial Regex MarkdownLink();
}
