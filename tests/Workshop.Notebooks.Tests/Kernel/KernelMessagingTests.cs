using System.Text;
using System.Text.Json.Nodes;

namespace Workshop.Notebooks.Tests;

/// <summary>Jupyter's messaging 5.4, message by message, as its documentation describes them.</summary>
public sealed class KernelMessagingTests : IAsyncLifetime
{
    private readonly RunningKernel _kernel = new();
    private FrontEnd _frontEnd = null!;

    public async ValueTask InitializeAsync() => _frontEnd = await _kernel.ConnectAsync();

    public async ValueTask DisposeAsync()
    {
        await _frontEnd.DisposeAsync();
        await _kernel.DisposeAsync();
    }

    [Fact]
    public async Task KernelInfo_Asked_NamesProtocolAndLanguage()
    {
        var info = await _frontEnd.AskAsync("kernel_info_request", []);
        Assert.Equal(("ok", "5.4", "C#", ".cs"), (
            (string?)info["status"], (string?)info["protocol_version"], (string?)info["language_info"]!["name"], (string?)info["language_info"]!["file_extension"]));
    }

    [Fact]
    public async Task Execute_CellWithOutputs_PublishesThemBetweenBusyAndIdle()
    {
        var (answer, published) = await _frontEnd.RunAsync("""Console.WriteLine("out"); Console.Error.WriteLine("err"); display(1).Update(2); 6 * 7""");
        Assert.Equal(
            ["busy", "execute_input", "stdout: out\n", "stderr: err\n", "display_data", "update_display_data", "execute_result", "idle"],
            published.Select(FrontEnd.Describe));
        Assert.Equal("42", FrontEnd.ResultOf(published));
        Assert.Equal(("ok", 1), ((string?)answer["status"], (int)answer["execution_count"]!));
        var (shown, updated) = (published[4]["content"]!, published[5]["content"]!);
        Assert.Equal((string?)shown["transient"]!["display_id"], (string?)updated["transient"]!["display_id"]);
        Assert.Equal("2", (string?)updated["data"]!["text/plain"]);
    }

    [Theory]
    [InlineData("throw new InvalidOperationException(\"no\");", "InvalidOperationException", "no")]
    [InlineData("int x = \"text\";", "CompileError", "cell 1, line 1: error CS0029: Cannot implicitly convert type 'string' to 'int'")]
    public async Task Execute_CellThatFails_AnswersAndPublishesTheErrorWithATrace(string code, string name, string message)
    {
        var (answer, published) = await _frontEnd.RunAsync(code);
        var error = published.Single(m => FrontEnd.TypeOf(m) == "error")["content"]!;
        Assert.Equal(("error", name, message), ((string?)answer["status"], (string?)error["ename"], (string?)error["evalue"]));
        Assert.NotEmpty((JsonArray)error["traceback"]!);
        Assert.True(JsonNode.DeepEquals(error["traceback"], answer["traceback"]));
    }

    [Fact]
    public async Task Execute_Silent_PublishesNothingAndDoesNotCount()
    {
        var cell = FrontEnd.Cell("var hidden = 5; Console.Write(hidden); hidden");
        cell["silent"] = true;
        var id = _frontEnd.Send(_frontEnd.Shell, "execute_request", cell);
        Assert.Equal(["busy", "idle"], (await _frontEnd.PublishedAsync(id)).Select(FrontEnd.Describe));
        Assert.Equal(0, (int)(await _frontEnd.AnswerAsync(id))["execution_count"]!);
        var (answer, published) = await _frontEnd.RunAsync("hidden + 1");
        Assert.Equal(("6", 1), (FrontEnd.ResultOf(published), (int)answer["execution_count"]!));
    }

    [Fact]
    public async Task Execute_WithUserExpressions_AnswersEachByName()
    {
        var cell = FrontEnd.Cell("var x = 20;");
        cell["user_expressions"] = new JsonObject { ["twice"] = "x * 2", ["wrong"] = "nothing" };
        var answers = (await _frontEnd.AskAsync("execute_request", cell))["user_expressions"]!;
        Assert.Equal("40", (string?)answers["twice"]!["data"]!["text/plain"]);
        Assert.Equal(("error", "CompileError"), ((string?)answers["wrong"]!["status"], (string?)answers["wrong"]!["ename"]));
    }

    [Fact]
    public async Task Execute_WithUserExpressionsThatAreNoText_AnswersTheCellAllTheSame()
    {
        var cell = FrontEnd.Cell("var x = 20;");
        cell["user_expressions"] = new JsonObject { ["number"] = 7, ["list"] = new JsonArray() };
        var answer = await _frontEnd.AskAsync("execute_request", cell);
        Assert.Equal(("ok", 1), ((string?)answer["status"], (int)answer["execution_count"]!));
        Assert.Equal("7", (string?)answer["user_expressions"]!["number"]!["data"]!["text/plain"]);
    }

    [Fact]
    public async Task Execute_NotStored_HasOneNumberEverywhereAndDoesNotCount()
    {
        await _frontEnd.RunAsync("1");
        var cell = FrontEnd.Cell("2");
        cell["store_history"] = false;
        var id = _frontEnd.Send(_frontEnd.Shell, "execute_request", cell);
        var published = await _frontEnd.PublishedAsync(id);
        Assert.All(
            [.. published.Where(message => FrontEnd.TypeOf(message) is "execute_input" or "execute_result").Select(message => message["content"]!), await _frontEnd.AnswerAsync(id)],
            content => Assert.Equal(1, (int)content["execution_count"]!));
        Assert.Equal(2, (int)(await _frontEnd.RunAsync("3")).Answer["execution_count"]!);
    }

    [Fact]
    public async Task Execute_SilentThatFails_AbortsNothing()
    {
        var silent = FrontEnd.Cell("Console.ReadLine(); throw new Exception();");
        silent["silent"] = true;
        var failing = _frontEnd.Send(_frontEnd.Shell, "execute_request", silent);
        var waiting = _frontEnd.Execute("6 * 7");
        await AnswerInputAsync("");
        Assert.Equal("error", (string?)(await _frontEnd.AnswerAsync(failing))["status"]);
        Assert.Equal("ok", (string?)(await _frontEnd.AnswerAsync(waiting))["status"]);
    }

    [Theory]
    [InlineData("\ud83d")]
    [InlineData("\ude00")]
    [InlineData("\ud83d\ude00")]
    public async Task Execute_CellThatWritesHalfACharacter_IsAnswered(string text) =>
        Assert.Equal("1", await _frontEnd.ResultAsync($"foreach (var c in \"{text}\") Console.Write(c); 1"));

    [Fact]
    public async Task Execute_BehindACellThatFails_IsAborted()
    {
        var failing = _frontEnd.Execute("Console.ReadLine(); throw new Exception();");
        var waiting = _frontEnd.Execute("var ran = true;");
        await _frontEnd.SeeAsync(failing, "execute_input");
        // An answer that is there only when both are: the kernel reads one connection in order.
        var info = _frontEnd.Send(_frontEnd.Shell, "kernel_info_request", []);
        await AnswerInputAsync("");
        Assert.Equal("error", (string?)(await _frontEnd.AnswerAsync(failing))["status"]);
        Assert.Equal("aborted", (string?)(await _frontEnd.AnswerAsync(waiting))["status"]);
        Assert.Equal("ok", (string?)(await _frontEnd.AnswerAsync(info))["status"]);
        Assert.Equal("error", (string?)(await _frontEnd.RunAsync("ran")).Answer["status"]);
    }

    [Fact]
    public async Task Execute_BehindAFailureThatStopsNothing_Runs()
    {
        var failing = _frontEnd.Execute("throw new Exception();", stopOnError: false);
        var next = _frontEnd.Execute("1 + 1");
        Assert.Equal("error", (string?)(await _frontEnd.AnswerAsync(failing))["status"]);
        Assert.Equal("ok", (string?)(await _frontEnd.AnswerAsync(next))["status"]);
    }

    [Fact]
    public async Task Execute_TaskThatOutlivesItsCell_StillReportsToIt()
    {
        var (_, first) = await _frontEnd.RunAsync("var go = new TaskCompletionSource(); var late = Task.Run(async () => { await go.Task; Console.Write(\"late\"); });");
        var second = _frontEnd.Execute("go.SetResult(); await late;");
        var id = (string)first[0]["parent_header"]!["msg_id"]!;
        await _frontEnd.SeeAsync(id, "stdout: late");
        Assert.Equal("ok", (string?)(await _frontEnd.AnswerAsync(second))["status"]);
    }

    [Fact]
    public async Task ReadLine_InACell_AsksItsFrontEnd()
    {
        var id = _frontEnd.Execute("""Console.Write("Name? "); var name = Console.ReadLine(); name + (char)Console.Read()""");
        await _frontEnd.SeeAsync(id, "stdout: Name? "); // the prompt is there before the question
        await AnswerInputAsync("Ada");
        await AnswerInputAsync("x");
        Assert.Equal("Adax", FrontEnd.ResultOf(await _frontEnd.PublishedAsync(id)));
    }

    [Fact]
    public async Task ReadLine_WhereTheFrontEndAnswersNothing_FailsAndSaysSo()
    {
        var cell = FrontEnd.Cell("Console.ReadLine()");
        cell["allow_stdin"] = false;
        var answer = await _frontEnd.AskAsync("execute_request", cell);
        Assert.Equal("InvalidOperationException", (string?)answer["ename"]);
        Assert.Contains("does not answer questions", (string)answer["evalue"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadLine_Interrupted_EndsAndTheNextOneAsksAgain()
    {
        var id = _frontEnd.Execute("Console.ReadLine()");
        await _frontEnd.Stdin.ReceiveAsync(default).WaitAsync(TimeSpan.FromSeconds(60));
        _frontEnd.Send(_frontEnd.Control, "interrupt_request", []);
        Assert.Equal("Stopped", (string?)(await _frontEnd.AnswerAsync(id))["ename"]);
        var next = _frontEnd.Execute("Console.ReadLine()");
        await AnswerInputAsync("mine");
        Assert.Equal("mine", FrontEnd.ResultOf(await _frontEnd.PublishedAsync(next)));
    }

    [Fact]
    public async Task Interrupt_WhileNothingRuns_DoesNothing()
    {
        var interrupt = _frontEnd.Send(_frontEnd.Control, "interrupt_request", []);
        Assert.Equal("ok", (string?)(await _frontEnd.AnswerAsync(interrupt, _frontEnd.Control))["status"]);
        Assert.Equal("2", await _frontEnd.ResultAsync("1 + 1"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Shutdown_WhileACellRuns_AnswersAndEnds(bool restart)
    {
        var id = _frontEnd.Execute("Console.Write(\"begun\"); while (true) { }");
        await _frontEnd.SeeAsync(id, "stdout: begun");
        var shutdown = _frontEnd.Send(_frontEnd.Control, "shutdown_request", new JsonObject { ["restart"] = restart });
        var answer = await _frontEnd.AnswerAsync(shutdown, _frontEnd.Control);
        Assert.Equal(("ok", restart), ((string?)answer["status"], (bool)answer["restart"]!));
        await _kernel.Server.Ended;
    }

    [Fact]
    public async Task Complete_MemberOfAnEarlierCellsVariable_NamesItAndItsPlace()
    {
        await _frontEnd.RunAsync("var words = new List<string>();");
        const string Code = "\"😀\"; words.AddR";
        var answer = await _frontEnd.AskAsync("complete_request", new JsonObject { ["code"] = Code, ["cursor_pos"] = Code.Length - 1 }); // an emoji is one code point
        Assert.Equal(["AddRange"], ((JsonArray)answer["matches"]!).Select(match => (string)match!));
        Assert.Equal((11, 15), ((int)answer["cursor_start"]!, (int)answer["cursor_end"]!));
        Assert.Equal("method", (string?)answer["metadata"]!["_jupyter_types_experimental"]![0]!["type"]);
    }

    [Fact]
    public async Task Inspect_OfAMethod_FindsItsSignature()
    {
        var answer = await _frontEnd.AskAsync("inspect_request", new JsonObject { ["code"] = "Console.WriteLine", ["cursor_pos"] = 12, ["detail_level"] = 0 });
        Assert.True((bool)answer["found"]!);
        Assert.Contains("void Console.WriteLine()", (string)answer["data"]!["text/plain"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_OfNothing_FindsNothing()
    {
        var answer = await _frontEnd.AskAsync("inspect_request", new JsonObject { ["code"] = "  ", ["cursor_pos"] = 1, ["detail_level"] = 0 });
        Assert.Equal(("ok", false), ((string?)answer["status"], (bool)answer["found"]!));
    }

    [Theory]
    [InlineData("1 + 1", "complete", null)]
    [InlineData("if (true)\n  {", "incomplete", "      ")]
    [InlineData("var var = = 3;", "invalid", null)]
    [InlineData("Console.WriteLine?", "complete", null)]
    public async Task IsComplete_Asked_TellsFromTheParser(string code, string status, string? indent)
    {
        var answer = await _frontEnd.AskAsync("is_complete_request", new JsonObject { ["code"] = code });
        Assert.Equal((status, indent), ((string?)answer["status"], (string?)answer["indent"]));
    }

    [Theory]
    [InlineData("""{ "hist_access_type": "tail", "n": 2 }""", "2 + 2|1 + 2")]
    [InlineData("""{ "hist_access_type": "range", "session": 0, "start": 1, "stop": 2 }""", "1 + 1")]
    [InlineData("""{ "hist_access_type": "range", "session": -1, "start": 1, "stop": 2 }""", "")]
    [InlineData("""{ "hist_access_type": "search", "pattern": "1*" }""", "1 + 1|1 + 2")]
    [InlineData("""{ "hist_access_type": "search", "pattern": "?*+ 2", "n": 1 }""", "1 + 2")]
    public async Task History_Asked_GivesWhatWasRun(string request, string expected)
    {
        foreach (var code in new[] { "1 + 1", "2 + 2", "1 + 2" })
            await _frontEnd.RunAsync(code);
        var answer = await _frontEnd.AskAsync("history_request", (JsonObject)JsonNode.Parse(request)!);
        Assert.Equal(expected, string.Join('|', ((JsonArray)answer["history"]!).Select(entry => (string)entry![2]!)));
    }

    [Fact]
    public async Task History_WithOutput_GivesPairs()
    {
        await _frontEnd.RunAsync("6 * 7");
        var answer = await _frontEnd.AskAsync("history_request", new JsonObject { ["hist_access_type"] = "tail", ["n"] = 1, ["output"] = true });
        Assert.Equal("""[1,1,["6 * 7","42"]]""", answer["history"]![0]!.ToJsonString().Replace("\\u002B", "+", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Comm_OfAnUnknownTarget_IsClosed()
    {
        Assert.Equal("ok", (string?)(await _frontEnd.AskAsync("comm_info_request", []))["status"]);
        var id = _frontEnd.Send(_frontEnd.Shell, "comm_open", new JsonObject { ["comm_id"] = "c", ["target_name"] = "t", ["data"] = new JsonObject() });
        Assert.Equal(["busy", "comm_close", "idle"], (await _frontEnd.PublishedAsync(id)).Select(FrontEnd.Describe));
    }

    [Fact]
    public async Task Clear_InACell_PublishesClearOutput()
    {
        var (_, published) = await _frontEnd.RunAsync("Cell.ClearOutput(wait: true);");
        Assert.True((bool)published.Single(m => FrontEnd.TypeOf(m) == "clear_output")["content"]!["wait"]!);
    }

    [Fact]
    public async Task Page_OfANameAndAQuestionMark_IsItsDocumentation()
    {
        var (answer, _) = await _frontEnd.RunAsync("Console.WriteLine?");
        Assert.Equal("page", (string?)answer["payload"]![0]!["source"]);
        Assert.Contains("Console.WriteLine", (string)answer["payload"]![0]!["data"]!["text/plain"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Heartbeat_AnyMessage_ComesBack()
    {
        var heartbeat = await _frontEnd.OpenAsync(_kernel.Connection.HeartbeatPort, ZmtpSocketType.Req);
        Assert.True(heartbeat.TrySend([[], "ping"u8.ToArray()]));
        Assert.Equal(["", "ping"], (await heartbeat.ReceiveAsync(default)).Select(Encoding.ASCII.GetString));
    }

    [Fact]
    public async Task TwoFrontEnds_SeeTheSameKernel()
    {
        await using var other = await _kernel.ConnectAsync();
        var id = _frontEnd.Execute("var shared = 1;");
        Assert.Equal(["busy", "execute_input", "idle"], (await other.PublishedAsync(id)).Select(FrontEnd.Describe));
        Assert.Equal("1", await other.ResultAsync("shared"));
    }

    private async Task AnswerInputAsync(string line)
    {
        var question = _frontEnd.Read(await _frontEnd.Stdin.ReceiveAsync(default).WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal("input_request", FrontEnd.TypeOf(question));
        _frontEnd.Send(_frontEnd.Stdin, "input_reply", new JsonObject { ["value"] = line });
    }
}
