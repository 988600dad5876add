namespace StructuredConcurrency.Timelines;

/// <summary>What stands at a lane's right end: the sum of its life in a few words.</summary>
internal static class LaneNotes
{
    private const int MostRemarks = 6;

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
        if (lane.OutlivedParent)
            stressed.Add(lane.Parent!.Kind == LaneKind.Scope ? "outlived its scope" : "outlived its parent");
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

    /// <summary>A lane's life as a sentence: when, doing what for how long, what came of it.</summary>
    public static string Sentence(TimelineLane lane, Timeline timeline)
    {
        var parts = new List<string> { $"from {DisplayText.SecondsWithUnit(lane.Start)} to {DisplayText.SecondsWithUnit(lane.End)}" };
        if (lane.Kind == LaneKind.Task)
        {
            foreach (var state in lane.Spans.GroupBy(s => s.State).OrderBy(g => g.Key))
                parts.Add($"{StateLook.Of(state.Key).Words} {DisplayText.SecondsWithUnit(TimeSpan.FromTicks(state.Sum(s => s.Duration.Ticks)))}");
        }

        if (lane.EndsIn is { } last)
            parts.Add($"{StateLook.Of(last).Words} when the log ends");
        var (plain, stressed) = Of(lane, timeline);
        if (lane.Kind == LaneKind.Task && plain.Length > 0)
            parts.Add(plain.Replace(" · ", ", ", StringComparison.Ordinal));
        var remarks = lane.Marks.Where(m => m is { Kind: MarkKind.Remark, Text.Length: > 0 }).ToList();
        foreach (var remark in remarks.Take(MostRemarks))
            parts.Add($"remarks '{DisplayText.Clean(remark.Text, 40)}' at {DisplayText.SecondsWithUnit(remark.Time)}");
        if (remarks.Count > MostRemarks)
            parts.Add($"{remarks.Count - MostRemarks} more remarks");
        if (stressed.Length > 0)
            parts.Add(stressed.Replace(" · ", ", ", StringComparison.Ordinal));
        if (lane is { HasEnded: true, Outcome: { } outcome } && !(lane.Kind == LaneKind.Task && outcome == ScopeOutcome.Faulted)) // a task's failure is among the stressed
            parts.Add(Words(outcome));
        return $"{DisplayText.Name(lane.Name)}: {string.Join("; ", parts)}.";
    }

    public static string Label(TimelineCancellation cancellation) => cancellation.Reason switch
    {
        CancellationReason.Deadline => $"deadline {DisplayText.SecondsWithUnit(cancellation.Lane.Deadline ?? cancellation.Time)}",
        CancellationReason.Failure => $"{DisplayText.Name(cancellation.FailedLane!.Name, 16)} failed {DisplayText.SecondsWithUnit(cancellation.Time)}",
        _ => $"cancel requested {DisplayText.SecondsWithUnit(cancellation.Time)}",
    };
}
