using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Workshop.Notebooks;

/// <summary>Writes JSON byte for byte as Jupyter writes notebooks: one space of indent, <c>\n</c>, non-ASCII as it is.</summary>
/// <remarks>
/// System.Text.Json's own writer cannot: with every encoder it offers, it escapes characters that Jupyter leaves alone (an emoji,
/// for one), and saving a notebook would change lines that nobody touched.
/// </remarks>
internal static class JupyterJson
{
    public static byte[] Write(JsonNode root)
    {
        return Encoding.UTF8.GetBytes(Text(root, 0, " ") + "\n"); // half a character, which a program may well print, becomes U+FFFD
    }

    /// <summary>A value that stands <paramref name="depth"/> levels deep; everything in one line where there is no <paramref name="indent"/>.</summary>
    public static string Text(JsonNode? node, int depth, string? indent)
    {
        var text = new StringBuilder();
        Write(text, node, depth, indent);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonNode? node, int depth, string? indent)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject { Count: 0 }:
                text.Append("{}");
                break;
            case JsonArray { Count: 0 }:
                text.Append("[]");
                break;
            case JsonObject members:
                var separator = '{';
                foreach (var (name, value) in members)
                {
                    BeginLine(text.Append(separator), depth + 1, indent);
                    Quote(text, name);
                    Write(text.Append(indent is null ? ":" : ": "), value, depth + 1, indent);
                    separator = ',';
                }
                BeginLine(text, depth, indent);
                text.Append('}');
                break;
            case JsonArray items:
                var before = '[';
                foreach (var item in items)
                {
                    BeginLine(text.Append(before), depth + 1, indent);
                    Write(text, item, depth + 1, indent);
                    before = ',';
                }
                BeginLine(text, depth, indent);
                text.Append(']');
                break;
            default:
                if (node.GetValueKind() == JsonValueKind.String)
                    Quote(text, node.GetValue<string>());
                else
                    text.Append(node.ToJsonString()); // A number keeps the digits it was read with.
                break;
        }
    }

    private static void BeginLine(StringBuilder text, int depth, string? indent)
    {
        if (indent is null)
            return;
        text.Append('\n');
        for (var i = 0; i < depth; i++)
            text.Append(indent);
    }

    private static void Quote(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' => text.Append($"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }
        text.Append('"');
    }
}
