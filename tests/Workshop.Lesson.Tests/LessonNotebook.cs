using System.Text.Json;
using System.Text.RegularExpressions;

namespace Workshop.Lesson.Tests;

/// <summary>A notebook of the lesson as it is stored: prose, code and outputs, as plain text.</summary>
internal sealed partial class LessonNotebook
{
    private LessonNotebook(string path)
    {
        Name = Path.GetFileNameWithoutExtension(path);
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (var cell in document.RootElement.GetProperty("cells").EnumerateArray())
        {
            var (id, source) = (cell.GetProperty("id").GetString()!, Text(cell.GetProperty("source")));
            if (cell.GetProperty("cell_type").GetString() == "markdown")
            {
                Markdown.Add((id, source));
                continue;
            }

            Code.Add((id, source));
            Outputs[id] = string.Concat(cell.GetProperty("outputs").EnumerateArray().Select(OutputText));
        }
    }

    public static string Repository { get; } = FindRepository();

    public static IEnumerable<string> Names => Directory.GetFiles(Path.Combine(Repository, "notebooks"), "*.ipynb").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);

    public string Name { get; }

    public List<(string Id, string Text)> Markdown { get; } = [];

    public List<(string Id, string Text)> Code { get; } = [];

    /// <summary>What each code cell printed and showed, as text.</summary>
    public Dictionary<string, string> Outputs { get; } = new(StringComparer.Ordinal);

    /// <summary>The Markdown cells without the code in them; what stands between backticks in a line is left.</summary>
    public IEnumerable<(string Id, string Text)> Prose => Markdown.Select(cell => (cell.Id, Fence.Replace(cell.Text, "")));

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Fence { get; }

    public static LessonNotebook Open(string name) => new(Path.Combine(Repository, "notebooks", name + ".ipynb"));

    public string CodeOf(string id) => Code.Single(cell => cell.Id == id).Text;

    private static string Text(JsonElement lines) => lines.ValueKind == JsonValueKind.String ? lines.GetString()! : string.Concat(lines.EnumerateArray().Select(line => line.GetString()));

    private static string OutputText(JsonElement output) =>
        output.TryGetProperty("text", out var stream) ? Text(stream)
        : output.TryGetProperty("data", out var data) && data.TryGetProperty("text/plain", out var plain) ? Text(plain)
        : "";

    private static string FindRepository()
    {
        for (var folder = AppContext.BaseDirectory; ; folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not lie in the repository."))
        {
            if (File.Exists(Path.Combine(folder, "Workshop.slnx")))
                return folder;
        }
    }
}
