using System.Diagnostics;

namespace Workshop.Tests;

/// <summary>What of Jupyter the machine has. A learner's need not have any; where every check must run, what is missing is a failure.</summary>
internal static class JupyterTools
{
    // Not merely the first on the path: the packages are the system's.
    public static string Python { get; } = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

    /// <summary>Skips the test when Python has not got these modules, and says so.</summary>
    public static async Task RequireAsync(string modules)
    {
        var (found, reason) = await RunAsync(["-c", $"import {modules}"], null);
        if (found != 0)
            Missing($"Needs {Python} with {modules}: {reason}");
    }

    /// <summary>Skips the test.</summary>
    public static void Missing(string reason)
    {
        Assert.False(string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase), reason);
        Assert.Skip(reason);
    }

    /// <summary>Installs the kernel into a folder, and gives the variables with which Jupyter finds it there and nothing of the user's own.</summary>
    public static async Task<Dictionary<string, string>> InstallKernelAsync(TemporaryFolder folder)
    {
        var environment = new Dictionary<string, string>
        {
            ["JUPYTER_DATA_DIR"] = folder.Path,
            ["JUPYTER_CONFIG_DIR"] = Path.Combine(folder.Path, "config"),
            ["JUPYTER_RUNTIME_DIR"] = Path.Combine(folder.Path, "runtime"),
        };
        var installed = await CommandLine.RunWithAsync(environment, "kernel", "install");
        Assert.True(installed.ExitCode == 0, installed.Error);
        return environment;
    }

    /// <returns>The exit code, and what was printed; when it failed, with what was said on stderr.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(string[] arguments, Dictionary<string, string>? environment)
    {
        Process process;
        try
        {
            process = Start(arguments, environment);
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

    /// <summary>Starts Python with nothing of its own on the terminal.</summary>
    public static Process Start(string[] arguments, Dictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(Python, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in environment ?? [])
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
