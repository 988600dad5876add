namespace Workshop.Notebooks;

/// <summary>What differs between two texts, as a person reads it: a small unified diff.</summary>
internal static class LineDiff
{
    private const int Context = 2;
    private const int LinesShown = 20;
    private const int WidthShown = 160;

    // Longer stretches are shown as taken away and put in, whole: comparing each line with each takes the square of their number.
    private const int Compared = 500;

    /// <summary>The first line that differs, from 1, and what to show of it and of what follows.</summary>
    /// <param name="stored">The one text; <c>null</c>: there is none.</param>
    /// <param name="now">The other, which is not the same.</param>
    public static (int LineNumber, IReadOnlyList<string> Lines) Of(string? stored, string? now)
    {
        var (old, fresh) = (LinesOf(stored), LinesOf(now));
        var same = old.Zip(fresh).TakeWhile(pair => pair.First == pair.Second).Count();
        var sameAtEnd = old[same..].Reverse().Zip(fresh[same..].Reverse()).TakeWhile(pair => pair.First == pair.Second).Count();
        var after = old[^sameAtEnd..];
        if (after is [.., ""])
            after = after[..^1]; // Both end their last line.
        List<string> lines =
        [
            .. old[Math.Max(0, same - Context)..same].Select(line => "  " + line),
            .. Changes(old[same..^sameAtEnd], fresh[same..^sameAtEnd]),
            .. after.Take(Context).Select(line => "  " + line),
        ];
        var column = (old.ElementAtOrDefault(same) ?? "").AsSpan().CommonPrefixLength(fresh.ElementAtOrDefault(same) ?? "");
        var shown = lines.Take(LinesShown).Select(line => Cut(line, column + 2));
        return (same + 1, lines.Count > LinesShown ? [.. shown, $"... ({lines.Count - LinesShown} more lines)"] : [.. shown]);
    }

    private static string[] LinesOf(string? text) => text?.Split('\n') ?? [];

    private static List<string> Changes(string[] old, string[] fresh)
    {
        if (old.Length > Compared || fresh.Length > Compared)
            return [.. old.Select(line => "- " + line), .. fresh.Select(line => "+ " + line)];

        // common[i, j]: how many lines what follows i and what follows j have in common at most.
        var common = new int[old.Length + 1, fresh.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = fresh.Length - 1; j >= 0; j--)
                common[i, j] = old[i] == fresh[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }
        var lines = new List<string>();
        for (var (i, j) = (0, 0); i < old.Length || j < fresh.Length;)
        {
            if (i < old.Length && j < fresh.Length && old[i] == fresh[j])
            {
                lines.Add("  " + old[i++]);
                j++;
            }
            else if (j == fresh.Length || (i < old.Length && common[i + 1, j] >= common[i, j + 1]))
            {
                lines.Add("- " + old[i++]);
            }
            else
            {
                lines.Add("+ " + fresh[j++]);
            }
        }
        return lines;
    }

    // A line of JSON or SVG may be a page long: what is shown of it is around the place that differs.
    private static string Cut(string line, int column)
    {
        if (line.Length <= WidthShown)
            return line;
        var start = column < WidthShown * 3 / 4 || column >= line.Length ? 2 : column - WidthShown / 4;
        var end = Math.Min(line.Length, start + WidthShown);
        return $"{line[..2]}{(start > 2 ? "..." : "")}{line[start..end]}{(end < line.Length ? "..." : "")}";
    }
}
