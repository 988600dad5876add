using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Grader;

namespace Workshop;

/// <summary><c>workshop reset</c>: the learner's file as it was handed out. What was in it is kept.</summary>
internal static class ResetVerb
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var exercise = ExerciseArgument.Required();
        var json = new Option<bool>("--json") { Description = "Print one JSON document instead of the lines" };
        var verb = new Command("reset", "Begin an exercise again; what you wrote is kept.") { exercise, json };
        verb.SetAction(parsed =>
        {
            var (file, copy, sentence) = Reset(ExerciseArgument.Find("reset", parsed.GetValue(exercise)!));
            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(new { file, kept = copy }, s_json) : sentence);
            return 0;
        });
        return verb;
    }

    /// <returns>The learner's file; the copy of what was in it, if anything was worth one; and the same in words.</returns>
    private static (string File, string? Copy, string Sentence) Reset(ExerciseInfo exercise)
    {
        var root = Repository.FindRoot();
        var file = exercise.FilePath(root);
        var name = Path.GetRelativePath(root, file);
        try
        {
            Progress.RecordHints(root, exercise, 0);
            string? copy = null;
            if (File.Exists(file))
            {
                if (File.ReadAllText(file).ReplaceLineEndings("\n") == exercise.Stub.ReplaceLineEndings("\n"))
                    return (name, null, $"{name} is already as it was handed out.");
                copy = Path.GetRelativePath(root, KeepCopy(exercise, file, root));
            }

            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, exercise.Stub);
            return (name, copy, (copy is null ? "" : $"What you wrote is kept in {copy}.\n") + $"{name} is as it was handed out.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"reset {exercise.Number}: {name} is left as it is: {e.Message.TrimEnd('.')}.", e);
        }
    }

    private static string KeepCopy(ExerciseInfo exercise, string file, string root)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, "artifacts", "backups", exercise.Slug)).FullName;
        for (var number = 1; ; number++)
        {
            var copy = Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(file)}.{number}{Path.GetExtension(file)}");
            if (File.Exists(copy))
                continue;
            File.Copy(file, copy); // never over another: two resets at once end in an error, not in a loss
            return copy;
        }
    }
}
