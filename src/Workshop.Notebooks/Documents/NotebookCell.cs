using System.Text.Json;
using System.Text.Json.Nodes;

namespace Workshop.Notebooks;

/// <summary>One cell of a <see cref="NotebookDocument"/>: a view on its JSON, which is changed in place.</summary>
public sealed class NotebookCell
{
    private readonly JsonObject _json;

    internal NotebookCell(JsonObject json, int position, NotebookCellKind kind, string source)
    {
        _json = json;
        Position = position;
        Kind = kind;
        Source = source;
    }

    /// <summary>The cell's place among all cells of the notebook, from 1.</summary>
    public int Position { get; }

    /// <summary>Whether it is code or prose.</summary>
    public NotebookCellKind Kind { get; }

    /// <summary>The cell's text, lines separated as they are in the file.</summary>
    public string Source { get; }

    /// <summary>The id that nbformat 4.5 gives every cell, or <c>null</c> in older notebooks.</summary>
    public string? Id => _json["id"] is JsonValue id && id.GetValueKind() == JsonValueKind.String ? id.GetValue<string>() : null;

    /// <summary>The cell's tags, <c>metadata.tags</c>.</summary>
    public IReadOnlyList<string> Tags =>
        (_json["metadata"] as JsonObject)?["tags"] is JsonArray tags
            ? [.. tags.OfType<JsonValue>().Where(tag => tag.GetValueKind() == JsonValueKind.String).Select(tag => tag.GetValue<string>())]
            : [];

    /// <summary>The number in the brackets beside a code cell; <c>null</c> when it has not run.</summary>
    public int? ExecutionCount =>
        _json["execution_count"] is JsonValue count && count.TryGetValue<int>(out var number) ? number : null;

    /// <summary>The outputs as nbformat has them; empty for prose. Do not change them: use <see cref="SetOutputs"/>.</summary>
    public IReadOnlyList<JsonObject> Outputs => _json["outputs"] is JsonArray outputs ? [.. outputs.OfType<JsonObject>()] : [];

    /// <summary>The images and the like that a Markdown cell carries with it (<c>attachment:name</c>), or <c>null</c>.</summary>
    internal JsonObject? Attachments => _json["attachments"] as JsonObject;

    /// <summary>Replaces what the cell last gave out.</summary>
    /// <param name="executionCount">Its new execution count, or <c>null</c>: it has not run.</param>
    /// <param name="outputs">Outputs in nbformat's form, owned by the document from now on.</param>
    /// <exception cref="InvalidOperationException">The cell is prose.</exception>
    public void SetOutputs(int? executionCount, JsonArray outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        if (Kind != NotebookCellKind.Code)
            throw new InvalidOperationException("Only a code cell has outputs.");
        Set("execution_count", executionCount);
        Set("outputs", outputs);
    }

    // Jupyter sorts the names of a cell's members; an existing one stays where it is.
    private void Set(string name, JsonNode? value)
    {
        if (_json.ContainsKey(name))
        {
            _json[name] = value;
            return;
        }
        var index = 0;
        while (index < _json.Count && string.CompareOrdinal(_json.GetAt(index).Key, name) < 0)
            index++;
        _json.Insert(index, name, value);
    }
}

/// <summary>The kinds of cell that nbformat knows.</summary>
public enum NotebookCellKind
{
    /// <summary>C# to run.</summary>
    Code,

    /// <summary>Prose.</summary>
    Markdown,

    /// <summary>Text that only converters look at.</summary>
    Raw,
}
