using System.Text.Json.Nodes;

namespace Workshop.Notebooks;

/// <summary>Turns what one cell gives out into messages, each of which names the request that ran the cell.</summary>
/// <param name="publisher">Where they go.</param>
/// <param name="parent">The request's header.</param>
/// <param name="number">What the front end was told is the cell's number: one that does not count has that of the cell before it.</param>
/// <remarks>A task that outlives its cell keeps its listener, so its output still appears below the right cell.</remarks>
internal sealed class PublishingListener(KernelPublisher publisher, byte[] parent, int number) : ICellListener
{
    private string? _result;

    /// <summary>The text of the cell's result, if it had one: what the history keeps.</summary>
    public string? Result => _result;

    public void OnCellEvent(CellEvent cellEvent)
    {
        switch (cellEvent)
        {
            case CellEvent.Wrote wrote:
                Publish("stream", new JsonObject { ["name"] = wrote.Stream == ConsoleStream.Out ? "stdout" : "stderr", ["text"] = wrote.Text });
                break;
            case CellEvent.Displayed displayed:
                Publish("display_data", Display(displayed.Data, displayed.DisplayId));
                break;
            case CellEvent.DisplayUpdated updated:
                Publish("update_display_data", Display(updated.Data, updated.DisplayId));
                break;
            case CellEvent.Cleared cleared:
                Publish("clear_output", new JsonObject { ["wait"] = cleared.WaitsForNext });
                break;
            case CellEvent.Returned returned:
                _result = returned.Data.Text;
                Publish("execute_result", new JsonObject { ["execution_count"] = number, ["data"] = returned.Data.ToJson(), ["metadata"] = new JsonObject() });
                break;
            case CellEvent.Failed failed:
                var error = KernelErrors.ToJson(failed.Error);
                error.Remove("status");
                Publish("error", error);
                break;
        }
    }

    private void Publish(string type, JsonObject content) => publisher.Publish(type, content, parent);

    private static JsonObject Display(MimeBundle data, string displayId) => new()
    {
        ["data"] = data.ToJson(),
        ["metadata"] = new JsonObject(),
        ["transient"] = new JsonObject { ["display_id"] = displayId },
    };
}
