using Spectre.Console;

namespace Workshop;

/// <summary>Text for people: rows of a label and what belongs to it, wrapped to the width of the terminal. Plain: no colour, so that a file or a pipe gets the same.</summary>
internal sealed class Sheet
{
    private const int WidestText = 110;
    private const int NarrowestText = 60;

    private readonly Grid _grid = new Grid().AddColumn(new GridColumn().NoWrap().PadLeft(3).PadRight(2)).AddColumn(new GridColumn().PadRight(0));

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
        var drawn = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(drawn) });
        console.Profile.Width = Console.IsOutputRedirected ? WidestText : Math.Clamp(Console.WindowWidth, NarrowestText, WidestText);
        console.Write(_grid);

        Console.WriteLine($"{title}\n");
        foreach (var line in drawn.ToString().TrimEnd().Split('\n'))
            Console.WriteLine(line.TrimEnd()); // a grid fills its columns with spaces
        Console.WriteLine();
    }

    private static Text Plain(string text) => new Text(text.TrimEnd());
}
