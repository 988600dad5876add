using System.Text.Json.Nodes;

namespace Workshop.Notebooks;

/// <summary>Answers what a front end asks about code that is being written.</summary>
internal static class LanguageRequests
{
    public static JsonObject Complete(CSharpSession session, JupyterMessage request)
    {
        var code = request.Text("code");
        var found = session.Complete(code, Position(code, request.Number("cursor_pos")));
        var (start, end) = (CodePoints(code, found.Start), CodePoints(code, found.End));
        return new JsonObject
        {
            ["status"] = "ok",
            ["matches"] = new JsonArray([.. found.Items.Select(item => (JsonNode)item.Text)]),
            ["cursor_start"] = start,
            ["cursor_end"] = end,
            ["metadata"] = new JsonObject
            {
                // IPython's extension of the protocol, which editors take their icons from.
                ["_jupyter_types_experimental"] = new JsonArray([.. found.Items.Select(item => (JsonNode)new JsonObject
                {
                    ["start"] = start,
                    ["end"] = end,
                    ["text"] = item.Text,
                    ["type"] = item.Kind,
                    ["signature"] = item.Signature,
                })]),
            },
        };
    }

    public static JsonObject Inspect(CSharpSession session, JupyterMessage request)
    {
        var code = request.Text("code");
        var text = session.Inspect(code, Position(code, request.Number("cursor_pos")), inDetail: request.Number("detail_level") > 0);
        return new JsonObject
        {
            ["status"] = "ok",
            ["found"] = text is not null,
            ["data"] = text is null ? new JsonObject() : new MimeBundle(text).ToJson(),
            ["metadata"] = new JsonObject(),
        };
    }

    public static JsonObject IsComplete(JupyterMessage request)
    {
        var code = request.Text("code");
        var completeness = ExecuteRequests.IsPageRequest(code) ? CellCompleteness.Complete : CSharpSession.IsComplete(code);
        var answer = new JsonObject { ["status"] = completeness.ToString().ToLowerInvariant() };
        if (completeness == CellCompleteness.Incomplete)
            answer["indent"] = Indentation(code);
        return answer;
    }

    private static string Indentation(string code)
    {
        var line = code.TrimEnd('\n')[(code.TrimEnd('\n').LastIndexOf('\n') + 1)..];
        var indentation = line[..^line.TrimStart().Length];
        return line.TrimEnd().EndsWith('{') ? indentation + "    " : indentation;
    }

    // Jupyter counts code points, .NET counts UTF-16 units: they differ behind the first emoji.
    private static int Position(string code, int? codePoints)
    {
        if (codePoints is null)
            return code.Length;
        var position = 0;
        for (var i = 0; i < codePoints && position < code.Length; i++)
            position += char.IsSurrogatePair(code, position) ? 2 : 1;
        return position;
    }

    private static int CodePoints(string code, int position)
    {
        var count = 0;
        for (var i = 0; i < position; i++)
            count += char.IsHighSurrogate(code[i]) && i + 1 < position && char.IsLowSurrogate(code[i + 1]) ? 0 : 1;
        return count;
    }
}
