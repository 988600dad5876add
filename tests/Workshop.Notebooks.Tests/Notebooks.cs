using System.Text;
using System.Text.Json.Nodes;

namespace Workshop.Notebooks.Tests;

/// <summary>Makes notebooks for tests, in the layout in which Jupyter saves them.</summary>
internal static class Notebooks
{
    public static NotebookDocument Of(params IEnumerable<JsonObject> cells) => In(Path.GetTempPath(), "lesson.ipynb", cells);

    public static NotebookDocument In(string folder, string name, params IEnumerable<JsonObject> cells)
    {
        var json = new JsonObject
        {
            ["cells"] = new JsonArray([.. cells]),
            ["metadata"] = new JsonObject { ["kernelspec"] = new JsonObject { ["name"] = ".net-csharp" } },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        };
        return NotebookDocument.Parse(JupyterJson.Write(json), name, folder);
    }

    public static NotebookDocument Parse(string json) => NotebookDocument.Parse(Encoding.UTF8.GetBytes(json), "lesson.ipynb");

    public static JsonObject Code(string source, params string[] tags)
    {
        var metadata = new JsonObject();
        if (tags.Length > 0)
            metadata["tags"] = new JsonArray([.. tags.Select(tag => (JsonNode)tag)]);
        return new JsonObject
        {
            ["cell_type"] = "code",
            ["execution_count"] = null,
            ["id"] = "c",
            ["metadata"] = metadata,
            ["outputs"] = new JsonArray(),
            ["source"] = OutputCollector.Lines(source),
        };
    }

    public static JsonObject Prose(string source) =>
        new() { ["cell_type"] = "markdown", ["id"] = "m", ["metadata"] = new JsonObject(), ["source"] = OutputCollector.Lines(source) };
}
