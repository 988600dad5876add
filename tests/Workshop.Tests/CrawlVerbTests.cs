using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Workshop.Tests;

/// <summary>The crawler of exercise 11 by hand: a real server, real connections, real time.</summary>
public sealed class CrawlVerbTests
{
    private const string Solution = "solutions/11-crawl/Solution.cs";

    [Fact]
    public async Task Crawl_Solution_FetchesEveryPageAndHandsInTheReport()
    {
        using var folder = new TemporaryFolder();
        var run = await CommandLine.RunAsync("crawl", "--pages", "4", "--file", Solution, "--out", folder.Path, "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using var report = JsonDocument.Parse(run.Out);
        Assert.Equal("ended", report.RootElement.GetProperty("outcome").GetString());
        Assert.Equal(6, report.RootElement.GetProperty("requests").GetInt32()); // four pages, one of them busy at first, one cut off
        Assert.InRange(report.RootElement.GetProperty("mostAtOnce").GetInt32(), 2, 4);
        var lines = report.RootElement.GetProperty("lines").EnumerateArray().Select(line => line.GetString()!).ToList();
        Assert.StartsWith("REPORT complete; pages: / /heron /kestrel /wren; broken: none", lines[^1], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("503 /kestrel", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("DROPPED /wren", StringComparison.Ordinal));
        Assert.Contains("visitor 4", await File.ReadAllTextAsync(Path.Combine(folder.Path, "timeline.svg"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Crawl_DeadlineThatComesEarly_HandsInWhatThereIs()
    {
        // One of the pages takes three seconds.
        var run = await CommandLine.RunAsync("crawl", "--pages", "8", "--deadline", "2.5", "--file", Solution);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("REPORT cut short; pages: ", run.Out, StringComparison.Ordinal);
        Assert.StartsWith("Ended after ", run.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Crawl_CtrlC_IsTheCallersCancellation()
    {
        var run = await CommandLine.InterruptAsync("503 /kestrel", "crawl", "--pages", "8", "--file", Solution);
        Assert.Equal(130, run.ExitCode);
        Assert.StartsWith("Cancelled after ", run.Lines[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("REPORT", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Crawl_ServeAndCtrlC_EndsQuietly()
    {
        var run = await CommandLine.InterruptAsync("http://127.0.0.1:", "crawl", "--serve");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task Crawl_FileThatDoesNotCompile_NamesTheLine()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "Crawl.cs");
        await File.WriteAllTextAsync(file, "public static class Crawl\n{\n    private static readonly int s_pages = \"many\";\n}\n", TestContext.Current.CancellationToken);
        var run = await CommandLine.RunAsync("crawl", "--file", file);
        Assert.Equal((1, ""), (run.ExitCode, run.Out));
        Assert.StartsWith($"{file}:3:", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Crawl_PortThatIsTaken_OneClearLineAndExit2()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var run = await CommandLine.RunAsync("crawl", "--port", $"{port}", "--file", Solution);
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith($"workshop: --port {port}: port {port} of 127.0.0.1 cannot be had: ", Assert.Single(run.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }
}
