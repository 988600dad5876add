using System.Text.Json;
using System.Text.Json.Nodes;

namespace Workshop.Notebooks;

/// <summary>Compares the outputs that a notebook has stored with those of a new run: the stored output is the golden test.</summary>
public static class OutputComparison
{
    /// <summary>Finds the first difference of each cell; none means that the outputs are the same.</summary>
    /// <remarks>Execution counts and outputs' metadata are not compared: they depend on the front end, not on the code.</remarks>
    /// <param name="stored">The notebook as it is stored.</param>
    /// <param name="executed">The same notebook, executed by <see cref="NotebookRunner"/>.</param>
    /// <exception cref="ArgumentException">They are not the same notebook: the number of cells differs.</exception>
    public static IReadOnlyList<OutputDifference> Compare(NotebookDocument stored, NotebookDocument executed)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(executed);
        if (stored.Cells.Count != executed.Cells.Count)
            throw new ArgumentException($"{executed.Name} has {executed.Cells.Count} cells, {stored.Name} has {stored.Cells.Count}.", nameof(executed));
        return [.. stored.Cells.Zip(executed.Cells, CompareCells).OfType<OutputDifference>()];
    }

    private static OutputDifference? CompareCells(NotebookCell stored, NotebookCell executed)
    {
        var number = executed.ExecutionCount;
        var (old, now) = (stored.Outputs, executed.Outputs);
        for (var i = 0; i < Math.Max(old.Count, now.Count); i++)
        {
            var oldParts = i < old.Count ? PartsOf(old[i]) : [];
            var newParts = i < now.Count ? PartsOf(now[i]) : [];
            foreach (var part in oldParts.Keys.Union(newParts.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                var oldText = oldParts.GetValueOrDefault(part);
                var newText = newParts.GetValueOrDefault(part);
                if (string.Equals(oldText, newText, StringComparison.Ordinal))
                    continue;
                var (line, lines) = LineDiff.Of(oldText, newText);
                return new OutputDifference(stored.Position, number, i + 1, part, line, lines);
            }
        }
        return null;
    }

    private static Dictionary<string, string> PartsOf(JsonObject output)
    {
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        switch (NotebookDocument.TextOf(output["output_type"]))
        {
            case "stream":
                parts[NotebookDocument.TextOf(output["name"]) ?? "stream"] = NotebookDocument.TextOf(output["text"]) ?? "";
                break;
            case "error":
                parts["error"] = output["traceback"] is JsonArray lines ? string.Join('\n', lines.Select(line => NotebookDocument.TextOf(line))) : "";
                break;
            case "display_data" or "execute_result" when output["data"] is JsonObject data:
                foreach (var (mimeType, form) in data)
                    parts[mimeType] = NotebookDocument.TextOf(form) ?? form?.ToJsonString(s_readable) ?? "null";
                break;
            case var other:
                parts[other ?? "output"] = output.ToJsonString(s_readable);
                break;
        }
        return parts;
    }

    private static readonly JsonSerializerOptions s_readable = new() { WriteIndented = true };
}
