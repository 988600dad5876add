using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grader;

namespace Workshop;

/// <summary><c>workshop replay</c>: runs one schedule of an exercise again, and tells it step by step.</summary>
internal static class ReplayVerb
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var exercise = ExerciseArgument.Required();
        var trace = new Option<string>("--trace") { Description = "The run, as the report of check names it", Required = true };
        var file = new Option<string?>("--file") { Description = "Run this file instead of the one in exercises" };
        var json = new Option<bool>("--json") { Description = "Print one JSON document instead of the report" };
        var verb = new Command("replay", "Run one schedule again, with its table and its timeline.") { exercise, trace, file, json };
        verb.SetAction((parsed, token) => RunAsync(ExerciseArgument.Find("replay", parsed.GetValue(exercise)!), parsed.GetValue(trace)!, parsed.GetValue(file), parsed.GetValue(json), token));
        return verb;
    }

    private static async Task<int> RunAsync(ExerciseInfo exercise, string trace, string? file, bool json, CancellationToken token)
    {
        using var interrupt = Interrupt.Listen(token);
        var report = await ExerciseGrader.ReplayAsync(exercise, RunTrace.Parse(trace, exercise), new CheckOptions { File = file, Root = Repository.FindRoot() }, interrupt.Token);
        if (json)
            PrintJson(report);
        else
            Print(exercise, report);
        return report.Check.Verdict switch { Verdict.Pass => 0, Verdict.GraderError => 70, _ => 1 };
    }

    private static void Print(ExerciseInfo exercise, ReplayReport report)
    {
        var sheet = new Sheet()
            .Row(CheckVerb.Word(report.Check.Verdict).ToUpperInvariant(), report.Check.Summary)
            .Row("file", report.Check.File)
            .Row("run", report.Ending is null ? null : $"{report.Scenario}: {report.Ending}")
            .Row("note", report.Divergence is null ? null : $"{char.ToUpperInvariant(report.Divergence[0])}{report.Divergence[1..]}. So this is no longer the run that was recorded: check again.")
            .Gap();
        CheckVerb.AddFindings(sheet, report.Check);
        CheckVerb.AddOutput(sheet, report.Check);
        sheet.Print($"{exercise.Number} {exercise.Title}");

        if (report.Table is not null)
            Console.WriteLine(report.Table);
        if (report.Timeline is { } timeline)
            Console.Write(timeline.ToText());
    }

    private static void PrintJson(ReplayReport report) => Console.WriteLine(new JsonObject
    {
        ["check"] = JsonNode.Parse(report.Check.ToJson()),
        ["scenario"] = report.Scenario,
        ["ending"] = report.Ending,
        ["divergence"] = report.Divergence,
        ["table"] = report.Table,
        ["timeline"] = report.Timeline?.ToText(),
    }.ToJsonString(s_json));
}
