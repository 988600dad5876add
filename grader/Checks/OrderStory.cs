using Grader;
using StructuredConcurrency;

namespace Checks;

/// <summary>What became of one order in a run.</summary>
internal sealed record OrderFate
{
    /// <summary>The order's number.</summary>
    public required string Number { get; init; }

    /// <summary>Who took it; <see langword="null"/>: nobody.</summary>
    public string? Taker { get; set; }

    /// <summary>How the work on it ended; <see langword="null"/>: it was not begun, or has not ended.</summary>
    public ScopeOutcome? Work { get; set; }

    /// <summary>How often the taker marked an item done between this order and its next.</summary>
    public int Marks { get; set; }

    /// <summary>How often the customer got the money back.</summary>
    public int Refunds { get; set; }

    /// <summary>Whether the customer got the money back.</summary>
    public bool Refunded => Refunds > 0;

    /// <summary>Whether it was printed, or turned out broken after its time.</summary>
    public bool Processed => Work is ScopeOutcome.Succeeded or ScopeOutcome.Faulted;
}

/// <summary>A run of exercise 03 as the story of its orders.</summary>
/// <remarks>
/// <para>Answers differ: items may be orders, something with an order in it, or signals to stop; there may be other queues beside the tray.
/// <see cref="ItemQueue"/> says which queue counts and which of its items are orders.</para>
/// <para>Marks carry no item in the log. They are counted over all tasks where a verdict hangs on it, since any task may mark; which order a mark belongs
/// to (the one that its task took last) is a guess that only chooses words.</para>
/// </remarks>
internal sealed class OrderStory
{
    private readonly Dictionary<string, OrderFate> _fates = new(StringComparer.Ordinal); // by number

    public OrderStory(ObservedRun run)
    {
        var tray = ItemQueue.In(run.Events);
        var lastTaken = new Dictionary<int, OrderFate?>();
        BothInHand = Hands.BothFull(run.Events);
        foreach (var e in run.Events)
        {
            if (e.Queue is not null && e.Queue != (tray.Name ?? e.Queue))
                continue;
            switch (e.Kind)
            {
                case ScopeEventKind.Put:
                    ItemsPut++;
                    if (tray.NumberOf(e.Sequence) is { } put && !_fates.ContainsKey(put))
                        LastPut = _fates[put] = new OrderFate { Number = put };
                    break;
                case ScopeEventKind.Get:
                    var taken = e.Cause is { } cause && tray.NumberOf(cause) is { } got ? _fates[got] : null;
                    if (taken is { Taker: null })
                        Gets++;
                    if (taken is not null)
                        taken.Taker = e.TaskName;
                    else
                        SignalsTaken++;
                    lastTaken[e.Task!.Value] = taken;
                    break;
                case ScopeEventKind.WorkEnded when _fates.TryGetValue(e.Item!, out var worked):
                    worked.Work = e.Outcome;
                    Ended++;
                    break;
                case ScopeEventKind.Line when e.Text?.Split(' ') is ["REFUND", var number, ..] && _fates.TryGetValue(number, out var refunded):
                    refunded.Refunds++;
                    break;
                case ScopeEventKind.ItemDone:
                    Marks++;
                    var marked = lastTaken.GetValueOrDefault(e.Task!.Value);
                    if (marked is not null)
                        marked.Marks++;
                    if (Marks > Ended + SignalsTaken && FirstEarlyMark is null)
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

    /// <summary>The first order that a press began while another was still under way.</summary>
    public ScopeEvent? BothInHand { get; }

    /// <summary>Orders put.</summary>
    public int Puts => _fates.Count;

    /// <summary>All that was put, signals to stop included.</summary>
    public int ItemsPut { get; }

    /// <summary>Orders taken.</summary>
    public int Gets { get; }

    /// <summary>Items taken that are no orders: nothing is to be done for them but to mark them.</summary>
    public int SignalsTaken { get; }

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
    public static string Name(IReadOnlyList<OrderFate> orders) => Words.Numbered("order", [.. orders.Select(order => order.Number)]);
}
