using System.Collections;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace Workshop.Notebooks;

/// <summary>Writes collections, dictionaries and objects as HTML tables: no script, no style of its own, bounded.</summary>
internal sealed class HtmlTables
{
    public const int RowsShown = 100;

    private const int ColumnsShown = 20;
    private const int DepthShown = 3;
    private const int LengthShown = 1_000_000;

    private readonly StringBuilder _html = new();
    private readonly HashSet<object> _open = new(ReferenceEqualityComparer.Instance);

    /// <summary>A table, or <c>null</c> for a value that is better read as text, or whose table would be too long.</summary>
    public static string? Of(object? value)
    {
        if (value is null || !IsComposite(value))
            return null;
        var writer = new HtmlTables();
        writer.Write(value, 0);
        return writer._html.Length <= LengthShown ? writer._html.ToString() : null;
    }

    private static bool IsComposite(object value) => value switch
    {
        string or Type or ITuple => false,
        IEnumerable => value is not IFormattable,
        _ => ObjectMembers.Of(value.GetType()) is { Count: > 0 },
    };

    private void Write(object? value, int depth)
    {
        if (_html.Length > LengthShown)
            return;
        if (value is null || depth >= DepthShown || !IsComposite(value) || (value is IEnumerable && depth > 0 && !value.GetType().IsValueType && _open.Contains(value)))
        {
            WriteText(value is string text ? text : PlainText.Nested(value));
            return;
        }
        if (!value.GetType().IsValueType && !_open.Add(value))
        {
            _html.Append("(cycle)");
            return;
        }
        if (depth > 0)
            _html.Append("<details><summary>").Append(Encode(TitleOf(value))).Append("</summary>");
        if (value is IEnumerable items)
            WriteRows(items, depth);
        else
            WriteObject(value, depth);
        if (depth > 0)
            _html.Append("</details>");
        _open.Remove(value);
    }

    private void WriteRows(IEnumerable items, int depth)
    {
        var rows = items.Cast<object?>().Take(RowsShown + 1).ToList();
        var isCut = rows.Count > RowsShown;
        if (isCut)
            rows.RemoveAt(RowsShown);
        if (rows.Count > 0 && rows.TrueForAll(row => PlainText.IsPair(row, out _, out _)))
        {
            Begin("key", "value");
            foreach (var row in rows)
            {
                PlainText.IsPair(row, out var key, out var value);
                BeginRow(key is string text ? text : PlainText.Nested(key));
                WriteCell(value, depth);
                _html.Append("</tr>");
            }
        }
        else if (ColumnsOf(rows) is { } columns)
        {
            Begin(["", .. columns]);
            for (var i = 0; i < rows.Count; i++)
            {
                BeginRow(i.ToString());
                var members = ObjectMembers.Of(rows[i]!.GetType())!.Read(rows[i]!).ToDictionary(member => member.Name, member => member.Value);
                foreach (var column in columns)
                    WriteCell(members[column], depth);
                _html.Append("</tr>");
            }
        }
        else
        {
            Begin("", "value");
            for (var i = 0; i < rows.Count; i++)
            {
                BeginRow(i.ToString());
                WriteCell(rows[i], depth);
                _html.Append("</tr>");
            }
        }
        _html.Append("</tbody></table>");
        if (isCut)
            _html.Append("<p>").Append(PlainText.More(PlainText.CountOf(items), RowsShown)).Append("</p>");
    }

    private void WriteObject(object value, int depth)
    {
        Begin("", CSharpTypeName.Of(value.GetType()) is var name && ObjectMembers.Of(value.GetType())!.IsAnonymous ? "value" : name);
        foreach (var (member, memberValue) in ObjectMembers.Of(value.GetType())!.Read(value).Take(RowsShown))
        {
            BeginRow(member);
            WriteCell(memberValue, depth);
            _html.Append("</tr>");
        }
        _html.Append("</tbody></table>");
    }

    // Rows of one type that is shown by its members make a table with a column for each of them.
    private static List<string>? ColumnsOf(List<object?> rows)
    {
        if (rows.Count == 0 || rows[0] is not { } first || rows.Exists(row => row?.GetType() != first.GetType()) || first is IEnumerable)
            return null;
        return ObjectMembers.Of(first.GetType()) is { Count: > 0 and <= ColumnsShown } members ? [.. members.Names] : null;
    }

    private static string TitleOf(object value) =>
        value is IEnumerable items && PlainText.CountOf(items) is { } count ? $"{CSharpTypeName.Of(value.GetType())} ({count})"
        : ObjectMembers.Of(value.GetType()) is { IsAnonymous: true } ? "{ ... }"
        : CSharpTypeName.Of(value.GetType());

    private void Begin(params IEnumerable<string> columns)
    {
        _html.Append("<table><thead><tr>");
        foreach (var column in columns)
            _html.Append("<th>").Append(Encode(column)).Append("</th>");
        _html.Append("</tr></thead><tbody>");
    }

    private void BeginRow(string header) => _html.Append("<tr><th>").Append(Encode(header)).Append("</th>");

    private void WriteCell(object? value, int depth)
    {
        _html.Append("<td>");
        Write(value, depth + 1);
        _html.Append("</td>");
    }

    private void WriteText(string text) => _html.Append(Encode(text));

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
