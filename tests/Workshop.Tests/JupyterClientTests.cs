using System.Diagnostics;

namespace Workshop.Tests;

/// <summary>The kernel in the hands of real clients: libzmq, jupyter_client, nbclient, jupyter-console. They need Python, which the kernel does not.</summary>
public sealed class JupyterClientTests
{
    private const string Times = "3";

    public static TheoryData<string> Notebooks => [.. Directory.GetFiles(Path.Combine(CommandLine.Repository, "notebooks"), "*.ipynb").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task JupyterClient_RunsAsksCompletesInspectsStopsAndRestarts() =>
        Assert.Contains($"ok: stopped {Times} of {Times} each of 4", await RunAsync("kernel.py", "jupyter_client", Times), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Notebooks))]
    public async Task NbClient_ExecutesTheNotebook_AndGetsTheOutputsThatAreStored(string notebook) =>
        Assert.Equal("ok\n", await RunAsync("notebook.py", "nbclient", Path.Combine(CommandLine.Repository, "notebooks", notebook)));

    [Fact]
    public async Task JupyterConsole_CompletesInspectsAndInterrupts() =>
        Assert.Equal("ok\n", await RunAsync("console.py", "jupyter_console, pexpect", Python));

    // Not merely the first on the path: the packages are the system's.
    private static string Python => File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

    private static async Task<string> RunAsync(string script, string modules, params string[] arguments)
    {
        var (found, reason) = await StartAsync(["-c", $"import {modules}"], null);
        if (found != 0)
        {
            Assert.NotEqual("true", Environment.GetEnvironmentVariable("CI"));
            Assert.Skip($"Needs {Python} with {modules}: {reason}");
        }

        using var jupyter = new TemporaryFolder();
        var environment = new Dictionary<string, string> { ["JUPYTER_DATA_DIR"] = jupyter.Path };
        var installed = await CommandLine.RunWithAsync(environment, "kernel", "install");
        Assert.True(installed.ExitCode == 0, installed.Error);
        var (exitCode, output) = await StartAsync([Path.Combine(AppContext.BaseDirectory, "Jupyter", script), .. arguments], environment);
        Assert.True(exitCode == 0, output);
        return output;
    }

    /// <returns>The exit code, and what was printed; when it failed, with what was said on stderr.</returns>
    private static async Task<(int ExitCode, string Output)> StartAsync(string[] arguments, Dictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(Python, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in environment ?? [])
            start.Environment[name] = value;
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (1, e.Message);
        }
        using (process)
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, process.ExitCode == 0 ? await output : await output + await error);
        }
    }
}
