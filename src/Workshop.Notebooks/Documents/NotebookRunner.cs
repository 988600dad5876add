namespace Workshop.Notebooks;

/// <summary>Runs a notebook from top to bottom in a session of its own and stores what its cells give out.</summary>
/// <remarks>
/// The rules are nbclient's: execution counts 1, 2, 3, ...; cells of white space are passed over; the run stops at the first cell
/// that fails, unless the cell is tagged <c>raises-exception</c>; a cell tagged <c>skip-execution</c> is passed over and keeps its outputs; a cell
/// that reads from the console fails, for there is nobody to ask. Nothing of time is stored: two runs of a notebook whose cells are deterministic give identical bytes.
/// <para><b>Pitfall.</b> The process's current folder is left as it is. A cell that opens <c>"data.txt"</c> opens it there, not in the
/// notebook's folder, which is only where <c>#r</c> and <c>#load</c> start from.</para>
/// </remarks>
public static class NotebookRunner
{
    /// <summary>Runs <paramref name="notebook"/>, which itself is not changed.</summary>
    /// <param name="notebook">The notebook.</param>
    /// <param name="options">Time limit, listener, progress.</param>
    /// <param name="cancellationToken">Stops the running cell, and the run with it.</param>
    /// <returns>The executed copy, and the failure if there was one: a cell that fails, is stopped or runs out of time is no exception.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled between two cells.</exception>
    public static async Task<NotebookRun> RunAsync(
        NotebookDocument notebook, NotebookRunOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(notebook);
        options ??= new NotebookRunOptions();
        var executed = notebook.Clone();
        var toRun = executed.Cells.Where(IsToRun).ToList();
        var collector = new OutputCollector(options.Listener);
        var cellOptions = new CellOptions { TimeLimit = options.CellTimeLimit, Input = RefuseInputAsync };
        var begun = 0;
        CellOutcome? failure = null;

        await using (var session = new CSharpSession(new SessionOptions { BaseDirectory = executed.Folder }))
        {
            foreach (var cell in toRun)
            {
                options.Progress?.Invoke(new NotebookProgress(cell, begun + 1, toRun.Count, null));
                begun++;
                var outcome = await session.RunAsync(cell.Source, collector, cellOptions, cancellationToken);
                options.Progress?.Invoke(new NotebookProgress(cell, begun, toRun.Count, outcome));
                var isExpected = outcome.Status is CellStatus.Threw or CellStatus.NotCompiled && cell.Tags.Contains("raises-exception", StringComparer.Ordinal);
                if (!outcome.Succeeded && !isExpected)
                {
                    failure = outcome;
                    break;
                }
            }
        }

        // Only now: a task may write to its cell, and a cell update another's display, as long as the notebook runs.
        foreach (var cell in executed.Cells.Where(cell => cell.Kind == NotebookCellKind.Code && !IsSkipped(cell)))
        {
            var number = toRun.IndexOf(cell) + 1;
            var hasRun = number > 0 && number <= begun;
            cell.SetOutputs(hasRun ? number : null, hasRun ? collector.OutputsOf(number) : []);
        }
        return new NotebookRun(executed, failure);
    }

    private static bool IsToRun(NotebookCell cell) =>
        cell.Kind == NotebookCellKind.Code && !string.IsNullOrWhiteSpace(cell.Source) && !IsSkipped(cell);

    private static bool IsSkipped(NotebookCell cell) => cell.Tags.Contains("skip-execution", StringComparer.Ordinal);

    private static Task<string?> RefuseInputAsync(CancellationToken stop) => throw new InvalidOperationException(
        "There is nobody to ask: a notebook that is run from the command line cannot read from the console.");
}
