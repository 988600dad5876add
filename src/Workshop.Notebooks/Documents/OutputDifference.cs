namespace Workshop.Notebooks;

/// <summary>One place where a run gave something else than what is stored.</summary>
/// <param name="CellPosition">The cell's place among all cells of the notebook, from 1.</param>
/// <param name="CellNumber">The execution count it has when the notebook is run from top to bottom, or <c>null</c> for a cell that is not run.</param>
/// <param name="OutputNumber">Which of the cell's outputs, from 1; 0 when it is about how many there are.</param>
/// <param name="What">What differs: <c>stdout</c>, <c>text/plain</c>, <c>error</c>, ...</param>
/// <param name="LineNumber">The first line that differs, from 1.</param>
/// <param name="Stored">That line as it is stored, or <c>null</c>: there is none.</param>
/// <param name="New">That line as the run gave it, or <c>null</c>: there is none.</param>
public sealed record OutputDifference(int CellPosition, int? CellNumber, int OutputNumber, string What, int LineNumber, string? Stored, string? New)
{
    /// <summary>The difference in three lines, for a person.</summary>
    public override string ToString()
    {
        var cell = CellNumber is { } number ? $"cell {number}" : $"the cell at place {CellPosition}";
        var place = OutputNumber == 0 ? $"{cell}, {What}" : $"{cell}, output {OutputNumber} ({What}), line {LineNumber}";
        return $"{place}\n  stored: {Stored ?? "(nothing)"}\n  new:    {New ?? "(nothing)"}";
    }
}
