using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Grader;

namespace Workshop;

/// <summary><c>workshop hint</c>: the next rung of an exercise's hint ladder.</summary>
internal static class HintVerb
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var exercise = ExerciseArgument.Required();
        var all = new Option<bool>("--all") { Description = "Show every hint, the gentlest first" };
        var rung = NumberOption.Create("--rung", "Show this one instead of the next; 0: the next", 0, 0, 99);
        var json = new Option<bool>("--json") { Description = "Print one JSON document instead of the text" };
        var verb = new Command("hint", "The next hint for an exercise, the gentlest first.") { exercise, all, rung, json };
        verb.SetAction(parsed => Run(ExerciseArgument.Find("hint", parsed.GetValue(exercise)!), parsed.GetValue(all), parsed.GetValue(rung), parsed.GetValue(json)));
        return verb;
    }

    /// <summary>Shows the next rung, and remembers it.</summary>
    public static void ShowNext(ExerciseInfo exercise) => Run(exercise, all: false, rung: 0, json: false);

    private static int Run(ExerciseInfo exercise, bool all, int rung, bool json)
    {
        var root = Repository.FindRoot();
        var ladder = HintLadder.Read(exercise, root);
        if (ladder.Count == 0)
            throw new InputException($"hint {exercise.Number}: there are no hints in exercises/{exercise.Slug}/HINTS.md.");
        if (rung > ladder.Count)
            throw new InputException($"hint {exercise.Number} --rung {rung}: there are {ladder.Count} hints.");

        var seen = Progress.Read(root).GetValueOrDefault(exercise.Slug)?.HintsShown ?? 0;
        var shown = rung > 0 ? rung : Math.Min(seen + 1, ladder.Count);
        int[] rungs = all ? [.. Enumerable.Range(1, ladder.Count)] : [shown];
        if (!all && shown > seen) // who reads them all at once has not climbed
            Progress.RecordHints(root, exercise, shown);

        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new { exercise = exercise.Slug, of = ladder.Count, rungs = rungs.Select(number => new { rung = number, heading = ladder[number - 1].Heading, text = ladder[number - 1].Text }) }, s_json));
            return 0;
        }

        var sheet = new Sheet();
        foreach (var number in rungs)
        {
            if (number != rungs[0])
                sheet.Gap();
            sheet.Row($"hint {number} of {ladder.Count}", ladder[number - 1].Heading).Gap().Row("", Reflow(ladder[number - 1].Text));
        }

        sheet.Gap();
        if (rungs[^1] < ladder.Count)
            sheet.Command("more", $"hint {exercise.Number}");
        else if (!all)
            sheet.Row("more", "This is the last one. All of them again:").Command("", $"hint {exercise.Number} --all");
        sheet.Print($"{exercise.Number} {exercise.Title}");
        return 0;
    }

    /// <summary>Takes the line breaks out of paragraphs: the terminal has a width of its own.</summary>
    private static string Reflow(string markdown) =>
        string.Join("\n\n", markdown.Split("\n\n").Select(paragraph => paragraph.Contains("```", StringComparison.Ordinal) ? paragraph : paragraph.ReplaceLineEndings(" ")));
}
