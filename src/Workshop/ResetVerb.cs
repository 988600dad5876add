using System.CommandLine;
using Grader;

namespace Workshop;

/// <summary><c>workshop reset</c>: the learner's file as it was handed out. What was in it is kept.</summary>
internal static class ResetVerb
{
    public static Command Create()
    {
        var exercise = ExerciseArgument.Required();
        var verb = new Command("reset", "Begin an exercise again; what you wrote is kept.") { exercise };
        verb.SetAction(parsed => Run(ExerciseArgument.Find("reset", parsed.GetValue(exercise)!)));
        return verb;
    }

    private static int Run(ExerciseInfo exercise)
    {
        var root = Repository.FindRoot();
        var file = exercise.FilePath(root);
        var name = Path.GetRelativePath(root, file);
        try
        {
            Progress.RecordHints(root, exercise, 0);
            if (File.Exists(file))
            {
                if (File.ReadAllText(file).ReplaceLineEndings("\n") == exercise.Stub.ReplaceLineEndings("\n"))
                {
                    Console.WriteLine($"{name} is already as it was handed out.");
                    return 0;
                }

                Console.WriteLine($"What you wrote is kept in {Path.GetRelativePath(root, KeepCopy(exercise, file, root))}.");
            }

            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, exercise.Stub);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"reset {exercise.Number}: {name} is left as it is: {e.Message.TrimEnd('.')}.", e);
        }

        Console.WriteLine($"{name} is as it was handed out.");
        return 0;
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
