using System.Globalization;
using System.Text;

namespace StructuredConcurrency.Timelines;

/// <summary>Names and items as people may see them: one line, not too long, and nothing in them that moves the text around it.</summary>
internal static class DisplayText
{
    private const char FirstStrongIsolate = '\u2068';
    private const char PopIsolate = '\u2069';

    /// <summary>A name of a task, scope, queue or item.</summary>
    public static string Name(string? text, int longest = 24) => Clean(text, longest);

    /// <summary>Seconds with three decimals.</summary>
    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);

    public static string SecondsWithUnit(TimeSpan time) => Seconds(time) + " s";

    /// <summary>Milliseconds: whole from 10 on, else with one decimal, below one with three.</summary>
    public static string Milliseconds(TimeSpan time)
    {
        var ms = time.TotalMilliseconds;
        return ms.ToString(ms >= 10 || ms == 0 ? "0" : ms >= 1 ? "0.#" : "0.###", CultureInfo.InvariantCulture) + " ms";
    }

    public static string Clean(string? text, int longest)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        if (text.Length <= longest && !text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return text; // nearly every name there is
        var clean = new StringBuilder(Math.Min(text.Length, longest) + 4);
        var count = 0;
        var rightToLeft = false;
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            var element = elements.GetTextElement();
            if (count == longest - 1 && elements.ElementIndex + element.Length < text.Length || element.Length > 40)
            {
                clean.Append('…');
                break;
            }

            count++;
            foreach (var rune in element.EnumerateRunes())
            {
                if (Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029)
                    clean.Append(' ');
                else if (!IsDirectionControl(rune.Value) && rune.Value is not (0xFFFE or 0xFFFF))
                    clean.Append(rune.ToString());
                rightToLeft |= IsRightToLeft(rune.Value);
            }
        }

        return rightToLeft ? FirstStrongIsolate + clean.ToString() + PopIsolate : clean.ToString();
    }

    /// <summary>Cells that a text takes in a terminal: two for wide characters, none for what joins the character before it.</summary>
    public static int Cells(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return text.Length; // nearly every text there is
        var cells = 0;
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            var rune = elements.GetTextElement().EnumerateRunes().First();
            cells += Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.NonSpacingMark ? 0 : IsWide(rune.Value) ? 2 : 1;
        }

        return cells;
    }

    /// <summary>As much of a text as fits into some cells, cut between characters.</summary>
    public static string Fit(string text, int cells)
    {
        var starts = StringInfo.ParseCombiningCharacters(text);
        for (var i = starts.Length - 1; i >= 0 && Cells(text) > cells; i--)
            text = text[..starts[i]];
        return text;
    }

    /// <summary>Width of a text in a proportional font, in units of its size: on the generous side.</summary>
    public static double Ems(string text)
    {
        var width = 0.0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += rune.Value switch
            {
                FirstStrongIsolate or PopIsolate => 0,
                ' ' or '.' or ',' or ':' or ';' or '\'' or 'i' or 'j' or 'l' or 'I' or '|' or '!' => 0.31,
                't' or 'f' or 'r' or '(' or ')' or '-' or '/' => 0.39,
                'm' or 'w' or 'M' or 'W' or '@' or '%' or '—' or '…' => 0.98,
                >= '0' and <= '9' => 0.57,
                >= 'A' and <= 'Z' => 0.72,
                < 0x300 => 0.58,
                _ => IsWide(rune.Value) ? 1.1 : 0.75,
            };
        }

        return width;
    }

    /// <summary>Breaks a text into as few lines as it takes, of about equal length: no last line of one word.</summary>
    public static IReadOnlyList<string> Balance(string text, double ems)
    {
        var lines = Wrap(text, ems).ToList();
        for (var narrower = ems * 0.95; lines.Count > 1; narrower *= 0.95)
        {
            var tried = Wrap(text, narrower).ToList();
            if (tried.Count > lines.Count)
                break;
            lines = tried;
        }

        return lines;
    }

    /// <summary>Breaks a text into lines at spaces.</summary>
    private static IEnumerable<string> Wrap(string text, double ems)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && Ems(line.ToString()) + 0.31 + Ems(word) > ems)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        if (line.Length > 0)
            yield return line.ToString();
    }

    /// <summary>«A», «A and B», «A, B and C».</summary>
    public static string List(IReadOnlyList<string> names) => names.Count switch
    {
        0 => "",
        1 => names[0],
        _ => string.Join(", ", names.SkipLast(1)) + " and " + names[^1],
    };

    /// <summary>Small numbers as words.</summary>
    public static string Count(int number) => number switch
    {
        1 => "one",
        2 => "two",
        3 => "three",
        4 => "four",
        5 => "five",
        6 => "six",
        7 => "seven",
        8 => "eight",
        9 => "nine",
        _ => number.ToString(CultureInfo.InvariantCulture),
    };

    private static bool IsDirectionControl(int value) => value is 0x200E or 0x200F or 0x061C or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    private static bool IsRightToLeft(int value) => value is (>= 0x0590 and <= 0x08FF) or (>= 0xFB1D and <= 0xFDFF) or (>= 0xFE70 and <= 0xFEFF) or (>= 0x10800 and <= 0x10FFF) or (>= 0x1E800 and <= 0x1EFFF);

    private static bool IsWide(int value) => value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF)
        or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD);
}
