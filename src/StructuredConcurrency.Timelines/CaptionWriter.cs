namespace StructuredConcurrency.Timelines;

/// <summary>Says in one sentence what a timeline shows: why it ended, what was put and finished, who held what, who never ended.</summary>
internal sealed class CaptionWriter(Timeline timeline, IReadOnlyList<TaskTrack> programs)
{
    private const int MostNames = 5;
    private const int MostCauses = 5;

    private readonly List<TimelineLane> _tasks = [.. timeline.Lanes.Where(lane => lane.Kind == LaneKind.Task)];

    public string Write()
    {
        if (timeline.Events.Count == 0)
            return "The log is empty.";
        var causes = Causes().ToList();
        var clauses = causes.Take(MostCauses).Select((cause, i) => i > 0 && cause.StartsWith("The ", StringComparison.Ordinal) ? "t" + cause[1..] : cause).ToList();
        if (causes.Count > MostCauses)
            clauses.Add($"{Plural(causes.Count - MostCauses, "more failure or request to stop", "more failures or requests to stop")}");
        clauses.AddRange(Orphans());
        clauses.AddRange(Unended());
        if (clauses.Count == 0)
            clauses.Add(NothingSpecial());
        clauses.AddRange(Counts());
        clauses.AddRange(Leftovers());
        clauses[0] = clauses[0].StartsWith("work of ", StringComparison.Ordinal) ? "W" + clauses[0][1..] : clauses[0];
        return string.Join("; ", clauses) + ".";
    }

    private IEnumerable<string> Causes()
    {
        var failed = _tasks.Where(lane => lane.Marks.Any(m => m.Kind == MarkKind.Failure)).ToList();
        var told = new HashSet<TimelineLane>();
        var cancelled = _tasks.Where(lane => lane.CancelledBy is not null).ToLookup(lane => lane.CancelledBy!.Root);
        foreach (var root in timeline.RootCancellations)
        {
            var affected = cancelled[root].Where(lane => lane != root.Lane).ToList();
            // On a real clock a deadline is noticed a little after it has passed.
            var at = DisplayText.SecondsWithUnit(root.Reason == CancellationReason.Deadline ? root.Lane.Deadline ?? root.Time : root.Time);
            switch (root.Reason)
            {
                case CancellationReason.Deadline:
                    yield return affected.Count > 0 ? $"The deadline at {at} cancelled {Describe(affected)}"
                        : root.Lane.Outcome == ScopeOutcome.Succeeded ? $"The deadline at {at} stopped nothing in '{DisplayText.Name(root.Lane.Name)}', which succeeded"
                        : $"The deadline at {at} cut the body of '{DisplayText.Name(root.Lane.Name)}' short";
                    break;
                case CancellationReason.Failure:
                    told.Add(root.FailedLane!);
                    affected.RemoveAll(lane => lane.Parent != root.FailedLane!.Parent); // what lies deeper went with its sibling
                    var siblings = affected.Count == 0 ? "" : affected.Count == 1
                        ? $", and its sibling {Names(affected)} was cancelled"
                        : $", and its siblings {(affected.Count > MostNames ? $"({affected.Count} of them)" : Names(affected))} were cancelled";
                    yield return Failure(root.FailedLane!) + siblings;
                    break;
                default:
                    var name = DisplayText.Name(root.Lane.Name);
                    var reason = root.Text.Length == 0 || root.Text == $"'{root.Lane.Name}' was cancelled" ? "" : $" ({DisplayText.Clean(root.Text, 80)})";
                    yield return $"'{name}' was asked to stop at {at}{reason}" + (affected.Count == 0 ? "" : $", which cancelled {Describe(affected)}");
                    break;
            }
        }

        foreach (var lane in failed.Where(lane => told.Add(lane)))
            yield return Failure(lane);
    }

    private static string Failure(TimelineLane lane)
    {
        var failure = lane.Marks.Last(m => m.Kind == MarkKind.Failure);
        var error = DisplayText.Clean(failure.Text, 80);
        return $"'{DisplayText.Name(lane.Name)}' failed at {DisplayText.SecondsWithUnit(failure.Time)}" + (error.Length == 0 ? "" : $" ({error.TrimEnd(' ', '.')})");
    }

    private IEnumerable<string> Orphans()
    {
        var byHand = _tasks.Where(lane => lane.OutlivedParent).ToList();
        if (byHand.Count > 0)
            yield return $"{(byHand.Count > MostNames ? $"{byHand.Count} tasks" : Names(byHand))} went on after {(byHand.Count == 1 ? "its parent" : "their parents")} had ended, until {DisplayText.SecondsWithUnit(byHand.Max(lane => lane.End))}";
        var orphans = _tasks.Where(lane => lane is { IsOrphan: true, OutlivedParent: false }).ToList();
        if (orphans.Count > MostNames)
            yield return $"{orphans.Count} tasks had ended while work of theirs went on";
        else if (orphans.Count > 0)
            yield return $"work of {Names(orphans).Replace(" (orphan)", "", StringComparison.Ordinal)} went on after {(orphans.Count == 1 ? "its" : "their")} end, until {DisplayText.SecondsWithUnit(orphans.Max(lane => lane.End))}";
    }

    /// <summary>Tasks that the log leaves alive, together by what they were doing.</summary>
    private IEnumerable<string> Unended()
    {
        var alive = _tasks.Where(lane => !lane.HasEnded).Select(lane => (Name: DisplayText.Name(lane.Name), State: lane.StateAtEnd)).ToList();
        foreach (var program in programs)
        {
            // A program that waits for its children has nothing to add to what the children are said to be doing.
            if (program.Waiting is { } waiting && !(waiting == SpanState.WaitingForChildren && alive.Count > 0))
                alive.Add((DisplayText.Name(program.Name), waiting));
        }

        var groups = alive.GroupBy(a => a.State).OrderBy(g => g.Key).Select((g, i) =>
        {
            var names = g.Select(a => a.Name).ToList();
            var who = names.Count > MostNames ? $"{names.Count} tasks" : DisplayText.List(names);
            var were = names.Count == 1 ? "was" : "were";
            return g.Key switch
            {
                SpanState.Unspecified => $"{who} had not ended",
                SpanState.Ready => $"{who} {were} ready but not running",
                var state => $"{who} {were} still {StateLook.Of(state).Words}",
            };
        }).ToList();
        if (groups.Count > 0)
            yield return DisplayText.List(groups) + $" when the run stopped at {DisplayText.SecondsWithUnit(timeline.End)}";
    }

    private string NothingSpecial()
    {
        var children = _tasks.Where(lane => lane.Parent is not null).ToList();
        var by = DisplayText.SecondsWithUnit(timeline.End);
        return children.Count switch
        {
            0 => $"The program ran until {by}",
            1 => $"The one task {DisplayText.Name(children[0].Name)} ran to its end, by {by}",
            2 => $"Both tasks ran to their end, by {by}",
            var count => $"All {DisplayText.Count(count)} tasks ran to their end, by {by}",
        };
    }

    private IEnumerable<string> Counts()
    {
        var items = timeline.Items.Where(i => !i.IsSentinel).ToList();
        if (timeline.Items.Count == 0)
            yield break;
        var finished = items.Count(i => i.Fate == ItemFate.Finished);
        var put = Several(timeline.Items);
        var were = timeline.Items.Count == 1 ? "was" : "were";
        var all = finished == items.Count && timeline.Items.Where(i => i.IsSentinel).All(i => i.Fate == ItemFate.Finished);
        if (all)
            yield return timeline.Items.Count == 1 ? $"{put} was put and finished" : $"{put} {were} put and all were finished";
        else
            yield return $"{put} {were} put, {finished} {(finished == 1 ? "was" : "were")} finished";
    }

    private IEnumerable<string> Leftovers()
    {
        var held = timeline.Items.Where(i => i.Fate is ItemFate.Held or ItemFate.CutShort).ToList();
        if (held.Count is > 0 and <= MostNames)
            yield return DisplayText.List([.. held.Select((i, n) => $"{(i.GetLane is null ? "somebody" : Who(i.GetLane))}{(n == 0 ? " held" : "")} {ItemName(i)}")]);
        else if (held.Count > 0)
            yield return $"{Several(held)} were held";

        var failed = timeline.Items.Where(i => i.Fate == ItemFate.Failed).ToList();
        if (failed.Count > 0)
            yield return failed.Count == 1 ? $"the work on {ItemName(failed[0])} failed" : $"the work on {failed.Count} items failed";

        var unmarked = timeline.Items.Where(i => i.Fate == ItemFate.NeverMarkedDone).ToList();
        if (unmarked.Count > 0)
            yield return unmarked.Count == 1 ? $"{ItemName(unmarked[0])} was taken and never marked done" : $"{Several(unmarked)} were taken and never marked done";

        var left = timeline.Items.Where(i => i.Fate == ItemFate.LeftInQueue).ToList();
        if (left.Count > 0)
        {
            var queue = left.Select(i => i.Queue).Distinct(StringComparer.Ordinal).Count() == 1 ? "the queue" : "the queues";
            yield return left.Count == 1 ? $"{ItemName(left[0])} was left in {queue}" : $"{Several(left)} were left in {queue}";
        }
    }

    private static string ItemName(TimelineItem item) => item.IsSentinel ? "a sentinel" : item.Name.Length == 0 ? "an item" : $"item {DisplayText.Name(item.Name)}";

    /// <summary><c>4 items</c>, <c>1 item and 3 sentinels</c>.</summary>
    private static string Several(IReadOnlyCollection<TimelineItem> things)
    {
        var sentinels = things.Count(thing => thing.IsSentinel);
        return sentinels == things.Count ? Plural(sentinels, "sentinel")
            : Plural(things.Count - sentinels, "item") + (sentinels == 0 ? "" : $" and {Plural(sentinels, "sentinel")}");
    }

    private static string Who(TimelineLane lane) => lane.Kind == LaneKind.Task ? DisplayText.Name(lane.Name) : $"the body of '{DisplayText.Name(lane.Name)}'";

    private static string Plural(int count, string noun, string? nouns = null) => $"{count} {(count == 1 ? noun : nouns ?? noun + "s")}";

    private static string Names(IEnumerable<TimelineLane> lanes) => DisplayText.List([.. lanes.Select(lane => DisplayText.Name(lane.Name))]);

    /// <summary>«the producer PROD and three consumers C1, C2 and C3».</summary>
    private static string Describe(IReadOnlyList<TimelineLane> lanes) =>
        DisplayText.List([.. lanes.GroupBy(Role).OrderBy(g => g.Key).Select(g =>
        {
            var names = g.ToList();
            var role = RoleName(g.Key);
            return names.Count switch
            {
                1 => $"the {role} {Names(names)}",
                > MostNames => $"{names.Count} {role}s",
                _ => $"{DisplayText.Count(names.Count)} {role}s {Names(names)}",
            };
        })]);

    /// <summary>Whoever only puts produces, whoever only takes consumes: 0, 1; everybody else is a task: 2.</summary>
    private static int Role(TimelineLane lane)
    {
        var puts = lane.Marks.Any(m => m.Kind == MarkKind.Put) || lane.Spans.Any(s => s.State == SpanState.WaitingForRoom);
        var takes = lane.Marks.Any(m => m.Kind == MarkKind.Get) || lane.Spans.Any(s => s.State == SpanState.WaitingForItem);
        return (puts, takes) switch { (true, false) => 0, (false, true) => 1, _ => 2 };
    }

    private static string RoleName(int role) => role switch { 0 => "producer", 1 => "consumer", _ => "task" };
}
