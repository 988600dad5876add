using Spectre.Console;

namespace Workshop;

/// <summary>Text for people: rows of a label and what belongs to it, wrapped to the width of the terminal. Plain: no colour, so that a file or a pipe gets the same.</summary>
internal sealed class Sheet
{
    private const int WidestText = 110;
    private const int NarrowestText = 60;

    private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(Console.Out) });
    private readonly Grid _grid = new Grid().AddColumn(new GridColumn().NoWrap().PadLeft(3).PadRight(2)).AddColumn(new GridColumn().PadRight(0));

    public Sheet() => _console.Profile.Width = Math.Clamp(Console.IsOutputRedirected ? WidestText : _console.Profile.Width, NarrowestText, WidestText);

    /// <summary>A row; an empty label goes on with the row above.</summary>
    public Sheet Row(string label, string? text)
    {
        if (!string.IsNullOrEmpty(text))
            _grid.AddRow(Plain(label), Plain(text));
        return this;
    }

    public Sheet Gap()
    {
        _grid.AddEmptyRow();
        return this;
    }

    public void Print(string title)
    {
        Console.WriteLine(title);
        Console.WriteLine();
        _console.Write(_grid);
        Console.WriteLine();
    }

    private static Text Plain(string text) => new Text(text.TrimEnd());
}
