namespace Workshop.Notebooks;

/// <summary>A value on show below a cell, which can be replaced.</summary>
public sealed class DisplayHandle
{
    private readonly CellExecution? _shownBy;

    private DisplayHandle(CellExecution? shownBy, string displayId)
    {
        _shownBy = shownBy;
        DisplayId = displayId;
    }

    /// <summary>What names this display among all displays of all sessions.</summary>
    public string DisplayId { get; }

    /// <summary>Replaces the value on show, wherever it is on show.</summary>
    public void Update(object? value)
    {
        var data = ValueFormatter.Format(value);
        // A task that another cell started may update too: the event then belongs to that cell.
        var cell = CellExecution.Current ?? _shownBy;
        if (cell is null)
            Console.WriteLine(data.Text);
        else
            cell.Give(new CellEvent.DisplayUpdated(cell.Number, DisplayId, data));
    }

    internal static DisplayHandle Show(object? value)
    {
        var cell = CellExecution.Current;
        var data = ValueFormatter.Format(value);
        var handle = new DisplayHandle(cell, Guid.NewGuid().ToString("N"));
        if (cell is null)
            Console.WriteLine(data.Text);
        else
            cell.Display(handle.DisplayId, data);
        return handle;
    }
}
