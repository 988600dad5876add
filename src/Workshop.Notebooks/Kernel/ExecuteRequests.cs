using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Workshop.Notebooks;

/// <summary>Runs the cells that a front end asks for.</summary>
internal sealed partial class ExecuteRequests(CSharpSession session, KernelPublisher publisher, StdinChannel stdin, InputHistory history)
{
    private static readonly ICellListener s_nobody = ICellListener.Calling(static _ => { });

    /// <summary>Runs a cell and makes the answer's content.</summary>
    /// <param name="request">An <c>execute_request</c>.</param>
    /// <param name="onFailure">Called when the cell fails and what waits behind it must not run.</param>
    /// <param name="stop">Stops the cell.</param>
    public async Task<JsonObject> ExecuteAsync(JupyterMessage request, Action onFailure, CancellationToken stop)
    {
        var code = request.Text("code");
        var isSilent = request.Flag("silent", false);
        var isCounted = !isSilent && request.Flag("store_history", true);
        var number = session.ExecutionCount + (isCounted ? 1 : 0);
        if (!isSilent)
            publisher.Publish("execute_input", new JsonObject { ["code"] = code, ["execution_count"] = number }, request.Header);

        var options = new CellOptions
        {
            IsCounted = isCounted,
            Input = request.Flag("allow_stdin", true) ? token => stdin.AskAsync(request, token) : RefuseInputAsync,
        };
        if (PageRequest().Match(code) is { Success: true } page && Page(page.Groups[1].Value) is { } documentation)
            return Answered(await RunAsync("", s_nobody, options, stop), documentation);
        var listener = new PublishingListener(publisher, request.Header, number);
        var outcome = await RunAsync(code, isSilent ? s_nobody : listener, options, stop);
        if (isCounted)
            history.Add(number, code, listener.Result);

        var reply = Answered(outcome);
        if (outcome.Succeeded)
            reply["user_expressions"] = await EvaluateAsync(request, stop);
        // A silent cell is the front end's own question: what the user has queued does not build on it.
        else if (!isSilent && request.Flag("stop_on_error", true))
            onFailure();
        return reply;

        JsonObject Answered(CellOutcome outcome, JsonArray? payload = null)
        {
            var answer = outcome.Error is null ? new JsonObject { ["status"] = "ok" } : KernelErrors.ToJson(outcome.Error);
            answer["execution_count"] = number;
            answer["payload"] = payload ?? [];
            answer["user_expressions"] = new JsonObject();
            return answer;
        }
    }

    // "Console.WriteLine?" is no C#, and in Jupyter's consoles it asks for documentation.
    private JsonArray? Page(string name) => session.Inspect(name, name.Length, inDetail: true) is { } text
        ? [new JsonObject { ["source"] = "page", ["start"] = 0, ["data"] = new MimeBundle(text).ToJson() }]
        : null;

    [GeneratedRegex(@"^\s*([\w.]+)\?\s*$")]
    private static partial Regex PageRequest();

    /// <summary>Whether this asks for documentation and is no C#.</summary>
    public static bool IsPageRequest(string code) => PageRequest().IsMatch(code);

    // What the front end wants to know after the cell: a name for each answer, and an expression.
    private async Task<JsonObject> EvaluateAsync(JupyterMessage request, CancellationToken stop)
    {
        var answers = new JsonObject();
        if (!request.Content.TryGetProperty("user_expressions", out var expressions) || expressions.ValueKind != JsonValueKind.Object)
            return answers;
        foreach (var expression in expressions.EnumerateObject())
        {
            MimeBundle? value = null;
            var outcome = await RunAsync(
                expression.Value.ToString(),
                ICellListener.Calling(e => value = e is CellEvent.Returned returned ? returned.Data : value),
                new CellOptions { IsCounted = false, Input = RefuseInputAsync },
                stop);
            answers[expression.Name] = outcome.Error is not null
                ? KernelErrors.ToJson(outcome.Error)
                : new JsonObject { ["status"] = "ok", ["data"] = value?.ToJson() ?? new JsonObject(), ["metadata"] = new JsonObject() };
        }
        return answers;
    }

    private async Task<CellOutcome> RunAsync(string code, ICellListener listener, CellOptions options, CancellationToken stop)
    {
        try
        {
            return await session.RunAsync(code, listener, options, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stop was pressed between busy and the cell's turn. The cell is told of like any that was stopped.
            var number = session.ExecutionCount + 1;
            var error = new CellError("Stopped", "Stopped before it began to run.", ["Stopped: stopped before it began to run."]);
            listener.OnCellEvent(new CellEvent.Failed(number, error));
            return new CellOutcome(number, CellStatus.Stopped, error);
        }
    }

    private static Task<string?> RefuseInputAsync(CancellationToken stop) => throw new InvalidOperationException(
        "This front end does not answer questions: a cell that it runs cannot read from the console.");
}
