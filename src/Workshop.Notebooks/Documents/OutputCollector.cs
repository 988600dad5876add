using System.Text;
using System.Text.Json.Nodes;

namespace Workshop.Notebooks;

/// <summary>Gathers what the cells of one run give out, as the outputs that Jupyter would store.</summary>
internal sealed class OutputCollector(ICellListener? next) : ICellListener
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, List<Output>> _outputs = [];
    private readonly Dictionary<string, Output> _displays = new(StringComparer.Ordinal);
    private readonly HashSet<int> _toClear = [];

    public void OnCellEvent(CellEvent cellEvent)
    {
        lock (_lock)
            Take(cellEvent);
        next?.OnCellEvent(cellEvent);
    }

    /// <summary>The outputs of one cell as they stand now.</summary>
    public JsonArray OutputsOf(int cellNumber)
    {
        lock (_lock)
            return new JsonArray([.. (_outputs.GetValueOrDefault(cellNumber) ?? []).Select(JsonNode (output) => output.ToJson())]);
    }

    private void Take(CellEvent cellEvent)
    {
        if (cellEvent is CellEvent.DisplayUpdated update)
        {
            if (_displays.TryGetValue(update.DisplayId, out var display))
                display.Data = update.Data;
            return;
        }
        if (!_outputs.TryGetValue(cellEvent.CellNumber, out var outputs))
            _outputs.Add(cellEvent.CellNumber, outputs = []);
        if (_toClear.Remove(cellEvent.CellNumber) && cellEvent is not CellEvent.Cleared)
            outputs.Clear();
        switch (cellEvent)
        {
            case CellEvent.Wrote wrote:
                if (outputs.LastOrDefault() is not { Text: not null } last || last.Stream != wrote.Stream)
                    outputs.Add(last = new Output { Text = new StringBuilder(), Stream = wrote.Stream });
                last.Text.Append(wrote.Text);
                break;
            case CellEvent.Displayed displayed:
                var output = new Output { Data = displayed.Data };
                outputs.Add(output);
                _displays.Add(displayed.DisplayId, output);
                break;
            case CellEvent.Returned returned:
                outputs.Add(new Output { Data = returned.Data, ExecutionCount = returned.CellNumber });
                break;
            case CellEvent.Cleared cleared:
                if (cleared.WaitsForNext)
                    _toClear.Add(cleared.CellNumber);
                else
                    outputs.Clear();
                break;
            case CellEvent.Failed failed:
                outputs.Add(new Output { Error = failed.Error });
                break;
        }
    }

    /// <summary>nbformat's list of lines, each with its line end.</summary>
    internal static JsonArray Lines(string text)
    {
        var lines = new JsonArray();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start);
            var next = end < 0 ? text.Length : end + 1;
            lines.Add((JsonNode)text[start..next]);
            start = next;
        }
        return lines;
    }

    private sealed class Output
    {
        public StringBuilder? Text { get; init; }

        public ConsoleStream Stream { get; init; }

        public MimeBundle? Data { get; set; }

        public int? ExecutionCount { get; init; }

        public CellError? Error { get; init; }

        // The members are in the order of their names, as Jupyter writes them.
        public JsonObject ToJson()
        {
            if (Text is not null)
            {
                return new JsonObject
                {
                    ["name"] = Stream == ConsoleStream.Out ? "stdout" : "stderr",
                    ["output_type"] = "stream",
                    ["text"] = Lines(Text.ToString()),
                };
            }
            if (Error is not null)
            {
                return new JsonObject
                {
                    ["ename"] = Error.Name,
                    ["evalue"] = Error.Message,
                    ["output_type"] = "error",
                    ["traceback"] = new JsonArray([.. Error.Traceback.Select(line => (JsonNode)line)]),
                };
            }
            var json = new JsonObject { ["data"] = StoredData(Data!) };
            if (ExecutionCount is { } count)
                json["execution_count"] = count;
            json["metadata"] = new JsonObject();
            json["output_type"] = ExecutionCount is null ? "display_data" : "execute_result";
            return json;
        }

        // On disk, unlike on the wire, texts are lists of lines; base64 is not a text in this sense.
        private static JsonObject StoredData(MimeBundle data)
        {
            var json = data.ToJson();
            foreach (var (mimeType, form) in data.Forms)
            {
                if (mimeType.StartsWith("text/", StringComparison.Ordinal) || mimeType is "image/svg+xml" or "application/javascript")
                    json[mimeType] = Lines(form);
            }
            return json;
        }
    }
}
