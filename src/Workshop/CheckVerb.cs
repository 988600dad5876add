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

        var problems = new Option<bool>("--problems") { Description = "Add a line for each problem, as editors read them: FILE:LINE:COLUMN: error CHECK: what happened" };
        var authors = new Option<bool>("--authors") { Description = "Check the checks: every right answer in solutions passes, every stub is not started, every wrong one is caught as it says" };

        var page = new Option<string?>("--report") { Description = "Write the whole report, with the failing run step by step and its timeline beside the reference solution's, to this page: FILE.html" };

        var watch = new Option<bool>("--watch") { Description = "Check again after every save, until q; r run, h hint, n next, l list" };
        var manualRun = new Option<bool>("--manual-run") { Description = "With --watch: check only when r is pressed, for where saves are not seen" };

        var verb = new Command("check", "Judge your own answer to an exercise.") { exercise, seed, schedules, file, json, page, watch, manualRun, problems, authors };
        verb.Validators.Add(result =>
        {
            if (result.GetValue(file) is not null && result.GetValue(exercise) is null)
                result.AddError("--file needs an exercise to judge the file by: check 03 --file FILE");
            if (result.GetValue(page) is { } path && !path.EndsWith(".html", StringComparison.OrdinalIgnoreCase))
                result.AddError($"--report {path}: it is written as a page; name it FILE.html");
            if (result.GetValue(manualRun) && !result.GetValue(watch))
                result.AddError("--manual-run goes with --watch");
            if (result.GetValue(watch) && (result.GetValue(json) ? "--json" : result.GetValue(page) is not null ? "--report" : result.GetValue(authors) ? "--authors" : result.GetValue(file) is not null ? "--file" : null) is { } other)
                result.AddError($"--watch shows the learner's own files on a terminal: leave out {other}");
            if (result.GetValue(problems) && result.GetValue(json))
                result.AddError("--problems are in the report of --json already: leave out one of the two");
            if (result.GetValue(authors) && result.GetValue(file) is not null)
                result.AddError("--authors judges the files in solutions: leave out --file");
        });
        verb.SetAction((parsed, token) =>
        {
            var options = new CheckOptions { Seed = parsed.GetValue(seed), Schedules = parsed.GetValue(schedules), File = parsed.GetValue(file), Root = Repository.FindRoot() };
            if (parsed.GetValue(watch))
                return WatchAsync(parsed.GetValue(exercise), options, parsed.GetValue(manualRun), parsed.GetValue(problems), token);
            return parsed.GetValue(authors)
                ? AuthorsView.RunAsync(Chosen(parsed.GetValue(exercise)), options, parsed.GetValue(json), token)
                : RunAsync(parsed.GetValue(exercise), options, parsed.GetValue(json), parsed.GetValue(problems), parsed.GetValue(page), token);
        });
        return verb;
    }

    private static async Task<int> RunAsync(string? name, CheckOptions options, bool json, bool problems, string? page, CancellationToken token)
    {
        using var interrupt = Interrupt.Listen(token);
        var folder = page is null ? null : OutputFolder.Open(Path.GetDirectoryName(page) is { Length: > 0 } named ? named : ".", "--report");
        var told = new List<ReportedExercise>();
        foreach (var exercise in Chosen(name))
        {
            var report = await CheckAndShowAsync(exercise, options, quiet: json, problems, interrupt.Token);
            told.Add(folder is null ? new ReportedExercise(report) : await ExerciseGrader.TellAsync(exercise, report, options, interrupt.Token));
        }

        folder?.Write(Path.GetFileName(page)!, ReportPage.Render(told, Program.Name));
        if (json)
            Console.WriteLine(name is null ? $"[{string.Join(",\n", told.Select(one => one.Report.ToJson()))}]" : told[0].Report.ToJson());
        return told.Exists(one => one.Report.Verdict == Verdict.GraderError) ? 70 : told.TrueForAll(one => one.Report.Verdict == Verdict.Pass) ? 0 : 1;
    }

    private static async Task<int> WatchAsync(string? name, CheckOptions options, bool manually, bool problems, CancellationToken token)
    {
        using var interrupt = Interrupt.Listen(token);
        var view = new WatchView(name is null ? null : ExerciseArgument.Find("check", name), options, (exercise, stop) => CheckAndShowAsync(exercise, options with { KeepReady = true }, quiet: false, problems, stop));
        await view.RunAsync(manually, interrupt.Token);
        return 0;
    }

    private static async Task<CheckReport> CheckAndShowAsync(ExerciseInfo exercise, CheckOptions options, bool quiet, bool problems, CancellationToken token)
    {
        var report = await ExerciseGrader.CheckAsync(exercise, options, token);
        if (options.File is null && options.Schedules >= new CheckOptions().Schedules) // another's file says nothing of where the learner is, and fewer schedules prove nothing
            Progress.Record(options.Root!, report);
        var picture = SaveTimeline(report, options.Root!);
        if (!quiet)
            Print(report, picture, options.File);
        if (problems)
            PrintProblems(report);
        return report;
    }

    private static IReadOnlyList<ExerciseInfo> Chosen(string? name) => name is null ? Exercises.All : [ExerciseArgument.Find("check", name)];

    /// <returns>The page, relative to the root; <see langword="null"/> where no run went wrong.</returns>
    private static string? SaveTimeline(CheckReport report, string root)
    {
        if (report.TimelinePage() is not { } page)
            return null;
        var folder = Path.Combine("artifacts", "check");
        var output = OutputFolder.Open(Path.Combine(root, folder));
        output.Write($"{report.Exercise}.html", page);
        output.Write($"{report.Exercise}.jsonl", report.Failing!.Log.ToJsonLines()); // for 'timeline', and for a notebook's cell
        return Path.Combine(folder, $"{report.Exercise}.html");
    }

    private static void PrintProblems(CheckReport report)
    {
        Console.WriteLine($"problems in {report.File}:"); // where a watching editor forgets those of the last check
        foreach (var problem in report.Problems)
            Console.WriteLine($"{problem.File}:{problem.Line}:{problem.Column}: error {problem.Code}: {problem.Sentence.ReplaceLineEndings(" ")}");
        Console.WriteLine($"{report.Problems.Count} {(report.Problems.Count == 1 ? "problem" : "problems")}.");
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
            sheet.Gap().Command("hint", $"hint {report.Exercise[..2]} --rung {report.ShownFirst!.HintRung}");
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

        if (report.ShownFirst is { Reason: { } reason })
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
