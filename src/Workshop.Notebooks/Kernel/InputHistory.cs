using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Workshop.Notebooks;

/// <summary>What was run in this kernel, for a front end that wants to bring it back. Nothing is written to disk.</summary>
internal sealed class InputHistory
{
    // Jupyter numbers sessions across restarts; a kernel that keeps no file has one, and calls it this.
    private const int Session = 1;
    private const int Kept = 10_000;

    private readonly Queue<(int Number, string Code, string? Result)> _entries = new();

    public void Add(int number, string code, string? result)
    {
        _entries.Enqueue((number, code, result));
        if (_entries.Count > Kept)
            _entries.Dequeue();
    }

    /// <summary>The content of an answer to <c>history_request</c>.</summary>
    public JsonObject Answer(JupyterMessage request)
    {
        var found = request.Text("hist_access_type", "tail") switch
        {
            "range" => Range(request.Number("session") ?? 0, request.Number("start") ?? 0, request.Number("stop") ?? int.MaxValue),
            "search" => Search(request.Text("pattern", "*"), request.Number("n"), request.Flag("unique", false)),
            _ => _entries.TakeLast(request.Number("n") ?? int.MaxValue),
        };
        var withOutput = request.Flag("output", false);
        return new JsonObject
        {
            ["status"] = "ok",
            ["history"] = new JsonArray([.. found.Select(entry => ToJson(entry, withOutput))]),
        };
    }

    // Session 0 is the current one, and others count back from it: there are none.
    private IEnumerable<(int Number, string Code, string? Result)> Range(int session, int start, int stop) =>
        session is 0 or Session ? _entries.Where(entry => entry.Number >= start && entry.Number < stop) : [];

    private IEnumerable<(int Number, string Code, string? Result)> Search(string pattern, int? count, bool unique)
    {
        // SQLite's GLOB, as IPython has it: * and ? in the place of any text and any character.
        var glob = new Regex(
            $"^{Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal)}$",
            RegexOptions.Singleline | RegexOptions.NonBacktracking);
        var found = _entries.Where(entry => glob.IsMatch(entry.Code));
        if (unique)
            found = found.Reverse().DistinctBy(entry => entry.Code, StringComparer.Ordinal).Reverse();
        return found.TakeLast(count ?? int.MaxValue);
    }

    private static JsonArray ToJson((int Number, string Code, string? Result) entry, bool withOutput) => new JsonArray(
        Session,
        entry.Number,
        withOutput ? new JsonArray(entry.Code, entry.Result) : entry.Code);
}
