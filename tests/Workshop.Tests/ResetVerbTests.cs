using System.Text.Json;

namespace Workshop.Tests;

/// <summary>A learner who wants to begin again loses nothing.</summary>
public sealed class ResetVerbTests
{
    [Fact]
    public async Task Reset_EditedFile_IsTheStubAgainAndSaysWhereTheWorkIsKept()
    {
        using var kit = new KitCopy();
        var stub = await File.ReadAllTextAsync(kit.File03);
        for (var number = 1; number <= 2; number++)
        {
            var mine = $"// attempt {number}\n{stub}";
            await File.WriteAllTextAsync(kit.File03, mine);

            var run = await kit.RunAsync("reset", "03");

            var backup = $"artifacts/backups/{KitCopy.Slug}/JoinTheQueue.{number}.cs";
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            Assert.Contains(backup, run.Out, StringComparison.Ordinal);
            Assert.Equal(mine, await File.ReadAllTextAsync(kit.In(backup)));
            Assert.Equal(stub.ReplaceLineEndings("\n"), (await File.ReadAllTextAsync(kit.File03)).ReplaceLineEndings("\n"));
        }
    }

    [Fact]
    public async Task Reset_FileIsTheStub_ChangesNothing()
    {
        using var kit = new KitCopy();
        var run = await kit.RunAsync("reset", "03");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("already", run.Out, StringComparison.Ordinal);
        Assert.False(Directory.Exists(kit.In("artifacts/backups")));
    }

    [Fact]
    public async Task Reset_FileIsGone_BringsItBack()
    {
        using var kit = new KitCopy();
        Directory.Delete(kit.In("exercises"), recursive: true);
        var run = await kit.RunAsync("reset", "03");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("TODO 1", await File.ReadAllTextAsync(kit.File03), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reset_AsJson_NamesTheFileAndTheCopy()
    {
        using var kit = new KitCopy();
        using (var untouched = JsonDocument.Parse((await kit.RunAsync("reset", "03", "--json")).Out))
            Assert.Equal(JsonValueKind.Null, untouched.RootElement.GetProperty("kept").ValueKind);
        kit.Write("Solution.cs");
        using var done = JsonDocument.Parse((await kit.RunAsync("reset", "03", "--json")).Out);
        Assert.Equal(kit.In(done.RootElement.GetProperty("file").GetString()!), kit.File03);
        Assert.True(File.Exists(kit.In(done.RootElement.GetProperty("kept").GetString()!)));
    }

    [Fact]
    public async Task Reset_BackupsCannotBeWritten_LeavesTheFileAlone()
    {
        using var kit = new KitCopy();
        kit.Write("Solution.cs");
        await File.WriteAllTextAsync(kit.In("artifacts"), "no folder");
        var run = await kit.RunAsync("reset", "03");
        Assert.Equal(2, run.ExitCode);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(CommandLine.Repository, "solutions", KitCopy.Slug, "Solution.cs")), await File.ReadAllTextAsync(kit.File03));
    }

    [Fact]
    public async Task Reset_AfterHints_BeginsTheLadderAnew()
    {
        using var kit = new KitCopy();
        await kit.RunAsync("hint", "03");
        await kit.RunAsync("hint", "03");
        await kit.RunAsync("reset", "03");
        Assert.Contains("hint 1 of 3", (await kit.RunAsync("hint", "03")).Out, StringComparison.Ordinal);
    }
}
