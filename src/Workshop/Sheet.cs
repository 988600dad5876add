using Spectre.Console;

namespace Workshop;

/// <summary>Text for people: rows of a label and what belongs to it, wrapped to the width of the terminal. Plain: no colour, so that a file or a pipe gets the same.</summary>
internal sealed class Sheet
{
    private const int WidestText = 110;
    private const int NarrowestText = 60;

    private const char Placeholder = '\u0001';

    private readonly List<string> _unbroken = [];
    private readonly Grid _grid = new Grid().AddColumn(new GridColumn().NoWrap().PadLeft(3).PadRight(2)).AddColumn(new GridColumn().PadRight(0));

    /// <summary>A row; an empty label goes on with the row above.</summary>
    public Sheet Row(string label, string? text)
    {
        if (!string.IsNullOrEmpty(text))
            _grid.AddRow(Plain(label), Plain(text));
        return this;
    }

    /// <summary>A command of ours, on one line however narrow the terminal: it is there to be copied.</summary>
    /// <param name="label">The label.</param>
    /// <param name="arguments">What stands behind the program's name: <c>check 03</c>.</param>
    public Sheet Command(string label, string arguments)
    {
        _unbroken.Add($"{Workshop.Program.Name} {arguments}");
        return Row(label, $"{Placeholder}{_unbroken.Count - 1}{Placeholder}");
    }

    public Sheet Gap()
    {
        _grid.AddEmptyRow();
        return this;
    }

    public void Print(string title) => Print(_grid, title, Unbroken);

    /// <summary>Prints a table of any kind below a title.</summary>
    public static void Print(Grid grid, string title) => Print(grid, title, line => line);

    private static void Print(Grid grid, string title, Func<string, string> finish)
    {
        var drawn = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(drawn) });
        console.Profile.Width = Console.IsOutputRedirected ? WidestText : Math.Clamp(Console.WindowWidth, NarrowestText, WidestText);
        console.Write(grid);

        Console.WriteLine($"{title}\n");
        foreach (var line in drawn.ToString().TrimEnd().Split('\n'))
            Console.WriteLine(finish(line.TrimEnd())); // a grid fills its columns with spaces
        Console.WriteLine();
    }

    private string Unbroken(string line) =>
        line.Split(Placeholder) is [var before, var number, var after] ? before + _unbroken[int.Parse(number)] + after : line;

    private static Text Plain(string text) => new Text(text.TrimEnd());
}
