namespace Workshop.Notebooks;

/// <summary>Runs C# cells one after the other, each of which sees what those before it declared.</summary>
/// <remarks>
/// A cell may use top-level <c>await</c>, declare variables, types, methods and extension methods, declare them again, end in an
/// expression whose value becomes its result, or <c>return</c> one. <c>#r "path.dll"</c> and <c>#load "path.csx"</c> start from
/// <see cref="SessionOptions.BaseDirectory"/>; <c>#r "nuget: Name, 1.2.3"</c> has the .NET SDK restore a package and what it needs. What it may name besides C# is in <see cref="CellGlobals"/>.
/// <para>
/// A cell that throws or is stopped keeps the values it had assigned by then, and the session goes on: see
/// <see cref="RunAsync"/> for how a cell is stopped that does not want to be.
/// </para>
/// <para>
/// <b>Pitfall.</b> Cells run in this process. A stack overflow or <c>Environment.Exit</c> ends the process, not the cell; an exception that nobody
/// catches, on a thread of the cell's own or in <c>async void</c>, is written to the cell's standard error. Give code that is not trusted a process of its own.
/// </para>
/// </remarks>
public sealed class CSharpSession : IAsyncDisposable
{
    private readonly SessionOptions _options;
    private readonly SubmissionChain _chain;
    private readonly SessionPackages _packages;
    private readonly CellEventPump _pump = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private int _count;

    /// <summary>Starts a session with nothing declared. Cheap: the compiler is brought up by the first cell.</summary>
    public CSharpSession(SessionOptions? options = null)
    {
        _options = options ?? new SessionOptions();
        var folder = Path.GetFullPath(_options.BaseDirectory);
        var references = new CellReferences(folder);
        _chain = new SubmissionChain(folder, references);
        _packages = new SessionPackages(references, folder, _options.DotnetPath);
    }

    /// <summary>How many cells that count have begun so far; the next cell is this plus one.</summary>
    public int ExecutionCount => _count;

    /// <summary>Runs one cell, after those that were given before it.</summary>
    /// <param name="code">The cell's text, as typed.</param>
    /// <param name="listener">Gets what the cell gives out, also from tasks that outlive it.</param>
    /// <param name="options">Time limit and the like.</param>
    /// <param name="cancellationToken">
    /// Stops the cell: its <see cref="CellGlobals.Cell.CancellationToken"/> is cancelled; after <see cref="SessionOptions.StopGrace"/>
    /// its next loop, write or display throws, and its sleep or wait is interrupted; what still runs <see cref="SessionOptions.AbandonAfter"/> later is left behind, and
    /// <see cref="CellOutcome.Abandoned"/> says so. From then on the stopped cell's code can write nothing.
    /// </param>
    /// <returns>
    /// How the cell ended, once everything it gave out before its end has reached the listener. A cell that fails or is stopped
    /// is an outcome, not an exception.
    /// </returns>
    /// <exception cref="OperationCanceledException">The token was cancelled before the cell's turn came: nothing of it ran.</exception>
    public async Task<CellOutcome> RunAsync(
        string code, ICellListener listener, CellOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(listener);
        options ??= CellOptions.Default;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var cell = new CellExecution(options.IsCounted ? ++_count : _count + 1, listener, _pump, options);
            var outcome = await RunCellAsync(cell, code, options, cancellationToken);
            if (outcome.Error is not null)
                cell.Post(new CellEvent.Failed(cell.Number, outcome.Error));
            await _pump.DrainAsync();
            return outcome;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>What could stand at <paramref name="position"/> of a cell that is still being written, given the cells that have run.</summary>
    /// <param name="code">The cell's text so far, which need not make sense.</param>
    /// <param name="position">Where the caret is, in characters of <paramref name="code"/>.</param>
    public CompletionList Complete(string code, int position)
    {
        ArgumentNullException.ThrowIfNull(code);
        return CompletionFinder.Find(_chain.Look(code), code, Math.Clamp(position, 0, code.Length));
    }

    /// <summary>What the name at <paramref name="position"/> means: its signature and its documentation, as text.</summary>
    /// <param name="code">The cell's text so far.</param>
    /// <param name="position">Where the caret is, in characters of <paramref name="code"/>.</param>
    /// <param name="inDetail">Whether all overloads are wanted.</param>
    /// <returns><c>null</c> when there is no name, or it means nothing.</returns>
    public string? Inspect(string code, int position, bool inDetail = false)
    {
        ArgumentNullException.ThrowIfNull(code);
        return SymbolInspector.Inspect(_chain.Look(code), Math.Clamp(position, 0, code.Length), inDetail);
    }

    /// <summary>Whether a person who typed this and pressed Enter is done, or wants another line.</summary>
    public static CellCompleteness IsComplete(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        return SubmissionChain.IsComplete(code);
    }

    /// <summary>Ends when everything that cells have given out so far has reached its listener, also in the middle of a cell.</summary>
    /// <exception cref="Exception">What a listener threw.</exception>
    public Task FlushAsync() => _pump.DrainAsync();

    /// <summary>Lets go of the session; what tasks of its cells write from now on is lost.</summary>
    public async ValueTask DisposeAsync()
    {
        await _pump.DisposeAsync();
        _turn.Dispose();
    }

    private async Task<CellOutcome> RunCellAsync(CellExecution cell, string code, CellOptions options, CancellationToken stop)
    {
        CompiledCell compiled;
        try
        {
            var packages = PackageDirective.FindIn(code, Path.GetFullPath(_options.BaseDirectory), SubmissionChain.ParseOptions);
            await _packages.PrepareAsync(cell, packages, stop);
            compiled = await Task.Run(() => _chain.Compile(code, cell.Name, stop), CancellationToken.None);
        }
        catch (PackageRestoreException exception)
        {
            return new CellOutcome(cell.Number, CellStatus.NotCompiled, new CellError(CompileErrors.Name, exception.Message, [$"{cell.Name}: {exception.Message}"]));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Stopped(cell, CellStatus.Stopped, $"{cell.Name} was stopped before it began to run.", abandoned: false);
        }
        if (compiled.Error is not null)
            return new CellOutcome(cell.Number, CellStatus.NotCompiled, compiled.Error);
        if (compiled.Run is null)
            return new CellOutcome(cell.Number, CellStatus.Succeeded);

        ConsoleRouter.Install();
        if (options.Input is not null)
            ConsoleInput.Install();
        UnhandledExceptions.Install();
        void Show(object? value)
        {
            if (value is not null || compiled.HasTrailingValue())
                cell.Give(new CellEvent.Returned(cell.Number, ValueFormatter.Format(value)));
        }
        var end = await CellThread.RunAsync(cell, compiled.Run, Show, options.TimeLimit, _options, stop);
        ConsoleRouter.TakeBack();
        if (end.Reason != StopReason.None)
            cell.Close();
        return Judge(cell, end, options);
    }

    private static CellOutcome Judge(CellExecution cell, CellEnd end, CellOptions options)
    {
        if (end.Reason == StopReason.TimeLimit)
        {
            return Stopped(cell, CellStatus.TimedOut,
                $"{cell.Name} ran longer than its time limit of {options.TimeLimit!.Value.TotalSeconds:0.###} s and was stopped.", end.Alive);
        }
        if (end.Fault is null)
            return new CellOutcome(cell.Number, CellStatus.Succeeded);
        if (end.Reason == StopReason.Stop && end.Fault.IsCancellation)
            return Stopped(cell, CellStatus.Stopped, $"{cell.Name} was stopped.", end.Alive);
        return new CellOutcome(cell.Number, CellStatus.Threw, end.Fault.Error);
    }

    private static CellOutcome Stopped(CellExecution cell, CellStatus status, string message, bool abandoned)
    {
        if (abandoned)
            message += " Something it began could not be ended and is left behind; the next cell runs all the same.";
        var name = status == CellStatus.TimedOut ? "TimeLimit" : "Stopped";
        return new CellOutcome(cell.Number, status, new CellError(name, message, [$"{name}: {message}"]), abandoned);
    }
}
