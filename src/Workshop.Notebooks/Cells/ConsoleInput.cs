namespace Workshop.Notebooks;

/// <summary>Stands in for the process's console input: a cell that reads a line asks its own user for it.</summary>
/// <remarks>What belongs to no cell, or to a cell whose host answers no questions, reads the process's standard input.</remarks>
internal sealed class ConsoleInput : TextReader
{
    private static readonly Lock s_installing = new();
    private static TextReader? s_installed;

    private readonly Lazy<TextReader> _outside = new(static () => new StreamReader(Console.OpenStandardInput(), Console.InputEncoding));

    private ConsoleInput()
    {
    }

    /// <summary>Puts the reader in place, if it is not. A cell may have called <c>Console.SetIn</c>, so this is asked before each.</summary>
    public static void Install()
    {
        lock (s_installing)
        {
            if (s_installed is not null && ReferenceEquals(Console.In, s_installed))
                return;
            Console.SetIn(new ConsoleInput());
            s_installed = Console.In;
        }
    }

    public override int Peek() => CellExecution.Current is not { Input: not null } cell ? _outside.Value.Peek() : Fill(cell) ? cell.UnreadInput[0] : -1;

    public override int Read()
    {
        if (CellExecution.Current is not { Input: not null } cell)
            return _outside.Value.Read();
        if (!Fill(cell))
            return -1;
        var next = cell.UnreadInput[0];
        cell.UnreadInput = cell.UnreadInput[1..];
        return next;
    }

    public override string? ReadLine()
    {
        if (CellExecution.Current is not { Input: not null } cell)
            return _outside.Value.ReadLine();
        if (cell.UnreadInput.Length == 0)
            return Ask(cell);
        var line = cell.UnreadInput.TrimEnd('\n');
        cell.UnreadInput = "";
        return line;
    }

    // Read and Peek take a line and its end apart.
    private static bool Fill(CellExecution cell)
    {
        if (cell.UnreadInput.Length == 0 && Ask(cell) is { } line)
            cell.UnreadInput = line + "\n";
        return cell.UnreadInput.Length > 0;
    }

    private static string? Ask(CellExecution cell)
    {
        cell.ThrowIfClosed();
#pragma warning disable VSTHRD002 // Reading the console blocks, here as everywhere; the cell's token ends the wait.
        return cell.Input!(cell.Stopping).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
    }
}
