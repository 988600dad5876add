using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Workshop.Notebooks;

/// <summary>Turns the compiler's diagnostics into an error that shows the line that was typed.</summary>
internal static class CompileErrors
{
    public const string Name = "CompileError";

    private const int Shown = 10;

    public static CellError Describe(ImmutableArray<Diagnostic> diagnostics, string cellName, string code, CellReferences references)
    {
        var all = diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToList();
        // Errors without a place are consequences of one that has a place, where there is one.
        var errors = all.Where(error => error.Location.IsInSource).OrderBy(error => error.Location.SourceSpan.Start).ToList();
        if (errors.Count == 0)
            errors = all;

        if (errors.Find(error => error.Id is "CS0006" or "CS0009" or "CS1504") is { } missing)
            return DescribeMissingFile(missing, cellName, references);

        var lines = code.Split('\n');
        var traceback = new List<string>();
        foreach (var error in errors.Take(Shown))
        {
            var place = error.Location.GetMappedLineSpan();
            var where = PlaceOf(place, cellName);
            traceback.Add($"{where}: error {error.Id}: {error.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}");
            var line = place.StartLinePosition.Line;
            if (!error.Location.IsInSource || place.Path != cellName || line >= lines.Length)
                continue;
            var source = lines[line].TrimEnd('\r').Replace('\t', ' ');
            traceback.Add("    " + source);
            var column = Math.Min(place.StartLinePosition.Character, source.Length);
            var length = place.EndLinePosition.Line == line ? place.EndLinePosition.Character - column : source.Length - column;
            traceback.Add("    " + new string(' ', column) + new string('^', Math.Clamp(length, 1, Math.Max(1, source.Length - column))));
        }
        if (errors.Exists(error => error.Id == "CS9283"))
            traceback.Add("A cell cannot hold extension(...) blocks. Write extension methods, static bool IsLong(this string s) => ..., or put the blocks in a library and name it with #r.");
        if (errors.Exists(error => error.Id == "CS1109"))
            traceback.Add("In a cell, extension methods stand outside of any class: static string Shout(this string s) => s.ToUpper();");
        if (errors.Count > Shown)
            traceback.Add($"... ({errors.Count - Shown} more errors)");
        return new CellError(Name, traceback[0], traceback);
    }

    private static CellError DescribeMissingFile(Diagnostic missing, string cellName, CellReferences references)
    {
        var message = missing.GetMessage(System.Globalization.CultureInfo.InvariantCulture);
        // CS0006: Metadata file 'x.dll' could not be found. CS1504: Source file 'x.csx' could not be opened -- why.
        message = message.Split(" -- ")[0];
        var (first, last) = (message.IndexOf('\''), message.LastIndexOf('\''));
        var named = first >= 0 && last > first ? message[(first + 1)..last] : message;
        var line = $"{PlaceOf(missing.Location.GetMappedLineSpan(), cellName)}: {(missing.Id == "CS1504" ? references.ExplainSource(named) : references.Explain(named))}";
        return new CellError(Name, line, [line]);
    }

    private static string PlaceOf(FileLinePositionSpan place, string cellName)
    {
        if (!place.IsValid || place.Path.Length == 0)
            return cellName;
        var file = place.Path == cellName ? cellName : Path.GetFileName(place.Path);
        return $"{file}, line {place.StartLinePosition.Line + 1}";
    }
}
