using System.Diagnostics;

namespace StructuredConcurrency.Timelines.Tests;

/// <summary>Node, with plotly.js and a type checker from the npm packages that <c>plotly/package-lock.json</c> pins.</summary>
internal static class NodeTestBed
{
    private static readonly string s_folder = Find();

    public static string PlotlyOrSkip()
    {
        var script = Path.Combine(s_folder, "node_modules", "plotly.js-dist-min", "plotly.min.js");
        if (!File.Exists(script))
            Missing("plotly.js is not installed: run 'npm ci' in tests/StructuredConcurrency.Timelines.Tests/plotly");
        return script;
    }

    /// <summary>Asks plotly.js about figures.</summary>
    public static async Task<string> ValidateAsync(string figures)
    {
        var (exitCode, output) = await RunAsync(["validate.js"], figures);
        Assert.True(exitCode == 0, output);
        return output;
    }

    /// <summary>Runs a script of the test bed.</summary>
    /// <returns>Its exit code; what it printed, or of a failure the end of what it printed and complained about.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(IReadOnlyList<string> arguments, string input = "")
    {
        PlotlyOrSkip();
        var start = new ProcessStartInfo("node", arguments) { WorkingDirectory = s_folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        Process? node = null;
        try
        {
            node = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Missing("Node is not installed: neither plotly.js nor the page's script can be asked");
        }

        using (node)
        {
            var output = node!.StandardOutput.ReadToEndAsync();
            var errors = node.StandardError.ReadToEndAsync();
            await node.StandardInput.WriteAsync(input);
            node.StandardInput.Close();
            await node.WaitForExitAsync();
            if (node.ExitCode == 0)
                return (0, await output);
            var all = await output + await errors; // begins with the whole script, where plotly itself throws: what went wrong stands at the end
            return (node.ExitCode, all.Length > 3000 ? all[^3000..] : all);
        }
    }

    /// <summary>A machine of a learner's need not have Node; where every check must run, what is missing is a failure.</summary>
    private static void Missing(string reason)
    {
        Assert.False(string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase), reason);
        Assert.Skip(reason);
    }

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Directory.Packages.props")))
            folder = Path.GetDirectoryName(folder);
        return Path.Combine(folder ?? "", "tests", "StructuredConcurrency.Timelines.Tests", "plotly");
    }
}
