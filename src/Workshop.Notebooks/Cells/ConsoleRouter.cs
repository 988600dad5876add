using System.Text;

namespace Workshop.Notebooks;

/// <summary>Stands in for the process's console and sends what cells write to their cells, the rest to where it went before.</summary>
/// <remarks>
/// The console is one per process while cells are many, so the writer asks on every call whose code is running. Text that
/// belongs to no cell passes through untouched: the host may go on using the console.
/// </remarks>
internal sealed class ConsoleRouter : TextWriter
{
    private static readonly Lock s_installing = new();
    private static TextWriter? s_installedOut;
    private static TextWriter? s_installedError;

    private readonly ConsoleStream _stream;
    private readonly TextWriter _outside;

    private ConsoleRouter(ConsoleStream stream, TextWriter outside)
    {
        _stream = stream;
        _outside = outside;
    }

    public override Encoding Encoding => _outside.Encoding;

    /// <summary>Puts the routers in place, if they are not. The host may have called <c>Console.SetOut</c>, so this is asked before each cell.</summary>
    public static void Install()
    {
        lock (s_installing)
        {
            if (!ReferenceEquals(Console.Out, s_installedOut))
            {
                Console.SetOut(new ConsoleRouter(ConsoleStream.Out, Console.Out));
                s_installedOut = Console.Out;
            }
            if (!ReferenceEquals(Console.Error, s_installedError))
            {
                Console.SetError(new ConsoleRouter(ConsoleStream.Error, Console.Error));
                s_installedError = Console.Error;
            }
        }
    }

    /// <summary>Takes back the console from a cell that called <c>Console.SetOut</c> and did not reset it: its writer is not the host's.</summary>
    public static void TakeBack()
    {
        lock (s_installing)
        {
            if (!ReferenceEquals(Console.Out, s_installedOut))
                Console.SetOut(s_installedOut!);
            if (!ReferenceEquals(Console.Error, s_installedError))
                Console.SetError(s_installedError!);
        }
    }

    public override void Write(char value)
    {
        if (CellExecution.Current is { } cell)
            cell.Write(_stream, value.ToString());
        else
            _outside.Write(value);
    }

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (CellExecution.Current is { } cell)
            cell.Write(_stream, buffer.ToString());
        else
            _outside.Write(buffer);
    }

    public override void Write(string? value)
    {
        if (CellExecution.Current is { } cell)
            cell.Write(_stream, value ?? "");
        else
            _outside.Write(value);
    }

    // A cell's line ends with \n on every system: outputs are stored and compared.
    public override void WriteLine()
    {
        if (CellExecution.Current is { } cell)
            cell.Write(_stream, "\n");
        else
            _outside.WriteLine();
    }

    public override void WriteLine(string? value)
    {
        if (CellExecution.Current is { } cell)
            cell.Write(_stream, value + "\n");
        else
            _outside.WriteLine(value);
    }

    public override void WriteLine(ReadOnlySpan<char> buffer)
    {
        if (CellExecution.Current is { } cell)
            cell.Write(_stream, string.Concat(buffer, "\n"));
        else
            _outside.WriteLine(buffer);
    }

    public override void WriteLine(char value) => WriteLine([value]);

    public override void WriteLine(char[] buffer, int index, int count) => WriteLine(buffer.AsSpan(index, count));

    public override void WriteLine(char[]? buffer) => WriteLine(buffer.AsSpan());

    public override void WriteLine(bool value) => WriteLine(value ? "True" : "False");

    public override void WriteLine(int value) => WriteLine(value.ToString(FormatProvider));

    public override void WriteLine(uint value) => WriteLine(value.ToString(FormatProvider));

    public override void WriteLine(long value) => WriteLine(value.ToString(FormatProvider));

    public override void WriteLine(ulong value) => WriteLine(value.ToString(FormatProvider));

    public override void WriteLine(float value) => WriteLine(value.ToString(FormatProvider));

    public override void WriteLine(double value) => WriteLine(value.ToString(FormatProvider));

    public override void WriteLine(decimal value) => WriteLine(value.ToString(FormatProvider));

    public override void WriteLine(object? value) =>
        WriteLine(value is IFormattable formattable ? formattable.ToString(null, FormatProvider) : value?.ToString());

    public override void WriteLine(string format, object? arg0) => WriteLine(string.Format(FormatProvider, format, arg0));

    public override void WriteLine(string format, object? arg0, object? arg1) =>
        WriteLine(string.Format(FormatProvider, format, arg0, arg1));

    public override void WriteLine(string format, object? arg0, object? arg1, object? arg2) =>
        WriteLine(string.Format(FormatProvider, format, arg0, arg1, arg2));

    public override void WriteLine(string format, params object?[] arg) => WriteLine(string.Format(FormatProvider, format, arg));

    public override void WriteLine(string format, params ReadOnlySpan<object?> arg) =>
        WriteLine(string.Format(FormatProvider, format, arg));

    public override void Flush()
    {
        if (CellExecution.Current is null)
            _outside.Flush();
    }
}
