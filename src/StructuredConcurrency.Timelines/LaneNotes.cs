namespace StructuredConcurrency.Timelines;

/// <summary>What stands at a lane's right end: the sum of its life in a few words.</summary>
internal static class LaneNotes
{
    /// <summary>The plain part, and the part to stress: what went otherwise than it should.</summary>
    public static (string Plain, string Stressed) Of(TimelineLane lane, Timeline timeline)
    {
        var plain = new List<string>();
        var stressed = new List<string>();
        if (lane.Kind == LaneKind.Task)
        {
            var puts = timeline.PutOn[lane].Count(i => !i.IsSentinel);
            if (puts > 0)
                plain.Add($"{puts} put");
            var items = timeline.TakenOn[lane].Where(i => !i.IsSentinel).ToList();
            if (items.Count > 0)
                plain.Add($"{items.Count(i => i.Fate == ItemFate.Finished)} finished");
            var held = items.Where(i => i.Fate is ItemFate.Held or ItemFate.CutShort).ToList();
            if (held.Count > 0)
                stressed.Add(held.Count == 1 ? $"held {DisplayText.Name(held[0].Name, 8)}" : $"held {held.Count}");
            if (items.Exists(i => i.Fate == ItemFate.NeverMarkedDone))
                stressed.Add("not marked done");
        }

        if (lane.Marks.Any(m => m.Kind == MarkKind.Failure))
            stressed.Add("failed");
        if (lane.OutlivedStarter)
            stressed.Add("outlived its parent");
        else if (lane is { IsOrphan: true, Parent: { HasEnded: true } scope } && lane.End > scope.End)
            stressed.Add("outlived its scope");
        if (!lane.HasEnded)
            stressed.Add("never ended");
        else if (lane.Kind == LaneKind.Scope && lane.Outcome is { } outcome)
            plain.Add(Words(outcome));
        return (string.Join(" · ", plain), string.Join(" · ", stressed));
    }

    public static string Words(ScopeOutcome outcome) => outcome switch
    {
        ScopeOutcome.Succeeded => "succeeded",
        ScopeOutcome.Faulted => "failed",
        ScopeOutcome.Cancelled => "cancelled",
        _ => "timed out",
    };

    public static string Label(TimelineCancellation cancellation) => cancellation.Reason switch
    {
        CancellationReason.Deadline => $"deadline {DisplayText.SecondsWithUnit(cancellation.Lane.Deadline ?? cancellation.Time)}",
        CancellationReason.Failure => $"{DisplayText.Name(cancellation.FailedLane!.Name, 16)} failed {DisplayText.SecondsWithUnit(cancellation.Time)}",
        _ => $"cancel requested {DisplayText.SecondsWithUnit(cancellation.Time)}",
    };
}
