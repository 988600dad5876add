using System.Text;

namespace Workshop.Notebooks.Tests;

public sealed class NotebookRunnerTests
{
    [Fact]
    public async Task RunAsync_Notebook_StoresOutputsAsJupyterDoes()
    {
        var notebook = Notebooks.Of(
            Notebooks.Code("Console.WriteLine(\"a\"); Console.WriteLine(\"b\"); Console.Error.Write(\"c\");"),
            Notebooks.Prose("between"),
            Notebooks.Code(""),
            Notebooks.Code("var shown = display(\"early\"); \"result\\nof two lines\""),
            Notebooks.Code("shown.Update(\"late\")"));
        var run = await NotebookRunner.RunAsync(notebook);
        Assert.True(run.Succeeded);
        Assert.Equal([1, null, null, 2, 3], run.Executed.Cells.Select(cell => cell.ExecutionCount));
        Assert.Equal("""[{"name":"stdout","output_type":"stream","text":["a\n","b\n"]},{"name":"stderr","output_type":"stream","text":["c"]}]""", OutputsOf(run, 1));
        Assert.Equal(
            """[{"data":{"text/plain":["late"]},"metadata":{},"output_type":"display_data"},{"data":{"text/plain":["result\n","of two lines"]},"execution_count":2,"metadata":{},"output_type":"execute_result"}]""",
            OutputsOf(run, 4));
        Assert.Equal("[]", OutputsOf(run, 5));
        Assert.Empty(notebook.Cells[0].Outputs);
    }

    [Fact]
    public async Task RunAsync_Twice_GivesTheSameBytes()
    {
        var notebook = Notebooks.Of(Notebooks.Code("new { X = 1.5, When = new DateTime(2026, 1, 2) }"), Notebooks.Code("int.Parse(\"x\")", "raises-exception"));
        var first = await NotebookRunner.RunAsync(notebook);
        var second = await NotebookRunner.RunAsync(first.Executed);
        Assert.Equal(Encoding.UTF8.GetString(first.Executed.ToBytes()), Encoding.UTF8.GetString(second.Executed.ToBytes()));
    }

    [Fact]
    public async Task RunAsync_CellFails_StopsThereAndStoresTheError()
    {
        var run = await NotebookRunner.RunAsync(Notebooks.Of(
            Notebooks.Code("1"), Notebooks.Code("\nthrow new FormatException(\"bad\");"), Notebooks.Code("3")));
        Assert.Equal((2, CellStatus.Threw), (run.Failure!.CellNumber, run.Failure.Status));
        Assert.Equal("""[{"ename":"FormatException","evalue":"bad","output_type":"error","traceback":["FormatException: bad","   at cell 2, line 2"]}]""", OutputsOf(run, 2));
        Assert.Null(run.Executed.Cells[2].ExecutionCount);
    }

    [Fact]
    public async Task RunAsync_FailureIsExpectedByTag_GoesOn()
    {
        var run = await NotebookRunner.RunAsync(Notebooks.Of(Notebooks.Code("throw new Exception();", "raises-exception"), Notebooks.Code("2")));
        Assert.True(run.Succeeded);
        Assert.Equal(2, run.Executed.Cells[1].ExecutionCount);
    }

    [Fact]
    public async Task RunAsync_CellIsTaggedSkipExecution_KeepsItsOutputs()
    {
        var skipped = Notebooks.Code("throw new Exception();", "skip-execution");
        skipped["outputs"] = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject { ["name"] = "stdout", ["output_type"] = "stream", ["text"] = "as it was" });
        skipped["execution_count"] = 7;
        var notebook = Notebooks.Of(skipped, Notebooks.Code("2"));
        var run = await NotebookRunner.RunAsync(notebook);
        Assert.True(run.Succeeded);
        Assert.Equal([7, 1], run.Executed.Cells.Select(cell => cell.ExecutionCount));
        Assert.Equal(notebook.Cells[0].Outputs[0].ToJsonString(), run.Executed.Cells[0].Outputs[0].ToJsonString());
    }

    [Fact]
    public async Task RunAsync_CellReadsFromTheConsole_FailsAndSaysThatNobodyIsThere()
    {
        var run = await NotebookRunner.RunAsync(Notebooks.Of(Notebooks.Code("Console.ReadLine()")));
        Assert.Equal("There is nobody to ask: a notebook that is run from the command line cannot read from the console.", run.Failure!.Error!.Message);
    }

    [Fact]
    public async Task RunAsync_TimeLimitPasses_NamesCellAndLimitEvenIfTaggedRaisesException()
    {
        var run = await NotebookRunner.RunAsync(
            Notebooks.Of(Notebooks.Code("while (true) { }", "raises-exception")), new NotebookRunOptions { CellTimeLimit = TimeSpan.FromSeconds(0.2) });
        Assert.Equal("cell 1 ran longer than its time limit of 0.2 s and was stopped.", run.Failure!.Error!.Message);
    }

    [Fact]
    public async Task RunAsync_Progress_TellsOfEachBeginningAndEnd()
    {
        var told = new List<string>();
        await NotebookRunner.RunAsync(Notebooks.Of(Notebooks.Code("1"), Notebooks.Code("2")), new NotebookRunOptions
        {
            Progress = progress => told.Add($"{progress.CellNumber}/{progress.CellCount} {progress.Outcome?.Status.ToString() ?? "begins"}"),
        });
        Assert.Equal(["1/2 begins", "1/2 Succeeded", "2/2 begins", "2/2 Succeeded"], told);
    }

    [Fact]
    public async Task Compare_SameOutputs_FindsNothing()
    {
        var first = await NotebookRunner.RunAsync(Notebooks.Of(Notebooks.Code("new[] { 1, 2 }")));
        var second = await NotebookRunner.RunAsync(first.Executed);
        Assert.Empty(OutputComparison.Compare(first.Executed, second.Executed));
    }

    [Fact]
    public async Task Compare_LineDiffers_NamesCellOutputAndLine()
    {
        var stored = await NotebookRunner.RunAsync(Notebooks.Of(Notebooks.Prose("x"), Notebooks.Code("Console.WriteLine(\"one\\ntwo\")")));
        var changed = await NotebookRunner.RunAsync(Notebooks.Of(Notebooks.Prose("x"), Notebooks.Code("Console.WriteLine(\"one\\n2\")")));
        var difference = Assert.Single(OutputComparison.Compare(stored.Executed, changed.Executed));
        Assert.Equal("cell 1, output 1 (stdout), line 2: - stored, + new\n    one\n  - two\n  + 2", difference.ToString());
    }

    [Fact]
    public async Task Compare_OutputIsMissing_SaysNothing()
    {
        var notebook = Notebooks.Of(Notebooks.Code("\"x\""));
        var run = await NotebookRunner.RunAsync(notebook);
        var difference = Assert.Single(OutputComparison.Compare(notebook, run.Executed));
        Assert.Equal("cell 1, output 1 (text/plain), line 1: - stored, + new\n  + x", difference.ToString());
    }

    private static string OutputsOf(NotebookRun run, int position) =>
        "[" + string.Join(',', run.Executed.Cells[position - 1].Outputs.Select(output => output.ToJsonString())) + "]";
}
