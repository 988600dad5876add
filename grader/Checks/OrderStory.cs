using Grader;
using StructuredConcurrency;

namespace Checks;

/// <summary>What became of one order in a run.</summary>
internal sealed record OrderFate
{
    /// <summary>The order's number, as the log calls it.</summary>
    public required string Item { get; init; }

    /// <summary>Who took it; <see langword="null"/>: nobody.</summary>
    public string? Taker { get; set; }

    /// <summary>How the work on it ended; <see langword="null"/>: it was not begun, or has not ended.</summary>
    public ScopeOutcome? Work { get; set; }

    /// <summary>How often the taker marked an item done between this order and its next.</summary>
    public int Marks { get; set; }

    /// <summary>Whether it was printed, or turned out broken after its time.</summary>
    public bool Processed => Work is ScopeOutcome.Succeeded or ScopeOutcome.Faulted;
}

/// <summary>A run of exercise 03 as the story of its orders.</summary>
/// <remarks>
/// Marks carry no item in the log. They are counted over all tasks where a verdict hangs on it, since any task may mark; which order a mark belongs
/// to (the one that its task took last) is a guess that only chooses words.
/// </remarks>
internal sealed class OrderStory
{
    private readonly Dictionary<string, OrderFate> _fates = new(StringComparer.Ordinal);

    public OrderStory(ObservedRun run)
    {
        var lastTaken = new Dictionary<int, OrderFate>();
        foreach (var e in run.Events)
        {
            switch (e.Kind)
            {
                case ScopeEventKind.Put:
                    Puts++;
                    LastPut = _fates[e.Item!] = new OrderFate { Item = e.Item! };
                    break;
                case ScopeEventKind.Get:
                    Gets++;
                    var taken = _fates[e.Item!];
                    taken.Taker = e.TaskName;
                    lastTaken[e.Task!.Value] = taken;
                    break;
                case ScopeEventKind.WorkEnded when _fates.TryGetValue(e.Item!, out var worked):
                    worked.Work = e.Outcome;
                    Ended++;
                    break;
                case ScopeEventKind.ItemDone:
                    Marks++;
                    var marked = lastTaken.GetValueOrDefault(e.Task!.Value);
                    if (marked is not null)
                        marked.Marks++;
                    if (Marks > Ended && FirstEarlyMark is null)
                        FirstEarlyMark = (e, marked);
                    break;
                case ScopeEventKind.WaitStarted when e.Wait == ScopeWait.Join:
                    JoinBegun = true;
                    break;
                case ScopeEventKind.WaitStarted when e.Wait == ScopeWait.Children:
                    BodyEnded = true;
                    break;
                case ScopeEventKind.Joined:
                    JoinBegun = true;
                    PutsAtLastJoin = Puts;
                    JoinedAt ??= e.Time;
                    break;
                case ScopeEventKind.CancelRequested when e.Target is null && Cancelled is null:
                    Cancelled = e;
                    LeftInTrayAtCancel = Puts - Gets;
                    LastPutProcessedAtCancel = LastPut?.Processed == true;
                    break;
                case ScopeEventKind.CancelRequested:
                    Cancelled ??= e;
                    break;
            }
        }
    }

    public int Puts { get; }

    public int Gets { get; }

    /// <summary>Pieces of work on orders that ended, however they did.</summary>
    public int Ended { get; }

    public int Marks { get; }

    public OrderFate? LastPut { get; }

    /// <summary>The first mark that came when every piece of work that had ended was marked already.</summary>
    public (ScopeEvent Event, OrderFate? Order)? FirstEarlyMark { get; }

    /// <summary>Whether anybody called for a join.</summary>
    public bool JoinBegun { get; }

    /// <summary>Orders put when a join ended for the last time; <see langword="null"/>: none ended.</summary>
    public int? PutsAtLastJoin { get; }

    public TimeSpan? JoinedAt { get; }

    /// <summary>Whether a group's body ended, and the group waited for its children.</summary>
    public bool BodyEnded { get; }

    /// <summary>The first request to stop.</summary>
    public ScopeEvent? Cancelled { get; }

    public int LeftInTrayAtCancel { get; }

    public bool LastPutProcessedAtCancel { get; }

    public IEnumerable<OrderFate> Orders => _fates.Values;

    /// <summary>Orders in words: <c>order 3</c>, <c>orders 3 and 5</c>.</summary>
    public static string Name(IReadOnlyList<OrderFate> orders) => orders switch
    {
        [var one] => $"order {one.Item}",
        _ => $"orders {string.Join(", ", orders.Take(orders.Count - 1).Select(order => order.Item))} and {orders[^1].Item}",
    };
}
