using System.Globalization;
using System.Text;

namespace StructuredConcurrency.Timelines;

/// <summary>Text and numbers as XML and HTML take them.</summary>
internal static class Markup
{
    /// <summary>Escapes what could end a text or an attribute, and leaves out what XML cannot hold.</summary>
    public static string Escape(string text)
    {
        if (!text.AsSpan().ContainsAny("<>&\"'") && !text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return text;
        var escaped = new StringBuilder(text.Length + 8);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                '"' => escaped.Append("&quot;"),
                '\'' => escaped.Append("&#39;"),
                < 0x20 and not ('\t' or '\n' or '\r') or 0xFFFE or 0xFFFF => escaped,
                _ => escaped.Append(rune.ToString()),
            };
        }

        return escaped.ToString();
    }

    /// <summary>At most two decimals, none that say nothing: the same bytes on every machine.</summary>
    public static string Number(double value) => (Math.Round(value, 2) + 0.0).ToString("0.##", CultureInfo.InvariantCulture);
}
