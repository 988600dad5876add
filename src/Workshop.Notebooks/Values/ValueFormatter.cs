namespace Workshop.Notebooks;

/// <summary>Brings values to the forms that a notebook shows.</summary>
/// <remarks>
/// Every value has a text. Collections, dictionaries, records and plain objects have an HTML table besides. A type that
/// follows .NET Interactive's convention (an attribute class named <c>TypeFormatterSourceAttribute</c>) has the forms that it
/// gives. Texts are of the invariant culture and bounded: cycles, endless sequences and failing getters included.
/// </remarks>
public static class ValueFormatter
{
    /// <summary>All forms of <paramref name="value"/>; never throws for what the value's own code throws.</summary>
    public static MimeBundle Format(object? value)
    {
        if (value is MimeBundle ready)
            return ready;
        if (value is null || SelfDescription.Of(value.GetType()) is not { } description)
        {
            value = ReadOnce.Of(value, HtmlTables.RowsShown + 1);
            return new MimeBundle(PlainText.Of(value), TableOf(value));
        }

        var (forms, faults) = description.Format(value);
        if (!forms.Remove(MimeBundle.PlainText, out var text))
            text = PlainText.Of(value);
        if (faults.Count > 0)
            text = $"{text}\n{string.Join('\n', faults)}";
        return new MimeBundle(text, forms);
    }

    private static IEnumerable<KeyValuePair<string, string>> TableOf(object? value)
    {
        string? table;
        try
        {
            table = HtmlTables.Of(value);
        }
        catch (Exception exception) when (!PlainText.MustPass(exception))
        {
            return []; // An enumerator that throws: the text says so.
        }
        return table is null ? [] : [KeyValuePair.Create("text/html", table)];
    }
}
