using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Workshop.Notebooks;

/// <summary>An <c>.ipynb</c> file (nbformat 4) in memory, which keeps everything it does not understand.</summary>
/// <remarks>
/// Saving a document gives the bytes it was read from, but for the outputs that were set: those are written in the file's own indent and line
/// ends. Only where a cell has no member to put them in is the whole file written anew, in Jupyter's layout.
/// </remarks>
public sealed class NotebookDocument
{
    private static readonly JsonDocumentOptions s_jsonOptions = new() { AllowDuplicateProperties = false, MaxDepth = 512 };

    private readonly byte[] _original;
    private readonly byte[] _asLoaded;
    private readonly JsonObject _json;

    private NotebookDocument(string name, string folder, byte[] original, JsonObject json, List<NotebookCell> cells)
    {
        Name = name;
        Folder = folder;
        _original = original;
        _json = json;
        Cells = cells;
        try
        {
            _asLoaded = JupyterJson.Write(json);
        }
        catch (Exception exception) when (exception is InvalidOperationException or EncoderFallbackException)
        {
            throw new NotebookFormatException($"{name}: a text in it holds half a character (a lone surrogate)", exception);
        }
    }

    /// <summary>The file as the caller named it, for messages.</summary>
    public string Name { get; }

    /// <summary>The notebook's folder, an absolute path: where its <c>#r</c> and links start from.</summary>
    public string Folder { get; }

    /// <summary>All cells, in order.</summary>
    public IReadOnlyList<NotebookCell> Cells { get; }

    /// <summary>The first heading of the prose, or the file's name where there is none.</summary>
    public string Title => Cells.Where(cell => cell.Kind == NotebookCellKind.Markdown)
        .SelectMany(cell => cell.Source.Split('\n')).FirstOrDefault(line => line.StartsWith("# ", StringComparison.Ordinal))?[2..].Trim()
        ?? Path.GetFileNameWithoutExtension(Name);

    /// <summary>Reads a notebook.</summary>
    /// <param name="path">The file; relative to the process's current folder.</param>
    /// <exception cref="NotebookFormatException">The file is no notebook of nbformat 4.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static NotebookDocument Load(string path) =>
        Parse(File.ReadAllBytes(path), path, Path.GetDirectoryName(Path.GetFullPath(path))!);

    /// <summary>Reads a Markdown file as a document of one cell, so that a page can have it beside notebooks.</summary>
    /// <param name="path">The file; relative to the process's current folder.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static NotebookDocument LoadMarkdown(string path)
    {
        var json = new JsonObject
        {
            ["cells"] = new JsonArray(new JsonObject { ["cell_type"] = "markdown", ["id"] = "text", ["metadata"] = new JsonObject(), ["source"] = File.ReadAllText(path) }),
            ["metadata"] = new JsonObject(),
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        };
        return Parse(JupyterJson.Write(json), path, Path.GetDirectoryName(Path.GetFullPath(path)));
    }

    /// <summary>Reads a notebook that is in memory already.</summary>
    /// <param name="utf8">The file's bytes.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="folder">Where it lies, or would lie; <c>null</c> for the process's current folder.</param>
    /// <exception cref="NotebookFormatException">It is no notebook of nbformat 4.</exception>
    public static NotebookDocument Parse(ReadOnlySpan<byte> utf8, string name, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        var json = ReadJson(utf8, name);
        if (json is not JsonObject root)
            throw new NotebookFormatException($"{name}: a notebook is a JSON object, this is {KindOf(json)}");
        RequireVersion4(root, name);
        return new NotebookDocument(name, Path.GetFullPath(folder ?? "."), utf8.ToArray(), root, ReadCells(root, name));
    }

    /// <summary>An independent copy: changing one changes nothing in the other.</summary>
    public NotebookDocument Clone() => Parse(ToBytes(), Name, Folder);

    /// <summary>The file's bytes: those it was read from, as long as nothing was changed.</summary>
    public byte[] ToBytes()
    {
        var now = JupyterJson.Write(_json);
        if (now.AsSpan().SequenceEqual(_asLoaded))
            return [.. _original];
        var before = JsonNode.Parse(_asLoaded, documentOptions: s_jsonOptions)!;
        return NotebookSplice.Apply(_original, before["cells"]!.AsArray(), _json["cells"]!.AsArray()) ?? now;
    }

    /// <summary>Writes the notebook to a file.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => File.WriteAllBytes(path, ToBytes());

    private static JsonNode? ReadJson(ReadOnlySpan<byte> utf8, string name)
    {
        var withoutMark = utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;
        if (withoutMark.Trim(" \t\r\n"u8).IsEmpty)
            throw new NotebookFormatException($"{name}: the file is empty");
        try
        {
            return JsonNode.Parse(withoutMark, documentOptions: s_jsonOptions);
        }
        catch (JsonException exception)
        {
            // The line and column stand at the end of the message too, counted from 0 and called BytePositionInLine.
            var message = exception.Message.Split(" LineNumber:")[0].Split(" Path:")[0].TrimEnd('.', ' ');
            var place = exception.LineNumber is { } line ? $" at line {line + 1}, column {exception.BytePositionInLine + 1}" : "";
            throw new NotebookFormatException($"{name}: not JSON{place}: {message.ReplaceLineEndings(" ")}", exception);
        }
    }

    private static void RequireVersion4(JsonObject root, string name)
    {
        if (root["nbformat"] is not JsonValue value || !value.TryGetValue<int>(out var version))
            throw new NotebookFormatException($"{name}: it has no number 'nbformat', so it is no notebook");
        if (version != 4)
        {
            throw new NotebookFormatException(version < 4
                ? $"{name}: nbformat {version} is too old; open and save the notebook in Jupyter, which makes it nbformat 4"
                : $"{name}: nbformat {version} is newer than nbformat 4, the only one known here");
        }
    }

    private static List<NotebookCell> ReadCells(JsonObject root, string name)
    {
        if (root["cells"] is not JsonArray array)
            throw new NotebookFormatException($"{name}: it has no list 'cells'");
        var cells = new List<NotebookCell>();
        foreach (var node in array)
        {
            var position = cells.Count + 1;
            if (node is not JsonObject cell)
                throw new NotebookFormatException($"{name}: cell {position} is {KindOf(node)}, not a JSON object");
            if (cell["cell_type"] is not JsonValue type || type.GetValueKind() != JsonValueKind.String)
                throw new NotebookFormatException($"{name}: cell {position} has no 'cell_type'");
            var kind = type.GetValue<string>() switch
            {
                "code" => NotebookCellKind.Code,
                "markdown" => NotebookCellKind.Markdown,
                "raw" => NotebookCellKind.Raw,
                var other => throw new NotebookFormatException($"{name}: cell {position} has the cell_type '{other}'; known are code, markdown and raw"),
            };
            var source = TextOf(cell["source"]) ?? throw new NotebookFormatException($"{name}: cell {position} has no 'source' (a text or a list of lines)");
            if (cell["outputs"] is { } outputs && (outputs is not JsonArray list || list.Any(output => output is not JsonObject)))
                throw new NotebookFormatException($"{name}: cell {position} has 'outputs' that are not a list of JSON objects");
            cells.Add(new NotebookCell(cell, position, kind, source));
        }
        return cells;
    }

    /// <summary>nbformat's multi-line text: a string or an array of them.</summary>
    internal static string? TextOf(JsonNode? node)
    {
        if (node is JsonArray lines && lines.All(IsString))
            return string.Concat(lines.Select(line => line!.GetValue<string>()));
        return IsString(node) ? node!.GetValue<string>() : null;

        static bool IsString(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String;
    }

    private static string KindOf(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "null",
    };
}
