using System.Text;

namespace Workshop.Notebooks.Tests;

/// <summary>C# as people write it in notebooks, each with exactly what a person would see below its cells: the files in <c>Snippets</c>.</summary>
public sealed class SnippetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("snippet").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Titles => [.. Snippet.All.Select(snippet => snippet.Title)];

    [Theory]
    [MemberData(nameof(Titles))]
    public async Task RunAsync_Snippet_ShowsWhatItsFileSays(string title)
    {
        var snippet = Snippet.All.Single(snippet => snippet.Title == title);
        foreach (var (name, text) in snippet.Files)
            await File.WriteAllTextAsync(Path.Combine(_folder, name), text, TestContext.Current.CancellationToken);

        await using var cells = new RecordedCells(new SessionOptions { BaseDirectory = _folder });
        var typed = new Queue<string>(snippet.Typed);
        var options = new CellOptions { Input = _ => Task.FromResult(typed.TryDequeue(out var line) ? line : null), OutputLimit = 2_000 };
        foreach (var code in snippet.Cells)
            await cells.RunAsync(code, options: options);
        await cells.Session.FlushAsync();

        Assert.Equal(snippet.Text, snippet.Transcript(cells.Events));
    }

    [Fact]
    public void Snippets_AllFiles_AreAtLeastEightyAndNoTwoOfOneTitle()
    {
        Assert.True(Snippet.All.Count >= 80);
        Assert.Equal(Snippet.All.Count, Snippet.All.DistinctBy(snippet => snippet.Title).Count());
    }
}

/// <summary>One case of a file: cells, what is typed into them, and what they give out.</summary>
/// <remarks>
/// A line says by its beginning what it is. <c>##</c> title; <c>@</c> name of a file beside the notebook; <c>&lt;</c> a line that the user types;
/// <c>&gt;</c> first line of a cell; <c>.</c> further line of a cell or file. Below a cell stands what it gives out, in order: <c>|</c> standard output (<c>¦</c>: without a
/// line end), <c>!</c> standard error (<c>¡</c>), <c>*</c> a display, <c>~</c> a display's new value, <c>=</c> the result, <c>x</c> the error's traceback.
/// </remarks>
internal sealed class Snippet
{
    public static readonly IReadOnlyList<Snippet> All = [.. ReadAll()];

    private readonly List<string> _input = [];
    private readonly List<(string Name, StringBuilder Text)> _files = [];
    private readonly List<StringBuilder> _cells = [];

    private Snippet(string title) => Title = title;

    public string Title { get; }

    public string Text { get; private set; } = "";

    public IEnumerable<(string Name, string Text)> Files => _files.Select(file => (file.Name, file.Text.ToString()));

    public IEnumerable<string> Typed => _input;

    public IEnumerable<string> Cells => _cells.Select(cell => cell.ToString());

    /// <summary>The case as its file would have it, had it given out this.</summary>
    public string Transcript(IReadOnlyList<CellEvent> events)
    {
        var text = new StringBuilder();
        foreach (var (name, content) in Files)
            Add(text.Append($"@ {name}\n"), '.', content);
        foreach (var line in _input)
            text.Append($"< {line}\n");
        for (var number = 1; number <= _cells.Count; number++)
        {
            var code = Lines('.', _cells[number - 1].ToString());
            text.Append('>').Append(code, 1, code.Length - 1);
            foreach (var (mark, output) in Joined(events.Where(e => e.CellNumber == number)))
                Add(text, mark, output);
        }
        return text.ToString();
    }

    private static List<(char Mark, string Text)> Joined(IEnumerable<CellEvent> events)
    {
        var outputs = new List<(char Mark, string Text)>();
        foreach (var e in events)
        {
            (char Mark, string Text) output = e switch
            {
                CellEvent.Wrote { Stream: ConsoleStream.Out } wrote => ('|', wrote.Text),
                CellEvent.Wrote wrote => ('!', wrote.Text),
                CellEvent.Displayed displayed => ('*', displayed.Data.Text),
                CellEvent.DisplayUpdated updated => ('~', updated.Data.Text),
                CellEvent.Returned returned => ('=', returned.Data.Text),
                CellEvent.Failed failed => ('x', failed.Error.ToString()),
                _ => ('?', e.ToString()),
            };
            if (outputs.Count > 0 && outputs[^1].Mark == output.Mark && e is CellEvent.Wrote)
                outputs[^1] = (output.Mark, outputs[^1].Text + output.Text);
            else
                outputs.Add(output);
        }
        return outputs;
    }

    private static void Add(StringBuilder text, char mark, string output)
    {
        var isStream = mark is '|' or '!';
        var lines = Lines(mark, isStream && output.EndsWith('\n') ? output[..^1] : output);
        if (isStream && !output.EndsWith('\n'))
        {
            var last = lines.LastIndexOf('\n', lines.Length - 2) + 1;
            lines = lines[..last] + (mark == '|' ? '¦' : '¡') + lines[(last + 1)..];
        }
        text.Append(lines);
    }

    private static string Lines(char mark, string text) =>
        string.Concat(text.Split('\n').Select(line => line.Length == 0 ? $"{mark}\n" : $"{mark} {line}\n"));

    private static IEnumerable<Snippet> ReadAll()
    {
        var assembly = typeof(Snippet).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".txt", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            foreach (var part in reader.ReadToEnd().Replace("\r\n", "\n", StringComparison.Ordinal).Split("\n## ").Skip(1))
                yield return Read(part);
        }
    }

    private static Snippet Read(string part)
    {
        var lines = part.TrimEnd('\n').Split('\n');
        var snippet = new Snippet(lines[0]) { Text = string.Concat(lines.Skip(1).Select(line => line + "\n")) };
        StringBuilder? open = null;
        foreach (var line in lines.Skip(1))
        {
            var text = line.Length > 2 ? line[2..] : "";
            switch (line[0])
            {
                case '@':
                    open = null;
                    snippet._files.Add((text, new StringBuilder()));
                    break;
                case '<':
                    snippet._input.Add(text);
                    break;
                case '>':
                    snippet._cells.Add(open = new StringBuilder(text));
                    break;
                case '.' when open is not null:
                    open.Append('\n').Append(text);
                    break;
                case '.':
                    open = snippet._files[^1].Text.Append(text);
                    break;
            }
        }
        return snippet;
    }
}
