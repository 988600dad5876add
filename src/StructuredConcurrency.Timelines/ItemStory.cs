namespace StructuredConcurrency.Timelines;

/// <summary>An item while the log is read.</summary>
internal sealed class ItemStory
{
    public required string Name { get; init; }

    public required string Queue { get; init; }

    /// <summary>The put; <see langword="null"/> when the log begins after it.</summary>
    public ScopeEvent? Put { get; init; }

    public TimeSpan PutTime { get; init; }

    public TimelineLane? PutLane { get; init; }

    public long? Get { get; set; }

    public TimeSpan GetTime { get; set; }

    public TaskTrack? Taker { get; set; }

    public TimelineLane? GetLane { get; set; }

    public long? Done { get; set; }

    public TimeSpan DoneTime { get; set; }

    public ScopeOutcome? WorkOutcome { get; set; }

    /// <summary>What became of it, once the whole log is known.</summary>
    /// <param name="isMarkedDone">Whether anybody marks items of this queue done, or joins it; otherwise taking one is all there is to it.</param>
    public ItemFate Fate(bool isMarkedDone)
    {
        if (Get is not { } get)
            return ItemFate.LeftInQueue;
        if (WorkOutcome is ScopeOutcome.Cancelled or ScopeOutcome.TimedOut)
            return ItemFate.CutShort;
        if (WorkOutcome == ScopeOutcome.Faulted)
            return ItemFate.Failed;
        if (Done is { } done)
        {
            // Without word about the work itself: a request that fell between taking and marking done, and that the task obeyed, cut it short.
            var cut = WorkOutcome is null && Taker is { Outcome: ScopeOutcome.Cancelled } taker && taker.ObservedRequests.Exists(r => get < r && r < done);
            return cut ? ItemFate.CutShort : ItemFate.Finished;
        }

        var goneOn = WorkOutcome == ScopeOutcome.Succeeded || Taker is { Outcome: ScopeOutcome.Succeeded } || Taker?.Held.Last is { } last && last != this;
        return !goneOn && (isMarkedDone || Taker is not { HasEnded: true, Outcome: ScopeOutcome.Succeeded }) ? ItemFate.Held
            : isMarkedDone ? ItemFate.NeverMarkedDone
            : ItemFate.Finished;
    }
}
