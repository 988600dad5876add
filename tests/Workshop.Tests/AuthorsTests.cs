using System.Text.Json;

namespace Workshop.Tests;

/// <summary>Who writes an exercise asks whether its checks are right. What counts as right is tested in Checks.Tests.</summary>
public sealed class AuthorsTests
{
    [Fact]
    public async Task CheckAuthors_AnswersAsTheyAre_AllOkAndExit0()
    {
        var run = await CommandLine.RunAsync("check", "03", "--authors", "--schedules", "20", "--seed", "0");
        Assert.True(run.ExitCode == 0, run.Out + run.Error);
        Assert.Contains("   ok      Stub.cs: not-started\n", run.Out, StringComparison.Ordinal);
        Assert.Contains("   ok      Solution.cs: pass\n", run.Out, StringComparison.Ordinal);
        Assert.Contains("   ok      wrong/NeverMarkedDone.cs: caught by ", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("WRONG", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckAuthors_WrongAnswerAmongTheRightOnes_IsNamedAndExit1()
    {
        using var kit = new KitCopy();
        var solutions = Path.Combine(CommandLine.Repository, "solutions", KitCopy.Slug);
        Directory.CreateDirectory(kit.In($"solutions/{KitCopy.Slug}/right"));
        Directory.CreateDirectory(kit.In($"solutions/{KitCopy.Slug}/wrong"));
        File.Copy(Path.Combine(solutions, "Stub.cs"), kit.In($"solutions/{KitCopy.Slug}/Stub.cs"));
        File.Copy(Path.Combine(solutions, "wrong", "NeverMarkedDone.cs"), kit.In($"solutions/{KitCopy.Slug}/Solution.cs"));

        var run = await kit.RunAsync("check", "03", "--authors", "--schedules", "5", "--json");

        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        using var document = JsonDocument.Parse(run.Out);
        var answers = document.RootElement.EnumerateArray().ToDictionary(answer => answer.GetProperty("file").GetString()!, StringComparer.Ordinal);
        Assert.Equal(JsonValueKind.Null, answers["Stub.cs"].GetProperty("problem").ValueKind);
        Assert.StartsWith("a right answer fails: ", answers["Solution.cs"].GetProperty("problem").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckAuthors_CopyWithoutSolutions_SaysSoInOneLine()
    {
        using var kit = new KitCopy();
        var run = await kit.RunAsync("check", "03", "--authors");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("solutions/03-join-the-queue: there is no such folder", Assert.Single(run.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }
}
