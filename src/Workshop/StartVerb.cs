using System.CommandLine;
using System.Runtime.InteropServices;
using Checks;
using Grader;
using StructuredConcurrency.Simulation;
using StructuredConcurrency.Timelines;
using Workshop.Lesson;
using Workshop.Notebooks;

namespace Workshop;

/// <summary><c>workshop start</c>, and <c>workshop</c> alone: the tour for whoever has cloned this a minute ago. Writes below <c>artifacts/</c> only.</summary>
internal static class StartVerb
{
    public static Command Create()
    {
        var verb = new Command("start", "The tour: checks the machine, runs the lesson, writes it as a page, shows where you are.");
        AddTo(verb);
        return verb;
    }

    /// <summary>Makes a command the tour: <c>workshop start</c>, or <c>workshop</c> alone.</summary>
    public static void AddTo(Command verb)
    {
        var kernel = new Option<string?>("--kernel") { Description = "Install the notebook kernel for this user: yes or no; without it a terminal is asked" };
        kernel.AcceptOnlyFromAmong("yes", "no");
        verb.Add(kernel);
        verb.SetAction((parsed, token) => RunAsync(parsed.GetValue(kernel), token));
    }

    private static async Task<int> RunAsync(string? kernel, CancellationToken token)
    {
        using var interrupt = Interrupt.Listen(token);
        var root = Repository.FindRoot();

        Console.WriteLine("Structured concurrency in C#");
        Console.WriteLine();
        Say("machine", $".NET {Environment.Version} on {RuntimeInformation.OSDescription.Trim()}, {Environment.ProcessorCount} processors.");

        InstallKernel(kernel);
        var timeline = RunLesson();
        Say("lesson", $"One producer, three consumers, a queue, and a deadline of 0.8 seconds. Its last line: {timeline.Title}");
        Say("", timeline.Caption);

        var page = await WriteLessonAsync(root, interrupt.Token);
        if (page is null)
            return 1;
        Say("page", $"The lesson is written, with its pictures, to {page}");

        var standings = Standing.Of(Exercises.All, root);
        foreach (var standing in standings)
            Say("exercise", $"{standing.Exercise.Slug}: {ProgressVerb.Best(standing)}");

        Console.WriteLine();
        Console.WriteLine($"Next: {(standings.All(standing => standing.IsDone) ? "" : "read the page, or open notebooks/01-manual-tasks.ipynb; then ")}{ProgressVerb.Next(standings)}");
        return 0;
    }

    // A kernel that cannot be installed spoils notebooks in an editor, not the tour.
    private static void InstallKernel(string? answer)
    {
        try
        {
            if (answer is null && KernelSpecs.Find().FirstOrDefault(spec => spec is { IsOurs: true, Problem: null }) is { } installed)
            {
                Say("kernel", $"{installed.DisplayName} is installed for this user: choose it in a notebook.");
                return;
            }
            if ((answer ?? Ask()) == "yes")
                Say("kernel", $"{KernelSpecs.Install(KernelVerb.Program).DisplayName} is now installed for this user: choose it in a notebook.");
            else
                Say("kernel", "not installed, so editors open notebooks without one. To change that: dotnet run --project src/Workshop -- kernel install");
        }
        catch (KernelStartException e)
        {
            Say("kernel", $"not installed: {e.Message}");
        }
    }

    private static string Ask()
    {
        if (Console.IsInputRedirected || Console.IsOutputRedirected)
            return "no";
        Console.Write("  kernel    Install the C# notebook kernel for this user, so that VS Code and Jupyter find it? [Y/n] ");
        return Console.ReadLine() is { } line && line.Trim() is "" or "y" or "Y" or "yes" ? "yes" : "no";
    }

    private static Timeline RunLesson()
    {
        var settings = new LessonSettings();
        var report = EventLoop.Run(
            () => LessonProgram.RunAsync(settings, new SimulatedWork(settings.Seed, EventLoop.Current!.TimeProvider, _ => { })),
            new EventLoopOptions { Seed = settings.Seed });
        return Timeline.From(report.Log);
    }

    /// <returns>The page, relative to the root; <see langword="null"/> when a notebook failed, and it was said why.</returns>
    private static async Task<string?> WriteLessonAsync(string root, CancellationToken token)
    {
        var executed = new List<NotebookDocument>();
        foreach (var notebook in NotebookVerb.Find([Path.Combine(root, "notebooks")]))
        {
            Say("notebook", $"running {Path.GetFileName(notebook.Name)}");
            var run = await NotebookRunner.RunAsync(notebook, new NotebookRunOptions { CellTimeLimit = TimeSpan.FromMinutes(1) }, token);
            if (!run.Succeeded)
            {
                await Console.Error.WriteLineAsync($"workshop: {notebook.Name}: {string.Join('\n', run.Failure!.Error!.Traceback)}");
                return null;
            }

            executed.Add(run.Executed);
        }

        var folder = Path.Combine("artifacts", "lesson");
        OutputFolder.Open(Path.Combine(root, folder)).Write("index.html", Book.Render(executed, Path.Combine(root, folder)));
        return Path.Combine(folder, "index.html");
    }

    private static void Say(string label, string text) => Console.WriteLine($"  {label,-9} {text}");
}
