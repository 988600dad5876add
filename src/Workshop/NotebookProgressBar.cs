using Spectre.Console;
using Workshop.Notebooks;

namespace Workshop;

/// <summary>Shows on a terminal how far a notebook has run, and takes itself away at the end; anywhere else it shows nothing.</summary>
internal static class NotebookProgressBar
{
    public static async Task<NotebookRun> RunAsync(NotebookDocument notebook, NotebookRunOptions options, CancellationToken token)
    {
        if (Console.IsErrorRedirected || Environment.GetEnvironmentVariable("TERM") == "dumb")
            return await NotebookRunner.RunAsync(notebook, options, token);

        var terminal = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Console.Error),
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
            ColorSystem = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
        });
        return await terminal.Progress().AutoClear(true).HideCompleted(false)
            .Columns(new ProgressBarColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }, new ElapsedTimeColumn())
            .StartAsync(async progress =>
            {
                var bar = progress.AddTask(Markup.Escape(notebook.Name));
                return await NotebookRunner.RunAsync(notebook, options with { Progress = Show }, token);

                void Show(NotebookProgress cell)
                {
                    bar.MaxValue = cell.CellCount;
                    bar.Value = cell.Outcome is null ? cell.CellNumber - 1 : cell.CellNumber;
                    bar.Description = Markup.Escape($"{notebook.Name}: cell {cell.CellNumber} of {cell.CellCount}");
                }
            });
    }
}
