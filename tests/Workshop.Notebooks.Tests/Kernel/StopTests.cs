using System.Diagnostics;

namespace Workshop.Notebooks.Tests;

/// <summary>The Stop button, pressed again and again through the control channel: every time, not most times.</summary>
public sealed class StopTests(ITestOutputHelper output) : IAsyncLifetime
{
    /// <summary>How often each cell is stopped; <c>KERNEL_STOPS=100</c> for the count that the kernel promises, with the times.</summary>
    private static readonly int s_times = int.TryParse(Environment.GetEnvironmentVariable("KERNEL_STOPS"), out var wished) ? wished : 10;

    private readonly RunningKernel _kernel = new();
    private FrontEnd _frontEnd = null!;

    public async ValueTask InitializeAsync() => _frontEnd = await _kernel.ConnectAsync();

    public async ValueTask DisposeAsync()
    {
        await _frontEnd.DisposeAsync();
        await _kernel.DisposeAsync();
    }

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("await Task.Delay(-1);")]
    [InlineData("Thread.Sleep(-1);")]
    [InlineData("new TaskCompletionSource<int>().Task.Result.ToString();")]
    [InlineData("async Task LoopAsync() { while (true) await Task.Yield(); } await LoopAsync();")]
    public async Task Interrupt_EachTime_StopsTheCellKeepsItsVariablesAndTheNextCellRuns(string stubborn)
    {
        await _frontEnd.RunAsync("var kept = 0;");
        var times = new List<TimeSpan>();
        for (var i = 1; i <= s_times; i++)
        {
            var id = _frontEnd.Execute($"kept++; Console.Write(\"begun\"); {stubborn}");
            await _frontEnd.SeeAsync(id, "stdout: begun");
            var pressed = Stopwatch.GetTimestamp();
            var interrupt = _frontEnd.Send(_frontEnd.Control, "interrupt_request", []);
            await _frontEnd.SeeAsync(id, "idle");
            times.Add(Stopwatch.GetElapsedTime(pressed));
            await _frontEnd.AnswerAsync(interrupt, _frontEnd.Control);
            Assert.Equal("Stopped", (string?)(await _frontEnd.AnswerAsync(id))["ename"]);
            Assert.Equal($"{i}", await _frontEnd.ResultAsync("kept"));
        }
        times.Sort();
        output.WriteLine($"{stubborn}: stopped {times.Count} of {s_times}, idle after {times[times.Count / 2].TotalSeconds:0.000} s (median), {times[^1].TotalSeconds:0.000} s (slowest)");
    }

    [Theory]
    [InlineData("busy")]
    [InlineData("execute_input")]
    public async Task Interrupt_AtTheFirstSignOfTheCell_IsNotLost(string sign)
    {
        for (var i = 1; i <= s_times; i++)
        {
            var id = _frontEnd.Execute("while (true) { }");
            await _frontEnd.SeeAsync(id, sign);
            _frontEnd.Send(_frontEnd.Control, "interrupt_request", []);
            var answer = await _frontEnd.AnswerAsync(id);
            Assert.Equal(("error", "Stopped"), ((string?)answer["status"], (string?)answer["ename"]));
            Assert.NotNull(answer["execution_count"]);
            var seen = await _frontEnd.PublishedAsync(id);
            Assert.Contains(seen, message => FrontEnd.TypeOf(message) == "error");
        }
    }
}
