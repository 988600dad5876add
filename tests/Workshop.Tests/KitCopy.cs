using Checks;
using Grader;

namespace Workshop.Tests;

/// <summary>The learner's side of the kit in a folder of its own, so that no test touches what somebody has written in the repository.</summary>
internal sealed class KitCopy : IDisposable
{
    public const string Slug = "03-join-the-queue";
    private readonly TemporaryFolder _folder = new();

    public KitCopy()
    {
        File.Copy(System.IO.Path.Combine(CommandLine.Repository, "Workshop.slnx"), In("Workshop.slnx"));
        foreach (var exercise in Exercises.All)
        {
            Directory.CreateDirectory(In($"exercises/{exercise.Slug}"));
            File.WriteAllText(exercise.FilePath(Path), exercise.Stub);
        }

        File.Copy(System.IO.Path.Combine(CommandLine.Repository, "exercises", Slug, "HINTS.md"), In($"exercises/{Slug}/HINTS.md"));
    }

    public string Path => _folder.Path;

    /// <summary>The learner's file of exercise 03.</summary>
    public string File03 => In($"exercises/{Slug}/JoinTheQueue.cs");

    public string In(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes an answer to exercise 03 into the learner's file: <c>wrong/NeverMarkedDone.cs</c>.</summary>
    public void Write(string answer) => File.Copy(System.IO.Path.Combine(CommandLine.Repository, "solutions", Slug, answer), File03, overwrite: true);

    /// <summary>Makes exercise 03 the only one that is left to do.</summary>
    public void PassTheOthers()
    {
        foreach (var exercise in Exercises.All.Where(exercise => exercise.Slug != Slug))
            Progress.Record(Path, new CheckReport { Exercise = exercise.Slug, Title = exercise.Title, File = exercise.FileName, Verdict = Verdict.Pass, Summary = "" });
    }

    public Task<CommandLine> RunAsync(params string[] arguments) => CommandLine.RunInAsync(Path, arguments);

    public Task<CommandLine> CheckAsync(string answer, params string[] options)
    {
        Write(answer);
        return RunAsync(["check", "03", .. options]);
    }

    public void Dispose() => _folder.Dispose();
}
