using System.CommandLine;
using System.Text.Json;
using Checks;
using Grader;

namespace Workshop;

/// <summary><c>workshop check</c>: judges the learner's own file, and says what is still wrong and how it happened.</summary>
internal static class CheckVerb
{
    private const int MostLines = 20;

    public static Command Create()
    {
        var exercise = ExerciseArgument.Optional("without it every exercise");
        var seed = NumberOption.Create("--seed", "First schedule to try; a schedule decides who goes first. 0: the plain order, others: random", 0UL, 0UL, ulong.MaxValue / 2);
        var schedules = NumberOption.Create("--schedules", "How many schedules to try in each situation", new CheckOptions().Schedules, 1, 1_000_000);
        var file = new Option<string?>("--file") { Description = "Judge this file instead of the one in exercises: a submission, say" };
        var json = new Option<bool>("--json") { Description = "Print one JSON document instead of the report" };

        var verb = new Command("check", "Judge your own answer to an exercise.") { exercise, seed, schedules, file, json };
        verb.Validators.Add(result =>
        {
            if (result.GetValue(file) is not null && result.GetValue(exercise) is null)
                result.AddError("--file needs an exercise to judge the file by: check 03 --file FILE");
        });
        verb.SetAction((parsed, token) => RunAsync(
            parsed.GetValue(exercise),
            new CheckOptions { Seed = parsed.GetValue(seed), Schedules = parsed.GetValue(schedules), File = parsed.GetValue(file), Root = Repository.FindRoot() },
            parsed.GetValue(json),
            token));
        return verb;
    }

    private static async Task<int> RunAsync(string? name, CheckOptions options, bool json, CancellationToken token)
    {
        using var interrupt = Interrupt.Listen(token);
        var reports = new List<CheckReport>();
        foreach (var exercise in Chosen(name))
        {
            var report = await ExerciseGrader.CheckAsync(exercise, options, interrupt.Token);
            reports.Add(report);
            if (options.File is null && options.Schedules >= new CheckOptions().Schedules) // fewer prove nothing
                Progress.Record(options.Root!, report); // another's file says nothing of where the learner is
            var picture = SaveTimeline(report, options.Root!);
            if (!json)
                Print(report, picture, options.File);
        }

        if (json)
            Console.WriteLine(name is null ? $"[{string.Join(",\n", reports.Select(report => report.ToJson()))}]" : reports[0].ToJson());
        return reports.Exists(report => report.Verdict == Verdict.GraderError) ? 70 : reports.TrueForAll(report => report.Verdict == Verdict.Pass) ? 0 : 1;
    }

    private static IReadOnlyList<ExerciseInfo> Chosen(string? name) => name is null ? Exercises.All : [ExerciseArgument.Find("check", name)];

    /// <returns>The page, relative to the root; <see langword="null"/> where no run went wrong.</returns>
    private static string? SaveTimeline(CheckReport report, string root)
    {
        if (report.TimelinePage() is not { } page)
            return null;
        var folder = Path.Combine("artifacts", "check");
        OutputFolder.Open(Path.Combine(root, folder)).Write($"{report.Exercise}.html", page);
        return Path.Combine(folder, $"{report.Exercise}.html");
    }

    private static void Print(CheckReport report, string? picture, string? file)
    {
        var sheet = new Sheet()
            .Row(Word(report.Verdict).ToUpperInvariant(), report.Summary)
            .Row("file", report.File)
            .Gap();
        AddFindings(sheet, report);

        if (report.Failing is { } run)
        {
            sheet.Gap()
                .Row("seen in", $"{run.Scenario}, schedule {run.Seed}: {run.Ending}")
                .Command("again", $"{report.Repeat}{(file is null ? "" : $" --file {file}")}")
                .Row("picture", picture);
        }

        if (report.Verdict == Verdict.NotStarted)
            sheet.Row("next", $"The task is told in exercises/{report.Exercise}/README.md; begin with the first TODO in the file.");
        if (report.Verdict == Verdict.Pass)
            sheet.Gap().Row("next", $"Compare your answer with the others in solutions/{report.Exercise}: Solution.cs, and the folder right.");
        if (report.Verdict != Verdict.Pass)
            AddOutput(sheet, report);
        if (report.Hint is not null)
            sheet.Gap().Command("hint", $"hint {report.Exercise[..2]} --rung {report.FirstFailure!.HintRung}");
        if (report is { FullyControlled: false, Uncontrolled: [] })
            sheet.Gap().Row("note", "Something that this code calls ran outside the event loop: the same schedule may come out differently the next time.");
        if (report.Uncontrolled.Count > 0)
            sheet.Gap();
        foreach (var site in report.Uncontrolled)
            sheet.Row("note", $"Line {site.Line}: {site.Construct}: {site.Reason}.");
        sheet.Print($"{report.Exercise[..2]} {report.Title}");
    }

    /// <summary>What the compiler and the checks say.</summary>
    public static void AddFindings(Sheet sheet, CheckReport report)
    {
        foreach (var error in report.Diagnostics)
            sheet.Row($"{error.Line}:{error.Column}", $"{error.Sentence} ({error.Code})");
        foreach (var check in report.Checks)
            sheet.Row(Word(check.Verdict), check.Sentence);

        if (report.FirstFailure is { Reason: { } reason })
        {
            sheet.Gap()
                .Row("expected", reason.Expected)
                .Row("happened", reason.Happened)
                .Row("why", reason.Misconception)
                .Row("next", reason.WhereToLook);
        }
    }

    /// <summary>What the code printed, as much of it as leaves the rest on the screen.</summary>
    public static void AddOutput(Sheet sheet, CheckReport report)
    {
        var lines = report.Output.TrimEnd().Split('\n');
        if (report.Output.Length > 0)
            sheet.Gap().Row("printed", string.Join('\n', lines.Take(MostLines)) + (lines.Length > MostLines ? $"\n… ({lines.Length - MostLines} more lines)" : ""));
    }

    public static string Word(Verdict verdict) => JsonNamingPolicy.KebabCaseLower.ConvertName(verdict.ToString());
}
