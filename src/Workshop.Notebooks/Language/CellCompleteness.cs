namespace Workshop.Notebooks;

/// <summary>Whether a cell that is being typed line by line can be run.</summary>
public enum CellCompleteness
{
    /// <summary>It can.</summary>
    Complete,

    /// <summary>Something is still open: a brace, a string, a statement.</summary>
    Incomplete,

    /// <summary>No further line could make it C#.</summary>
    Invalid,
}
