namespace Workshop.Notebooks;

/// <summary>One place where a run gave something else than what is stored.</summary>
/// <param name="CellPosition">The cell's place among all cells of the notebook, from 1.</param>
/// <param name="CellNumber">The execution count it has when the notebook is run from top to bottom, or <c>null</c> for a cell that is not run.</param>
/// <param name="OutputNumber">Which of the cell's outputs, from 1.</param>
/// <param name="What">What differs: <c>stdout</c>, <c>text/plain</c>, <c>error</c>, ...</param>
/// <param name="LineNumber">The first line that differs, from 1.</param>
/// <param name="Lines">
/// That line and what surrounds it, as in a unified diff: <c>-</c> before a line as it is stored, <c>+</c> before one as the run gave it, a
/// space before one that is in both. Not more than some twenty, none much longer than a terminal is wide.
/// </param>
public sealed record OutputDifference(int CellPosition, int? CellNumber, int OutputNumber, string What, int LineNumber, IReadOnlyList<string> Lines)
{
    /// <summary>The difference in a few lines, for a person.</summary>
    public override string ToString()
    {
        var cell = CellNumber is { } number ? $"cell {number}" : $"the cell at place {CellPosition}";
        return $"{cell}, output {OutputNumber} ({What}), line {LineNumber}: - stored, + new\n  {string.Join("\n  ", Lines)}";
    }
}
