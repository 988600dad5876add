namespace Workshop.Tests;

/// <summary>The kernel in the hands of real clients: libzmq, jupyter_client, nbclient, jupyter-console. They need Python, which the kernel does not.</summary>
public sealed class JupyterClientTests
{
    private const string Times = "3";

    public static TheoryData<string> Notebooks => [.. Directory.GetFiles(Path.Combine(CommandLine.Repository, "notebooks"), "*.ipynb").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task JupyterClient_RunsAsksCompletesInspectsStopsAndRestarts() =>
        Assert.Contains($"ok: stopped {Times} of {Times} each of 5", await RunAsync("kernel.py", "jupyter_client", Times), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Notebooks))]
    public async Task NbClient_ExecutesTheNotebook_AndGetsTheOutputsThatAreStored(string notebook) =>
        Assert.Equal("ok\n", await RunAsync("notebook.py", "nbclient", Path.Combine(CommandLine.Repository, "notebooks", notebook)));

    [Fact]
    public async Task JupyterClient_WhereTheProgramIsGone_IsToldSoInOneLine() => Assert.Equal("ok\n", await RunAsync("gone.py", "jupyter_client"));

    [Fact]
    public async Task JupyterConsole_CompletesInspectsAndInterrupts() =>
        Assert.Equal("ok\n", await RunAsync("console.py", "jupyter_console, pexpect", JupyterTools.Python));

    private static async Task<string> RunAsync(string script, string modules, params string[] arguments)
    {
        await JupyterTools.RequireAsync(modules);
        using var jupyter = new TemporaryFolder();
        var environment = await JupyterTools.InstallKernelAsync(jupyter);
        var (exitCode, output) = await JupyterTools.RunAsync([Path.Combine(AppContext.BaseDirectory, "Jupyter", script), .. arguments], environment);
        Assert.True(exitCode == 0, output);
        return output;
    }
}
