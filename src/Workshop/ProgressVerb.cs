using System.CommandLine;
using System.Text.Json;
using Checks;
using Grader;
using Spectre.Console;

namespace Workshop;

/// <summary><c>workshop progress</c>: where the learner is, the best result of each exercise, and how its file stands now.</summary>
internal static class ProgressVerb
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON document instead of the table" };
        var verb = new Command("progress", "Where you are: the best result of each exercise, and how its file stands now.") { json };
        verb.SetAction(parsed =>
        {
            var standings = Standing.Of(Exercises.All, Repository.FindRoot());
            if (parsed.GetValue(json))
                PrintJson(standings);
            else
                Print(standings);
            return 0;
        });
        return verb;
    }

    public static void Print(IReadOnlyList<Standing> standings)
    {
        var next = standings.FirstOrDefault(standing => !standing.IsDone);
        var grid = new Grid().AddColumns(
            new GridColumn().NoWrap().PadRight(1), new GridColumn().NoWrap().PadRight(3), new GridColumn().NoWrap().PadRight(3), new GridColumn().NoWrap().PadRight(3), new GridColumn().NoWrap().PadRight(0));
        grid.AddRow("", "exercise", "best", "file now", "hints seen");
        foreach (var standing in standings)
            grid.AddRow(standing == next ? ">" : "", standing.Exercise.Slug, Best(standing), Now(standing), standing.Best is { HintsShown: > 0 and var seen } ? $"{seen}" : "");
        Sheet.Print(grid, $"{standings.Count(standing => standing.IsDone)} of {standings.Count} exercises passed");
        Console.WriteLine($"Next: {Next(standings)}");
    }

    /// <summary>The best result in words.</summary>
    public static string Best(Standing standing) => standing.Best switch
    {
        null or { Verdict: Verdict.NotStarted } => "not started",
        { Verdict: Verdict.Pass } best => $"passed, {best.Points} of {best.MaxPoints}",
        { MaxPoints: 0 } => "begun",
        { } best => $"begun, {best.Points} of {best.MaxPoints}",
    };

    /// <summary>What to do next, in words.</summary>
    public static string Next(IReadOnlyList<Standing> standings) => standings.FirstOrDefault(standing => !standing.IsDone) switch
    {
        null => $"every exercise is passed. Try other seeds: {Program.Name} lesson --seed 8",
        { File: FileState.Missing, Exercise: var exercise } => $"exercises/{exercise.Slug}/{exercise.FileName} is gone; this brings it back: {Program.Name} reset {exercise.Number}",
        { Exercise: var exercise } => $"edit exercises/{exercise.Slug}/{exercise.FileName}\n      and ask how you did: {Program.Name} check {exercise.Number}",
    };

    private static string Now(Standing standing) => standing.File switch
    {
        FileState.Missing => "missing",
        FileState.Unchanged => "unchanged",
        FileState.Edited => standing.Best?.Last is null ? "edited, not checked yet" : "edited since the last check",
        FileState.Passed => "passed",
        _ => CheckVerb.Word(standing.Best!.Last!.Verdict),
    };

    private static void PrintJson(IReadOnlyList<Standing> standings) => Console.WriteLine(JsonSerializer.Serialize(
        new
        {
            passed = standings.Count(standing => standing.IsDone),
            of = standings.Count,
            next = standings.FirstOrDefault(standing => !standing.IsDone)?.Exercise.Slug,
            exercises = standings.Select(standing => new { exercise = standing.Exercise.Slug, title = standing.Exercise.Title, best = standing.Best, file = standing.File }),
        },
        s_json));
}
