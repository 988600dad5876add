using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Workshop.Notebooks;

/// <summary>Puts new outputs into the bytes of a notebook and leaves all other bytes as they are, whoever wrote them.</summary>
/// <remarks>
/// Editors differ in indent, line ends, escapes and the order of members. Written anew, such a file would change in lines that nobody touched.
/// </remarks>
internal static class NotebookSplice
{
    private static readonly string[] s_members = ["execution_count", "outputs"];

    /// <summary>The new bytes, or <c>null</c> where a cell lacks a member that it is to have: there is no place to put it.</summary>
    /// <param name="original">The file as it was read.</param>
    /// <param name="before">What it held.</param>
    /// <param name="now">What it is to hold: the same but for <c>execution_count</c> and <c>outputs</c> of cells.</param>
    public static byte[]? Apply(ReadOnlySpan<byte> original, JsonArray before, JsonArray now)
    {
        var mark = original.StartsWith("\uFEFF"u8) ? 3 : 0;
        var places = FindPlaces(original[mark..]);
        var (indent, newLine) = LayoutOf(original);
        var result = new ArrayBufferWriter<byte>(original.Length);
        var copied = 0;
        for (var i = 0; i < now.Count; i++)
        {
            var changed = s_members.Where(name => !JsonNode.DeepEquals(before[i]![name], now[i]![name])).ToList();
            if (changed.Exists(name => !places[i].ContainsKey(name)))
                return null;
            foreach (var place in changed.Select(name => (Name: name, Span: places[i][name])).OrderBy(place => place.Span.Start))
            {
                result.Write(original[copied..(mark + place.Span.Start)]);
                var text = JupyterJson.Text(now[i]![place.Name], place.Span.Depth, indent);
                result.Write(Encoding.UTF8.GetBytes(newLine == "\n" ? text : text.Replace("\n", newLine, StringComparison.Ordinal)));
                copied = mark + place.Span.End;
            }
        }
        result.Write(original[copied..]);
        return result.WrittenSpan.ToArray();
    }

    // Where the values of each cell's members stand, and how deep.
    private static List<Dictionary<string, (int Start, int End, int Depth)>> FindPlaces(ReadOnlySpan<byte> utf8)
    {
        var cells = new List<Dictionary<string, (int, int, int)>>();
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = 512 });
        var isInCells = false;
        while (reader.Read())
        {
            if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName)
                isInCells = reader.ValueTextEquals("cells");
            if (!isInCells)
                continue;
            if (reader.CurrentDepth == 2 && reader.TokenType == JsonTokenType.StartObject)
                cells.Add(new Dictionary<string, (int, int, int)>(StringComparer.Ordinal));
            if (reader.CurrentDepth != 3 || reader.TokenType != JsonTokenType.PropertyName)
                continue;
            var name = reader.GetString()!;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            cells[^1][name] = (start, (int)reader.BytesConsumed, 3);
        }
        return cells;
    }

    // Of the first line that is indented: "{\n  " is two spaces and \n. All in one line: no indent at all.
    private static (string? Indent, string NewLine) LayoutOf(ReadOnlySpan<byte> utf8)
    {
        var end = utf8.IndexOf((byte)'\n');
        if (end < 0)
            return (null, "\n");
        var newLine = end > 0 && utf8[end - 1] == '\r' ? "\r\n" : "\n";
        var line = utf8[(end + 1)..];
        var length = line.IndexOfAnyExcept((byte)' ', (byte)'\t');
        return (length > 0 ? Encoding.UTF8.GetString(line[..length]) : " ", newLine);
    }
}
