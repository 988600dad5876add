namespace Checks;

/// <summary>How findings speak of moments, counts and numbered things.</summary>
internal static class Words
{
    /// <summary>A moment of the run: <c>0.125 s</c>.</summary>
    public static string At(TimeSpan time) => $"{time.TotalSeconds:0.000} s";

    /// <summary>How often: <c>once</c>, <c>twice</c>, <c>3 times</c>.</summary>
    public static string Times(int count) => count switch
    {
        1 => "once",
        2 => "twice",
        _ => $"{count} times",
    };

    /// <summary>The same text as the beginning of a sentence.</summary>
    public static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>Numbered things: <c>order 3</c>, <c>orders 3, 5 and 8</c>.</summary>
    /// <param name="thing">One of them, whose plural has an s.</param>
    /// <param name="numbers">Their numbers, at least one.</param>
    public static string Numbered(string thing, IReadOnlyList<string> numbers) => Numbered(thing, $"{thing}s", numbers);

    /// <summary>Numbered things: <c>shelf 3</c>, <c>shelves 3, 5 and 8</c>.</summary>
    /// <param name="thing">One of them.</param>
    /// <param name="things">Several of them.</param>
    /// <param name="numbers">Their numbers, at least one.</param>
    public static string Numbered(string thing, string things, IReadOnlyList<string> numbers) =>
        numbers is [var one] ? $"{thing} {one}" : $"{things} {Listed(numbers)}";

    /// <summary>Several in a row: <c>C1</c>, <c>C1 and C2</c>, <c>C1, C2 and C3</c>.</summary>
    /// <param name="names">At least one.</param>
    public static string Listed(IReadOnlyList<string> names) =>
        names is [var one] ? one : $"{string.Join(", ", names.Take(names.Count - 1))} and {names[^1]}";
}
