namespace Workshop.Tests;

/// <summary>A page to look at, to keep, or to hand to somebody else.</summary>
public sealed class ReportTests
{
    [Fact]
    public async Task CheckReport_WrongAnswer_TellsTheRunBesideTheReferenceSolution()
    {
        using var folder = new TemporaryFolder();
        var page = Path.Combine(folder.Path, "new", "report.html");

        var run = await CommandLine.RunAsync("check", "03", "--schedules", "20", "--file", "solutions/03-join-the-queue/wrong/WaitedForAnEmptyTray.cs", "--report", page);

        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        var html = await File.ReadAllTextAsync(page);
        Assert.Contains("Taken is not processed", html, StringComparison.Ordinal);
        Assert.Contains("<strong>fail</strong>", html, StringComparison.Ordinal);
        Assert.Contains("replay 03 --trace 1.s1.", html, StringComparison.Ordinal);
        Assert.Contains("│ press 1", html, StringComparison.Ordinal); // the table
        Assert.Single(html.Split("<svg")[1..]);
        Assert.Contains("the reference solution", html.Split("<svg")[1], StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotMatch("(src|href)=\"?(http|//)", html);
    }

    [Fact]
    public async Task CheckReport_CopyWithoutSolutions_ShowsTheRunAlone()
    {
        using var kit = new KitCopy();
        await kit.CheckAsync("wrong/NeverMarkedDone.cs", "--schedules", "5", "--report", "report.html");
        var html = await File.ReadAllTextAsync(kit.In("report.html"));
        Assert.Contains("<svg", html, StringComparison.Ordinal);
        Assert.DoesNotContain("reference", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckReport_FileThatDoesNotCompile_ListsItsErrorsEscaped()
    {
        using var kit = new KitCopy();
        await File.WriteAllTextAsync(kit.File03, "public static class JoinTheQueue { List<Nonsense> a; }");
        var run = await kit.RunAsync("check", "03", "--report", "report.html");
        Assert.Equal(1, run.ExitCode);
        var html = await File.ReadAllTextAsync(kit.In("report.html"));
        Assert.Contains("<li>Line 1, column ", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<Nonsense>", html, StringComparison.Ordinal);
    }
}
