using System.Text.Json;
using System.Text.RegularExpressions;

namespace Workshop.Tests;

/// <summary>In VS Code a failing check is marked in the learner's file: what the tasks' problem matcher makes of the lines is what the learner sees.</summary>
public sealed class EditorTests
{
    [Fact]
    public async Task TasksJson_CheckThatFails_IsMarkedAtTheLineWhereTheProgramStandsStill()
    {
        using var kit = new KitCopy();
        kit.Write("wrong/NeverMarkedDone.cs");
        var (file, line, code, message) = (await MarksAsync(kit))[0];
        Assert.Equal(kit.File03, Path.GetFullPath(file, kit.Path));
        Assert.Contains("JoinAsync", (await File.ReadAllLinesAsync(kit.File03))[line - 1], StringComparison.Ordinal);
        Assert.Equal("TheRunEnds", code);
        Assert.Contains("The run ends: ", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TasksJson_CheckWithoutALineOfItsOwn_IsMarkedAtTheMethodThatIsRun()
    {
        using var kit = new KitCopy();
        kit.Write("wrong/WaitedForAnEmptyTray.cs");
        var marks = await MarksAsync(kit);
        Assert.Contains(marks, mark => mark.Code == "EveryOrderTakenIsProcessed");
        Assert.All(marks, mark => Assert.Contains("RunAsync(", File.ReadAllLines(kit.File03)[mark.Line - 1], StringComparison.Ordinal));
    }

    [Fact]
    public async Task TasksJson_FileThatDoesNotCompile_IsMarkedAtTheError()
    {
        using var kit = new KitCopy();
        await File.WriteAllTextAsync(kit.File03, (await File.ReadAllTextAsync(kit.File03)).Replace("shop.TraySize", "shop.TrySize", StringComparison.Ordinal));
        var (_, line, code, _) = Assert.Single(await MarksAsync(kit));
        Assert.Equal("CS1061", code);
        Assert.Contains("TrySize", (await File.ReadAllLinesAsync(kit.File03))[line - 1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task TasksJson_RightAnswer_LeavesNoMarks()
    {
        using var kit = new KitCopy();
        kit.Write("Solution.cs");
        Assert.Empty(await MarksAsync(kit));
    }

    [Fact]
    public async Task TasksJson_WatchTask_TellsWhereTheMarksOfACheckBeginAndEnd()
    {
        using var kit = new KitCopy();
        kit.PassTheOthers();
        kit.Write("wrong/NeverMarkedDone.cs");
        var background = Matcher("watch my exercises").GetProperty("background");
        using var watch = CommandLine.Talk(kit.Path, Arguments("watch my exercises"));
        await watch.UntilAsync(" problems.\n");
        Assert.Equal(0, await watch.EndAsync("q"));
        var lines = watch.Out.Split('\n');
        var begin = Array.FindIndex(lines, line => Regex.IsMatch(line, background.GetProperty("beginsPattern").GetString()!));
        var end = Array.FindIndex(lines, line => Regex.IsMatch(line, background.GetProperty("endsPattern").GetString()!));
        Assert.InRange(begin, 0, end - 2);
        Assert.Matches(Pattern("watch my exercises"), lines[begin + 1]);
    }

    /// <summary>Runs the task as VS Code does with the learner's file open, and reads its output with the task's matcher.</summary>
    private static async Task<List<(string File, int Line, string Code, string Message)>> MarksAsync(KitCopy kit)
    {
        var run = await kit.RunAsync(Arguments("check this exercise"));
        var pattern = Matcher("check this exercise").GetProperty("pattern");
        return [.. run.Lines.Select(line => Regex.Match(line, pattern.GetProperty("regexp").GetString()!)).Where(match => match.Success).Select(match => (
            Group(match, "file"), int.Parse(Group(match, "line")), Group(match, "code"), Group(match, "message")))];

        string Group(Match match, string name) => match.Groups[pattern.GetProperty(name).GetInt32()].Value;
    }

    private static string Pattern(string label) => Matcher(label).GetProperty("pattern").GetProperty("regexp").GetString()!;

    private static string[] Arguments(string label) =>
        [.. TaskOf(label).GetProperty("args").EnumerateArray().Select(argument => argument.GetString()!).SkipWhile(argument => argument != "--").Skip(1).Select(argument => argument.Replace("${fileDirnameBasename}", KitCopy.Slug, StringComparison.Ordinal))];

    private static JsonElement Matcher(string label) => TaskOf(label).GetProperty("problemMatcher");

    private static JsonElement TaskOf(string label)
    {
        using var tasks = JsonDocument.Parse(File.ReadAllText(Path.Combine(CommandLine.Repository, ".vscode", "tasks.json")));
        return tasks.RootElement.GetProperty("tasks").EnumerateArray().Single(task => task.GetProperty("label").GetString() == label).Clone();
    }
}
