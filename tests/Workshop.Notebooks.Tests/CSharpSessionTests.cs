namespace Workshop.Notebooks.Tests;

public sealed class CSharpSessionTests : IAsyncDisposable
{
    private readonly RecordedCells _cells = new();

    public ValueTask DisposeAsync() => _cells.DisposeAsync();

    [Theory]
    [InlineData("1 + 1", "2")]
    [InlineData("return 7;", "7")]
    [InlineData("var x = 5;", null)]
    [InlineData("string? nothing = null; nothing", "null")]
    [InlineData("await Task.FromResult(\"awaited\")", "awaited")]
    [InlineData("Console.Write(\"\")", null)]
    [InlineData("", null)]
    [InlineData("// nothing but a comment", null)]
    [InlineData("using System.Net;", null)]
    [InlineData("record Point(int X, int Y); new Point(1, 2)", "Point { X = 1, Y = 2 }")]
    [InlineData("using var file = new MemoryStream(); file.CanRead", "true")]
    [InlineData("dynamic d = 1; d + 1", "2")]
    [InlineData("System.Text.Json.JsonSerializer.Serialize(new { X = 1 })", "{\"X\":1}")]
    public async Task RunAsync_OneCell_GivesItsResult(string code, string? result) =>
        Assert.Equal(result, await _cells.ResultAsync(code));

    [Fact]
    public async Task RunAsync_LaterCell_SeesWhatEarlierCellsDeclared()
    {
        await _cells.ResultAsync("using System.Net; int x = 20; record Point(int X);");
        await _cells.ResultAsync("static int Twice(this int i) => 2 * i; int Half(int i) => i / 2;");
        await _cells.ResultAsync("// a cell of no code keeps the chain whole");
        Assert.Equal("Point { X = 40 }", await _cells.ResultAsync("new Point(x.Twice())"));
        Assert.Equal("10", await _cells.ResultAsync("x -= 0; Half(x)"));
        Assert.Equal("127.0.0.1", await _cells.ResultAsync("IPAddress.Loopback"));
    }

    [Fact]
    public async Task RunAsync_VariableAndTypeDeclaredAgain_LaterDeclarationCounts()
    {
        await _cells.ResultAsync("int x = 1; record Box(int A);");
        await _cells.ResultAsync("var x = \"one\"; record Box(string B);");
        Assert.Equal("Box { B = \"one\" }", await _cells.ResultAsync("new Box(x)"));
    }

    [Theory]
    [InlineData("async void Boom() { await Task.Yield(); throw new FormatException(\"lost\"); } Boom();")]
    [InlineData("new Thread(() => throw new FormatException(\"lost\")).Start();")]
    [InlineData("ThreadPool.QueueUserWorkItem(_ => throw new FormatException(\"lost\"));")]
    public async Task RunAsync_ExceptionThatNobodyCatches_IsToldAndTheSessionGoesOn(string code)
    {
        await _cells.ResultAsync("var kept = 42;");
        await _cells.ResultAsync(code);
        await _cells.SeeAsync(e => e is CellEvent.Wrote { CellNumber: 2, Stream: ConsoleStream.Error } wrote && wrote.Text.Contains("FormatException: lost", StringComparison.Ordinal));
        Assert.Contains("cell 2, line 1", _cells.Error, StringComparison.Ordinal);
        Assert.Equal("42", await _cells.ResultAsync("kept"));
    }

    [Fact]
    public async Task RunAsync_EmojiWrittenCharByChar_StaysInOneMessage()
    {
        await _cells.ResultAsync("""Console.Write('\ud83d'); await Task.Delay(60); Console.Write('\ude00');""");
        Assert.Equal("😀", Assert.Single(_cells.Events.OfType<CellEvent.Wrote>()).Text);
    }

    [Fact]
    public async Task RunAsync_LimitInTheMiddleOfAnEmoji_LeavesTheWholeOfItOut()
    {
        await _cells.RunAsync("""Console.Write("ab😀");""", options: new CellOptions { OutputLimit = 3 });
        Assert.Equal("ab", _cells.Out);
    }

    [Fact]
    public async Task Pump_SlowListener_GetsTheLatestOfAThousandUpdates()
    {
        var reached = new TaskCompletionSource();
        using var release = new ManualResetEventSlim();
        var seen = new List<string>();
        var listener = ICellListener.Calling(e =>
        {
            seen.Add(e is CellEvent.DisplayUpdated updated ? updated.Data.Text : "text");
            reached.TrySetResult();
            release.Wait(TestContext.Current.CancellationToken);
        });
        await using var pump = new CellEventPump();
        pump.Post(listener, new CellEvent.Wrote(1, ConsoleStream.Out, "x"));
        await reached.Task;
        for (var i = 0; i < 1_000; i++)
            pump.Post(listener, new CellEvent.DisplayUpdated(1, i % 2 == 0 ? "even" : "odd", new MimeBundle($"{i}")));
        release.Set();
        await pump.DrainAsync();
        Assert.Equal(["text", "998", "999"], seen);
    }

    [Fact]
    public async Task RunAsync_ConsoleSetOutNeverReset_GivesTheHostItsConsoleBack()
    {
        await _cells.ResultAsync("1");
        var before = Console.Out;
        await _cells.ResultAsync("""Console.SetOut(new StringWriter()); Console.SetError(new StringWriter()); Console.Write("swallowed");""");
        Assert.Same(before, Console.Out);
        await _cells.ResultAsync("""Console.Write("seen");""");
        Assert.Equal("seen", _cells.Out);
    }

    [Theory]
    [InlineData("dynamic d = new System.Dynamic.ExpandoObject(); d.A = 1; d.B = \"two\"; (object)d", "{ [\"A\"] = 1, [\"B\"] = \"two\" }")]
    [InlineData("async IAsyncEnumerable<int> Count() { yield return 1; await Task.Yield(); } Count()", "IAsyncEnumerable<int>")]
    public async Task RunAsync_ValueOfTheCompilersMaking_IsShownAsTyped(string code, string text) => Assert.Equal(text, await _cells.ResultAsync(code));

    [Fact]
    public async Task RunAsync_ExtensionMethodInAClass_TellsWhereItStandsInACell()
    {
        var error = await _cells.FailAsync("static class E { public static string Shout(this string s) => s; }");
        Assert.Contains("In a cell, extension methods stand outside of any class", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_ExceptionInAStaticConstructor_TraceNamesIt()
    {
        var error = await _cells.FailAsync("class Init { public static int V; static Init() { throw new FormatException(); } } Init.V");
        Assert.Contains("at static Init() in cell 1, line 1", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_AwaitForeach_IteratesAtTopLevel()
    {
        await _cells.ResultAsync("""
            async IAsyncEnumerable<int> Count() { yield return 1; await Task.Yield(); yield return 2; }
            await foreach (var i in Count()) Console.Write(i + " ");
            """);
        Assert.Equal("1 2 ", _cells.Out);
    }

    [Fact]
    public async Task RunAsync_UsingDeclarations_AreDisposedAtTheCellsEndLastFirst()
    {
        await _cells.ResultAsync("""
            class Noisy(string name) : IDisposable, IAsyncDisposable
            {
                public void Dispose() => Console.Write($"{name} disposed. ");
                public ValueTask DisposeAsync() { Console.Write($"{name} disposed asynchronously. "); return default; }
            }
            class Quiet(string name) : IDisposable { public void Dispose() => Console.Write($"{name} disposed. "); }
            """);
        await _cells.ResultAsync("using var a = new Quiet(\"a\");\nawait using var b = new Noisy(\"b\");\nConsole.Write(\"body. \");");
        Assert.Equal("body. b disposed asynchronously. a disposed. ", _cells.Out);
    }

    [Fact]
    public async Task RunAsync_CellThrows_KeepsWhatItHadAssigned()
    {
        await _cells.ResultAsync("var before = 1;");
        await _cells.FailAsync("before = 2; var during = 3; throw new InvalidOperationException(); during = 4;");
        Assert.Equal("(2, 3)", await _cells.ResultAsync("(before, during)"));
    }

    [Fact]
    public async Task RunAsync_CellDoesNotCompile_ShowsTheLineAndChangesNothing()
    {
        await _cells.ResultAsync("var x = 1;");
        var error = await _cells.FailAsync("x = 2;\nConsole.WriteLine(y);");
        Assert.Equal("CompileError", error.Name);
        Assert.Equal(
            """
            cell 2, line 2: error CS0103: The name 'y' does not exist in the current context
                Console.WriteLine(y);
                                  ^
            """, error.ToString());
        Assert.Equal("1", await _cells.ResultAsync("x"));
    }

    [Fact]
    public async Task RunAsync_ErrorInsideALoop_PointsToTheColumnThatWasTyped()
    {
        var error = await _cells.FailAsync("while (true) { y++; }");
        Assert.Equal("    while (true) { y++; }\n                   ^", string.Join('\n', error.Traceback.Skip(1)));
    }

    [Fact]
    public async Task RunAsync_ExceptionThroughSeveralCells_PointsToEachCellAndLine()
    {
        await _cells.ResultAsync("// first line\nasync Task FetchAsync()\n{\n    await Task.Yield();\n    throw new InvalidOperationException(\"no network\");\n}");
        var error = await _cells.FailAsync("\nawait FetchAsync();");
        Assert.Equal("InvalidOperationException", error.Name);
        Assert.Equal("no network", error.Message);
        Assert.Equal(
            """
            InvalidOperationException: no network
               at FetchAsync() in cell 1, line 5
               at cell 2, line 2
            """, error.ToString());
    }

    [Fact]
    public async Task RunAsync_ExceptionInFrameworkCode_ShowsNoPathOfThisMachine()
    {
        var error = await _cells.FailAsync("int.Parse(\"x\")");
        Assert.Contains("   at int.Parse()", error.Traceback);
        Assert.Equal("   at cell 1, line 1", error.Traceback[^1]);
    }

    [Fact]
    public async Task RunAsync_ManyExceptionsAtOnce_ShowsEachWithItsPlace()
    {
        var error = await _cells.FailAsync("throw new AggregateException(new ArgumentException(\"a\"), new FormatException(\"b\"));");
        Assert.Contains(" ---> inner exception 1 of 2:", error.Traceback);
        Assert.Contains("      FormatException: b", error.Traceback);
        Assert.Equal("AggregateException: One or more errors occurred.", error.Traceback[0]);
    }

    [Fact]
    public async Task RunAsync_TaskOutlivesItsCell_WritesToItsOwnCell()
    {
        await _cells.ResultAsync("var go = new TaskCompletionSource(); var late = Task.Run(async () => { await go.Task; Console.Write(\"late\"); });");
        await _cells.ResultAsync("go.SetResult(); await late; Console.Write(\"next\");");
        await _cells.SeeTextAsync("late");
        Assert.Contains(new CellEvent.Wrote(1, ConsoleStream.Out, "late"), _cells.Events);
        Assert.Contains(new CellEvent.Wrote(2, ConsoleStream.Out, "next"), _cells.Events);
    }

    [Fact]
    public async Task RunAsync_TextIsWritten_ArrivesBeforeTheCellEnds()
    {
        var running = _cells.RunAsync("Console.Write(\"first\"); await Task.Delay(-1, Cell.CancellationToken);", new CancellationTokenSource().Token);
        await _cells.SeeTextAsync("first");
        Assert.False(running.IsCompleted);
    }

    [Fact]
    public async Task RunAsync_HostWritesMeanwhile_StaysOutOfTheCell()
    {
        await _cells.ResultAsync("var go = new TaskCompletionSource(); var listening = Task.Run(async () => { await go.Task; Console.Error.Write(\"cell\"); });");
        Console.Write("");
        await Console.Error.WriteAsync("of the host");
        await _cells.ResultAsync("go.SetResult(); await listening;");
        Assert.Equal("cell", _cells.Error);
        Assert.Equal("", _cells.Out);
    }

    [Fact]
    public async Task RunAsync_EndlessOutput_IsCutAndSaysSo()
    {
        await _cells.RunAsync("for (var i = 0; i < 100; i++) Console.Write(\"0123456789\");", options: new CellOptions { OutputLimit = 25 });
        Assert.Equal("0123456789012345678901234", _cells.Out);
        Assert.Equal("\ncell 1 wrote more than 25 characters. The rest is dropped.\n", _cells.Error);
    }

    [Fact]
    public async Task RunAsync_TenMegabytesOfOutput_AreBoundedAndTheNextCellRuns()
    {
        await _cells.ResultAsync("var line = new string('x', 99); for (var i = 0; i < 100_000; i++) Console.WriteLine(line);");
        Assert.Equal(1_000_000, _cells.Out.Length);
        Assert.Equal("\ncell 1 wrote more than 1,000,000 characters. The rest is dropped.\n", _cells.Error);
        Assert.True(_cells.Events.Count < 1_000, "a front end gets few long texts, not many short ones");
        await _cells.ResultAsync("Console.Write(\"next\");");
        Assert.EndsWith("next", _cells.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_EndlessDisplays_AreCutAndSaidSoOnce()
    {
        await _cells.RunAsync("for (var i = 0; i < 100; i++) display(new string('x', 100));", options: new CellOptions { DisplayLimit = 10_000 });
        Assert.Equal(4, _cells.Events.OfType<CellEvent.Displayed>().Count());
        Assert.Equal("\ncell 1 displayed more than 10,000 characters. Displays beyond are dropped.\n", _cells.Error);
        await _cells.ResultAsync("display(1);");
        Assert.Equal(5, _cells.Events.OfType<CellEvent.Displayed>().Count());
    }

    [Fact]
    public async Task Display_ThenUpdate_ReplacesTheSameDisplay()
    {
        await _cells.ResultAsync("var shown = display(\"working\");");
        await _cells.ResultAsync("shown.Update(\"done\"); 42.Display();");
        var displayed = _cells.Events.OfType<CellEvent.Displayed>().ToList();
        var updated = Assert.Single(_cells.Events.OfType<CellEvent.DisplayUpdated>());
        Assert.Equal("working", displayed[0].Data.Text);
        Assert.Equal((displayed[0].DisplayId, "done"), (updated.DisplayId, updated.Data.Text));
        Assert.Equal("42", displayed[1].Data.Text);
    }

    [Fact]
    public async Task RunAsync_ListenerThrows_ComesOutOfTheRun()
    {
        var listener = ICellListener.Calling(_ => throw new InvalidOperationException("disk full"));
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => _cells.Session.RunAsync("1", listener));
        Assert.Equal("disk full", thrown.Message);
        Assert.Equal("2", await _cells.ResultAsync("2"));
    }

    [Fact]
    public async Task RunAsync_CancelledBeforeItsTurn_RunsNothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _cells.RunAsync("1", new CancellationToken(canceled: true)));
        Assert.Equal(0, _cells.Session.ExecutionCount);
    }
}
