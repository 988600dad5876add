namespace Workshop.Tests;

public sealed class StartVerbTests
{
    [Theory]
    [InlineData("")]
    [InlineData("start")]
    public async Task Start_WithoutATerminal_ReachesItsLastLineAndWritesTheLesson(string verb)
    {
        var page = Path.Combine(CommandLine.Repository, "artifacts", "lesson", "index.html");
        if (File.Exists(page))
            File.Delete(page);
        var run = await CommandLine.RunAsync(verb.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.True(run.ExitCode == 0, run.Out + run.Error);
        Assert.Contains("TIMEOUT 29 28 0.800", run.Out, StringComparison.Ordinal);
        Assert.Contains("03-join-the-queue", run.Out, StringComparison.Ordinal);
        Assert.Contains("Next: ", run.Out, StringComparison.Ordinal);
        Assert.Contains("  kernel    ", run.Out, StringComparison.Ordinal);
        Assert.Empty(run.Error);
        var html = await File.ReadAllTextAsync(page);
        Assert.Contains("A task group", html, StringComparison.Ordinal);
        Assert.Contains("A global deadline", html, StringComparison.Ordinal);
        Assert.Contains("<svg", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("yes", true)]
    [InlineData("no", false)]
    [InlineData(null, false)] // nobody is there to be asked
    public async Task Start_ToldAboutTheKernel_InstallsItOrNot(string? answer, bool isInstalled)
    {
        using var jupyter = new TemporaryFolder();
        var environment = new Dictionary<string, string> { ["JUPYTER_DATA_DIR"] = jupyter.Path };
        var run = await CommandLine.RunWithAsync(environment, ["start", .. answer is null ? (string[])[] : ["--kernel", answer]]);
        Assert.True(run.ExitCode == 0, run.Out + run.Error);
        Assert.Equal(isInstalled, File.Exists(Path.Combine(jupyter.Path, "kernels", ".net-csharp", "kernel.json")));
    }
}
