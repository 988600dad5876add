namespace Workshop.Tests;

/// <summary>A learner keeps the watch open beside the editor. Each test waits for what the screen says, and for nothing else.</summary>
public sealed class WatchTests
{
    private const string Keys = "r run, h hint, n next, l list, q quit";

    [Fact]
    public async Task Watch_SaveAfterSave_AnswersEachUntilQ()
    {
        using var kit = new KitCopy();
        kit.PassTheOthers();
        using var watch = CommandLine.Talk(kit.Path, "check", "03", "--watch");
        await watch.UntilAsync("NOT-STARTED");
        await watch.UntilAsync(Keys);

        kit.Write("wrong/WaitedForAnEmptyTray.cs");
        await watch.UntilAsync("Taken is not processed");
        kit.Write("wrong/JoinedOutsideTheGroup.cs");
        await watch.UntilAsync("DEADLOCK");

        // As some editors save: a new file that takes the old one's name.
        var draft = kit.In("draft");
        File.Copy(Path.Combine(CommandLine.Repository, "solutions", KitCopy.Slug, "Solution.cs"), draft);
        File.Move(draft, kit.File03, overwrite: true);
        await watch.UntilAsync("you are done");

        Assert.Equal(0, await watch.EndAsync("q"));
        Assert.Contains("passed, 100 of 100", (await kit.RunAsync("progress")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_WithoutAnExercise_GoesWhereTheLearnerSaves()
    {
        using var kit = new KitCopy();
        kit.PassTheOthers(); // 03 is left
        using var watch = CommandLine.Talk(kit.Path, "check", "--watch", "--schedules", "20");
        await watch.UntilAsync("[03] ");
        var crawl = Checks.Exercises.Find("11")!;
        await File.WriteAllTextAsync(crawl.FilePath(kit.Path), crawl.Stub);
        await watch.UntilAsync("[11] ");
        kit.Write("Solution.cs");
        await watch.UntilAsync("PASS");
        await watch.UntilAsync("[03] ");
        Assert.Equal(0, await watch.EndAsync("q"));
    }

    [Fact]
    public async Task Watch_EveryKey_DoesWhatItSays()
    {
        using var kit = new KitCopy();
        kit.PassTheOthers();
        using var watch = CommandLine.Talk(kit.Path, "check", "--watch", "--manual-run"); // begins where something is left to do
        await watch.UntilAsync("NOT-STARTED");
        watch.Press("x h");
        await watch.UntilAsync("hint 1 of 3");
        watch.Press("H");
        await watch.UntilAsync("hint 2 of 3");
        watch.Press("l");
        await watch.UntilAsync($"of {Checks.Exercises.All.Count} exercises passed");
        watch.Press("n");
        await watch.UntilAsync("no other exercise");
        kit.Write("Solution.cs");
        watch.Press("r");
        await watch.UntilAsync("PASS");
        await watch.UntilAsync("you are done");
        Assert.Equal(0, await watch.EndAsync("q"));
    }

    [Fact]
    public async Task Watch_FloodOfSavesAndOfOutput_EndsWithTheNewestTextJudged()
    {
        using var kit = new KitCopy();
        var talkative = await File.ReadAllTextAsync(Path.Combine(CommandLine.Repository, "solutions", KitCopy.Slug, "wrong", "WaitedForAnEmptyTray.cs"));
        talkative = talkative.Replace("        await TaskGroup.RunAsync(", "        for (var i = 0; i < 2_000; i++)\n            Console.WriteLine(\"line \" + i);\n        await TaskGroup.RunAsync(", StringComparison.Ordinal);
        using var watch = CommandLine.Talk(kit.Path, "check", "03", "--watch", "--schedules", "20");
        await watch.UntilAsync(Keys);
        for (var i = 0; i < 500; i++)
            await File.WriteAllTextAsync(kit.File03, $"{talkative}\n// {i}");
        await watch.UntilAsync("more lines)");
        kit.Write("Solution.cs");
        await watch.UntilAsync("PASS");
        Assert.Equal(0, await watch.EndAsync("q"));
        Assert.InRange(watch.Out.Split("line 5\n").Length, 2, 60);
    }

    [Fact]
    public async Task Watch_FileIsGoneAndComesBack_GoesOn()
    {
        using var kit = new KitCopy();
        File.Delete(kit.File03);
        using var watch = CommandLine.Talk(kit.Path, "check", "03", "--watch");
        await watch.UntilAsync("there is no such file");
        await watch.UntilAsync(Keys);
        kit.Write("Solution.cs");
        await watch.UntilAsync("PASS");
        Assert.Equal(0, await watch.EndAsync("q"));
    }
}
