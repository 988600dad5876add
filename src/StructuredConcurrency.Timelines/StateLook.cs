namespace StructuredConcurrency.Timelines;

/// <summary>How a state looks and reads, the same in every form. Colours are Okabe and Ito's; the pattern says the same without colour.</summary>
/// <param name="State">The state.</param>
/// <param name="Key">Its short name in identifiers.</param>
/// <param name="Colour">Its fill.</param>
/// <param name="Pattern">Its pattern, in plotly's alphabet; empty for none.</param>
/// <param name="Cell">Its character in a text drawing.</param>
/// <param name="Words">What the task is doing.</param>
internal sealed record StateLook(SpanState State, string Key, string Colour, string Pattern, char Cell, string Words)
{
    /// <summary>In the order in which legends list them.</summary>
    public static IReadOnlyList<StateLook> All { get; } =
    [
        new(SpanState.Working, "work", "#0072B2", "", '█', "working"),
        new(SpanState.WaitingForItem, "item", "#E69F00", "/", '░', "waiting for an item"),
        new(SpanState.WaitingForRoom, "room", "#D55E00", "\\", '▒', "waiting for room"),
        new(SpanState.WaitingForJoin, "join", "#CC79A7", "-", '=', "waiting to join"),
        new(SpanState.WaitingForChildren, "kids", "#56B4E9", "|", '¦', "waiting for children"),
        new(SpanState.Ready, "ready", "#999999", ".", '·', "ready, not yet running"),
        new(SpanState.Unspecified, "other", "#B7C4CF", "", '-', "alive, no more is logged"),
    ];

    public static StateLook Of(SpanState state) => All[(int)state];

    public static SpanState Of(ScopeWait wait) => wait switch
    {
        ScopeWait.Item => SpanState.WaitingForItem,
        ScopeWait.Room => SpanState.WaitingForRoom,
        ScopeWait.Join => SpanState.WaitingForJoin,
        _ => SpanState.WaitingForChildren,
    };

    /// <summary>A span in words: state, item, what cut it short.</summary>
    public static string Describe(TimelineSpan span)
    {
        var words = span is { State: SpanState.Working, Item: { } item } ? $"working on item {DisplayText.Name(item)}" : Of(span.State).Words;
        return span.IsCancelled ? words + ", cut short by cancellation" : words;
    }
}
