using System.Collections;

namespace Workshop.Notebooks;

/// <summary>A query that is computed as it is read, read once for all the forms in which it is shown.</summary>
/// <remarks>A query may print, or take from a queue: a second reading would do that again, and give something else.</remarks>
internal sealed class ReadOnce : IEnumerable<object?>
{
    private readonly List<object?> _items = [];
    private readonly Exception? _thrown;

    private ReadOnce(IEnumerable items, int limit)
    {
        try
        {
            _items.AddRange(items.Cast<object?>().Take(limit));
        }
        catch (Exception exception) when (!PlainText.MustPass(exception))
        {
            _thrown = exception;
        }
    }

    /// <summary>The value itself, or what its first items are where reading it does something.</summary>
    public static object? Of(object? value, int limit) =>
        value is IEnumerable items and not (string or IFormattable or IDictionary) && PlainText.CountOf(items) is null ? new ReadOnce(items, limit) : value;

    public IEnumerator<object?> GetEnumerator()
    {
        foreach (var item in _items)
            yield return item;
        if (_thrown is not null)
            throw _thrown;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
