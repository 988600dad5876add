using System.Text.RegularExpressions;

namespace Workshop.Lesson.Tests;

/// <summary>Holds the tables of the lesson to its notebooks: where each step is, where each word is used first, what the host has notes on.</summary>
public sealed partial class LessonTablesTests
{
    private static string Notebooks => Path.Combine(LessonNotebook.Repository, "notebooks");

    private static string Docs => Path.Combine(LessonNotebook.Repository, "docs");

    [Fact]
    public void StepTable_EveryRow_NamesACellThatIsThere()
    {
        var rows = File.ReadLines(Path.Combine(Notebooks, "README.md")).Select(line => StepRow.Match(line)).Where(match => match.Success).ToList();
        Assert.True(rows.Count >= 30, $"only {rows.Count} rows were understood");
        foreach (var row in rows)
        {
            var notebook = LessonNotebook.Open(row.Groups["notebook"].Value);
            Assert.StartsWith(row.Groups["number"].Value, notebook.Name, StringComparison.Ordinal);
            Assert.True(
                notebook.Code.Concat(notebook.Markdown).Any(cell => cell.Id == row.Groups["cell"].Value),
                $"{row.Groups["step"].Value}: {notebook.Name} has no cell '{row.Groups["cell"].Value}'");
        }
    }

    [Fact]
    public void Readme_LinksToEveryNotebookInOrder()
    {
        var overview = File.ReadLines(Path.Combine(Notebooks, "README.md")).Select(line => OverviewRow.Match(line)).Where(match => match.Success);
        Assert.Equal(LessonNotebook.Names, overview.Select(match => match.Groups["notebook"].Value));
    }

    [Fact]
    public void Glossary_EveryWord_IsUsedFirstWhereItSays()
    {
        var prose = LessonNotebook.Names.ToDictionary(name => name, name => string.Join('\n', LessonNotebook.Open(name).Prose.Select(cell => LinkText.Replace(cell.Text, " ").Replace("MarkDone", "mark done", StringComparison.Ordinal))), StringComparer.Ordinal);
        var rows = File.ReadLines(Path.Combine(Docs, "glossary.md")).Select(line => GlossaryRow.Match(line)).Where(match => match.Success).ToList();
        Assert.True(rows.Count >= 20, $"only {rows.Count} rows were understood");
        foreach (var row in rows)
        {
            var first = LessonNotebook.Names.FirstOrDefault(name => prose[name].Contains(row.Groups["word"].Value, StringComparison.OrdinalIgnoreCase));
            Assert.True(row.Groups["notebook"].Value == first, $"'{row.Groups["word"].Value}' is used first in {first ?? "no notebook"}");
        }

        var words = rows.Select(row => row.Groups["word"].Value).ToList();
        Assert.Equal(words.Order(StringComparer.Ordinal), words);
    }

    [Fact]
    public void TeachingNotes_EveryNotebook_HasAPageWithItsParts()
    {
        var pages = Directory.GetFiles(Path.Combine(Docs, "teaching"), "??-*.md").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);
        Assert.Equal(LessonNotebook.Names, pages);
        foreach (var page in LessonNotebook.Names)
        {
            var text = File.ReadAllText(Path.Combine(Docs, "teaching", page + ".md"));
            foreach (var part in (string[])["**Goal.**", "**Time.**", "## Ask", "| ask | likely answers | what to say |"])
                Assert.True(text.Contains(part, StringComparison.Ordinal), $"{page}: '{part}' is missing");
            Assert.Contains($"notebooks/{page}.ipynb", text, StringComparison.Ordinal);
        }
    }

    [GeneratedRegex(@"^\| (?<step>.+) \| \[(?<number>\d\d)\]\((?<notebook>[\w-]+)\.ipynb\) \| `(?<cell>[\w-]+)` \|$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StepRow { get; }

    [GeneratedRegex(@"^\| \[\d+\. [^]]+\]\((?<notebook>[\w-]+)\.ipynb\) \|", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OverviewRow { get; }

    [GeneratedRegex(@"^\| \*\*(?<word>[^*]+)\*\* \| .+ \| \[\d+\]\(\.\./notebooks/(?<notebook>[\w-]+)\.ipynb\) \|$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GlossaryRow { get; }

    [GeneratedRegex(@"\[[^]]*\]\([^)]*\)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LinkText { get; }
}
