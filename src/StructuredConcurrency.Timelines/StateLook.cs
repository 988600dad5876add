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
        new(SpanState.WaitingForSignal, "signal", "#009E73", "x", '◊', "waiting for a lock or signal"),
        new(SpanState.Ready, "ready", "#999999", ".", '·', "ready, not yet running"),
        new(SpanState.Unspecified, "other", "#B7C4CF", "", '-', "alive, no more is logged"),
    ];

    public static StateLook Of(SpanState state) => All[(int)state];

    public static SpanState Of(ScopeWait wait) => wait switch
    {
        ScopeWait.Item => SpanState.WaitingForItem,
        ScopeWait.Room => SpanState.WaitingForRoom,
        ScopeWait.Join => SpanState.WaitingForJoin,
        ScopeWait.Signal => SpanState.WaitingForSignal,
        _ => SpanState.WaitingForChildren,
    };

    public static bool IsWait(SpanState state) => state is not (SpanState.Working or SpanState.Ready or SpanState.Unspecified);

    /// <summary>What stands on a bar of work: the item, or of a name like «make 7» the number; nothing where there is no room.</summary>
    /// <param name="span">The span.</param>
    /// <param name="fits">Whether there is room for a text.</param>
    public static string Label(TimelineSpan span, Func<string, bool> fits)
    {
        if (span is not { State: SpanState.Working, Item: { Length: > 0 } item })
            return "";
        var last = item[(item.LastIndexOf(' ') + 1)..];
        if (last.Length > 0 && last.All(char.IsAsciiDigit))
            return fits(last) ? last : "";
        return DisplayText.Name(item) is var whole && fits(whole) ? whole : DisplayText.Name(item, 12) is var label && fits(label) ? label : "";
    }

    /// <summary>What is worked on: an item of a queue is called so, other work has a name of its own.</summary>
    public static string Work(TimelineSpan span) =>
        span is { State: SpanState.Working, Item: { Length: > 0 } item } ? (span.Queue is null ? "" : "item ") + DisplayText.Name(item) : "";

    /// <summary>A span in words: state, item, what cut it short.</summary>
    public static string Describe(TimelineSpan span)
    {
        var words = Work(span) is { Length: > 0 } work ? $"working on {work}"
            : span is { State: SpanState.WaitingForSignal, Item: { Length: > 0 } signal } ? $"waiting for {DisplayText.Name(signal)}"
            : Of(span.State).Words;
        return span.IsCancelled ? words + ", cut short by cancellation" : words;
    }
}
