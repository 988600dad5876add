using System.Text.Json.Nodes;

namespace Workshop.Notebooks;

/// <summary>An error in the form that both an answer and an <c>error</c> message have.</summary>
internal static class KernelErrors
{
    public static JsonObject ToJson(CellError error) => new()
    {
        ["status"] = "error",
        ["ename"] = error.Name,
        ["evalue"] = error.Message,
        ["traceback"] = new JsonArray([.. error.Traceback.Select(line => (JsonNode)line)]),
    };
}
