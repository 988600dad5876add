namespace Workshop.Notebooks;

/// <summary>Why a cell failed, in the three parts that Jupyter shows.</summary>
/// <param name="Name">
/// Jupyter's <c>ename</c>: the exception's type without its namespace, <c>CompileError</c>, <c>Stopped</c> or <c>TimeLimit</c>.
/// </param>
/// <param name="Message">Jupyter's <c>evalue</c>: one or more sentences to a person.</param>
/// <param name="Traceback">
/// The lines to show, never empty. Places in cells read <c>cell 3, line 2</c>. Holds no path of this machine, so that a
/// stored error is the same everywhere.
/// </param>
public sealed record CellError(string Name, string Message, IReadOnlyList<string> Traceback)
{
    /// <summary>The traceback as one text, lines separated by <c>\n</c>.</summary>
    public override string ToString() => string.Join('\n', Traceback);
}
