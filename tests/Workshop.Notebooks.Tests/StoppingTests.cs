namespace Workshop.Notebooks.Tests;

public sealed class StoppingTests : IAsyncDisposable
{
    private readonly RecordedCells _cells = new(new SessionOptions
    {
        StopGrace = TimeSpan.FromMilliseconds(50),
        AbandonAfter = TimeSpan.FromSeconds(10),
    });

    public ValueTask DisposeAsync() => _cells.DisposeAsync();

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("Thread.Sleep(-1);")]
    [InlineData("while (true) { try { Thread.Sleep(10); } catch { } }")]
    [InlineData("new TaskCompletionSource().Task.Wait();")]
    [InlineData("while (true) Console.Write(\"\");")]
    [InlineData("while (true) { try { Console.Write(\".\"); } catch { } }")]
    [InlineData("do ; while (true);")]
    [InlineData("switch (1) { case 1: goto case 1; }")]
    [InlineData("\n#warning a warning is no error\nwhile (true) { }")]
    [InlineData("int Fib(int n) => n < 2 ? n : Fib(n - 1) + Fib(n - 2); Fib(100);")]
    [InlineData("int Fib(int n) { return n < 2 ? n : Fib(n - 1) + Fib(n - 2); } Fib(100);")]
    [InlineData("class Tree { public Tree Left => this; public long Size(int depth) => depth == 0 ? 1 : Left.Size(depth - 1) + Left.Size(depth - 1); } new Tree().Size(100);")]
    [InlineData("Func<int, int> fib = null!; fib = n => { return n < 2 ? n : fib(n - 1) + fib(n - 2); }; fib(100);")]
    [InlineData("class Slow : Exception { public override string Message { get { while (true) { } } } } throw new Slow();")]
    [InlineData("for (;;) foreach (var i in new[] { 1 }) if (i > 0) continue; else break;")]
    [InlineData("again: goto again;")]
    [InlineData("var gate = new object(); while (true) lock (gate) { }")]
    [InlineData("IEnumerable<int> Endless() { while (true) yield return 1; } Endless().Count();")]
    [InlineData("await Task.Yield(); while (true) { }")]
    [InlineData("await Task.Run(() => { while (true) { } });")]
    [InlineData("Parallel.For(0, 2, _ => { while (true) { } });")]
    public async Task Stop_CodeThatIgnoresTheToken_EndsItAndKeepsState(string stubborn)
    {
        await _cells.ResultAsync("var kept = 1;");
        var outcome = await StopAsync($"kept = 2; Console.Write(\"begun\"); {stubborn}");
        Assert.Equal((CellStatus.Stopped, false), (outcome.Status, outcome.Abandoned));
        Assert.Equal("cell 2 was stopped.", outcome.Error!.Message);
        Assert.Equal("2", await _cells.ResultAsync("kept"));
    }

    [Theory]
    [InlineData("await Task.Delay(-1);")]
    [InlineData("await Task.Yield(); Console.Write(\"\"); released.Wait();")]
    public async Task Stop_CodeOffTheCellsThread_IsLeftBehindAndSaysSo(string stubborn)
    {
        await _cells.ResultAsync("var kept = 1; var released = new ManualResetEventSlim();");
        var outcome = await StopAsync($"kept = 2; Console.Write(\"begun\"); {stubborn}");
        Assert.Equal((CellStatus.Stopped, true), (outcome.Status, outcome.Abandoned));
        Assert.Contains("left behind", outcome.Error!.Message, StringComparison.Ordinal);
        Assert.Equal("2", await _cells.ResultAsync("released.Set(); kept"));
    }

    [Fact]
    public async Task Stop_CodeThatHeedsTheToken_CleansUpInItsOwnTime()
    {
        var outcome = await StopAsync("""
            Console.Write("begun");
            try { await Task.Delay(-1, Cell.CancellationToken); }
            finally { Console.Write(" cleaned up"); }
            """);
        Assert.Equal((CellStatus.Stopped, false), (outcome.Status, outcome.Abandoned));
        Assert.Equal("begun cleaned up", _cells.Out);
    }

    [Fact]
    public async Task Stop_CodeThatWaitsWithTheToken_IsStoppedAndNotAnError()
    {
        var outcome = await StopAsync("Console.Write(\"begun\"); Task.Delay(-1, Cell.CancellationToken).Wait();"); // throws an AggregateException
        Assert.Equal(CellStatus.Stopped, outcome.Status);
    }

    [Fact]
    public async Task Stop_CodeThrowsSomethingElseWhileItEnds_ShowsThat()
    {
        var outcome = await StopAsync("""
            Console.Write("begun");
            try { await Task.Delay(-1, Cell.CancellationToken); }
            catch (OperationCanceledException) { throw new IOException("not saved"); }
            """);
        Assert.Equal((CellStatus.Threw, "not saved"), (outcome.Status, outcome.Error!.Message));
    }

    [Fact]
    public async Task Stop_CodeLeftBehindWrites_IsToldToEnd()
    {
        await _cells.ResultAsync("var go = new ManualResetEventSlim(); var end = new TaskCompletionSource<string>();");
        await StopAsync("""
            Console.Write("begun");
            _ = Task.Run(() => { go.Wait(); try { Console.Write("still here"); } catch (OperationCanceledException e) { end.SetResult(e.Message); } });
            await Task.Delay(-1);
            """);
        Assert.Equal("cell 2 was stopped.", await _cells.ResultAsync("go.Set(); await end.Task"));
        Assert.Equal("begun", _cells.Out);
    }

    [Fact]
    public async Task Stop_ThreadOfTheCellsOwn_EndsAndLeavesTheProcessAlone()
    {
        await _cells.ResultAsync("var ended = new TaskCompletionSource<string>();");
        await StopAsync("""
            new Thread(() => { try { while (true) { } } finally { ended.SetResult("ended"); } }).Start();
            Console.Write("begun");
            await Task.Delay(-1);
            """);
        Assert.Equal("ended", await _cells.ResultAsync("await ended.Task")); // .NET decides on the process before it runs the finally
    }

    [Fact]
    public async Task TimeLimit_Passes_NamesTheCellAndTheLimit()
    {
        await _cells.ResultAsync("var kept = 1;");
        var outcome = await _cells.RunAsync("kept = 2; while (true) { }", options: new CellOptions { TimeLimit = TimeSpan.FromMilliseconds(250) });
        Assert.Equal(CellStatus.TimedOut, outcome.Status);
        Assert.Equal("TimeLimit", outcome.Error!.Name);
        Assert.Equal("cell 2 ran longer than its time limit of 0.25 s and was stopped.", outcome.Error.Message);
        Assert.Equal("2", await _cells.ResultAsync("kept"));
    }

    [Fact]
    public async Task Stop_ResultWhoseToStringNeverReturns_IsStoppedToo()
    {
        var outcome = await StopAsync("""
            class Endless { public override string ToString() { Console.Write("begun"); while (true) { } } }
            new Endless()
            """);
        Assert.Equal(CellStatus.Stopped, outcome.Status);
    }

    private async Task<CellOutcome> StopAsync(string code)
    {
        using var stop = new CancellationTokenSource();
        var running = _cells.RunAsync(code, stop.Token);
        await Task.WhenAny(_cells.SeeTextAsync("begun"), running);
        await stop.CancelAsync();
        return await running;
    }
}
