namespace StructuredConcurrency.Timelines;

/// <summary>Finds where two runs part and what became different.</summary>
internal sealed class DifferenceFinder
{
    private const int MostItems = 12;
    private const int MostNames = 5;

    private readonly Timeline _first;
    private readonly Timeline _second;
    private readonly string _a;
    private readonly string _b;

    public DifferenceFinder(TimelineComparison comparison)
    {
        (_first, _second) = (comparison.First, comparison.Second);
        _a = $"'{DisplayText.Name(comparison.FirstName)}'";
        _b = $"'{DisplayText.Name(comparison.SecondName)}'";
        var parting = Part();
        DivergesAt = parting?.Time;
        Differences.AddRange(Lanes());
        Differences.AddRange(Items());
        Caption = string.Join("; ", Clauses(parting)) + ".";
    }

    public TimeSpan? DivergesAt { get; }

    public List<TimelineDifference> Differences { get; } = [];

    public string Caption { get; }

    /// <summary>The first step that is not the same in both, without regard to time.</summary>
    private (TimeSpan Time, bool IsFirst, string Text)? Part()
    {
        var a = _first.Events.Where(IsStep).ToList();
        var b = _second.Events.Where(IsStep).ToList();
        var same = 0;
        while (same < a.Count && same < b.Count && IsSame(a[same], b[same]))
            same++;
        if (same == a.Count && same == b.Count)
            return null;
        var inA = same < a.Count ? EventWords.Of(a[same]) : "nothing more happens";
        var inB = same < b.Count ? EventWords.Of(b[same]) : "nothing more happens";
        var time = same == a.Count ? b[same].Time : same == b.Count || a[same].Time < b[same].Time ? a[same].Time : b[same].Time;
        return (time, same == 0, $"in {_a} {inA}, in {_b} {inB}");
    }

    private static bool IsStep(ScopeEvent e) => e.Kind is not (ScopeEventKind.Line or ScopeEventKind.Straggling);

    private static bool IsSame(in ScopeEvent a, in ScopeEvent b) =>
        a.Kind == b.Kind && a.TaskName == b.TaskName && a.ScopeName == b.ScopeName && a.ScopeKind == b.ScopeKind
        && a.Queue == b.Queue && a.Item == b.Item && a.Wait == b.Wait && a.Outcome == b.Outcome && (a.Kind != ScopeEventKind.Mark || a.Text == b.Text);

    private IEnumerable<TimelineDifference> Lanes()
    {
        var others = Paths(_second).ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
        foreach (var (lane, path) in Paths(_first).OrderBy(pair => pair.Key.Index))
        {
            if (!others.Remove(path, out var other))
            {
                yield return Only(lane, _a) with { FirstLane = lane };
                continue;
            }

            var (plainA, stressedA) = Became(lane, _first);
            var (plainB, stressedB) = Became(other, _second);
            if (plainA != plainB || stressedA != stressedB)
                yield return new TimelineDifference($"{Name(lane)}: {Join(plainA, stressedA)} in {_a}, {Join(plainB, stressedB)} in {_b}.") { FirstLane = lane, SecondLane = other };
        }

        foreach (var lane in others.Values.OrderBy(lane => lane.Index))
            yield return Only(lane, _b) with { SecondLane = lane };
    }

    private static TimelineDifference Only(TimelineLane lane, string name) => new($"{Name(lane)} is there only in {name}.");

    private static string Name(TimelineLane lane) => lane.Kind == LaneKind.Scope ? $"'{DisplayText.Name(lane.Name)}'" : DisplayText.Name(lane.Name);

    private static string Join(string plain, string stressed) =>
        string.Join(", ", new[] { plain, stressed }.Where(s => s.Length > 0)) is { Length: > 0 } words ? words.Replace(" · ", ", ", StringComparison.Ordinal) : "nothing of note";

    private static (string Plain, string Stressed) Became(TimelineLane lane, Timeline timeline)
    {
        var (plain, stressed) = LaneNotes.Of(lane, timeline);
        var cancelled = lane is { Kind: LaneKind.Task, HasEnded: true, Outcome: ScopeOutcome.Cancelled };
        return (cancelled ? plain.Length > 0 ? plain + " · cancelled" : "cancelled" : plain, stressed);
    }

    /// <summary>Each lane's names from the outermost down; equal ones are numbered.</summary>
    private static Dictionary<TimelineLane, string> Paths(Timeline timeline)
    {
        var paths = new Dictionary<TimelineLane, string>();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var lane in timeline.Lanes)
        {
            // Only the lane around it counts: paths of deep nests would be as long as their square.
            var path = $"{lane.Kind}\0{lane.Depth}\0{lane.Parent?.Name}\0{lane.Name}";
            var count = seen[path] = seen.GetValueOrDefault(path) + 1;
            paths[lane] = $"{path}\0{count}";
        }

        return paths;
    }

    private IEnumerable<TimelineDifference> Items()
    {
        var found = ItemDifferences().ToList();
        foreach (var text in found.Take(MostItems))
            yield return new TimelineDifference(text);
        if (found.Count > MostItems)
            yield return new TimelineDifference($"{found.Count - MostItems} more items went otherwise.");
    }

    private IEnumerable<string> ItemDifferences()
    {
        var others = Keyed(_second).ToDictionary(pair => pair.Key, pair => pair.Item);
        foreach (var (key, item) in Keyed(_first))
        {
            if (!others.Remove(key, out var other))
                yield return $"Item {DisplayText.Name(item.Name)} was put only in {_a}.";
            else if (Fate(item) is var fate && Fate(other) is var otherFate && fate != otherFate)
                yield return $"Item {DisplayText.Name(item.Name)} was {fate} in {_a}, {otherFate} in {_b}.";
        }

        foreach (var item in others.Values.OrderBy(item => item.PutSequence))
            yield return $"Item {DisplayText.Name(item.Name)} was put only in {_b}.";
    }

    private static IEnumerable<((string Queue, string Name, int Count) Key, TimelineItem Item)> Keyed(Timeline timeline)
    {
        var seen = new Dictionary<(string, string), int>();
        foreach (var item in timeline.Items.Where(item => !item.IsSentinel))
        {
            var count = seen[(item.Queue, item.Name)] = seen.GetValueOrDefault((item.Queue, item.Name)) + 1;
            yield return ((item.Queue, item.Name, count), item);
        }
    }

    private static string Fate(TimelineItem item)
    {
        var by = item.GetLane is { } lane ? $" by {DisplayText.Name(lane.Name)}" : "";
        return item.Fate switch
        {
            ItemFate.LeftInQueue => "left in the queue",
            ItemFate.Held => "held" + by,
            ItemFate.CutShort => $"cut short, held{by}",
            ItemFate.Failed => $"taken{by}, whose work failed",
            ItemFate.NeverMarkedDone => $"taken{by} and never marked done",
            _ => "finished" + by,
        };
    }

    private IEnumerable<string> Clauses((TimeSpan Time, bool IsFirst, string Text)? parting)
    {
        if (parting is not { } part)
            yield return _first.End == _second.End ? "Both runs take the same steps in the same time" : $"Both runs take the same steps, {_a} by {DisplayText.SecondsWithUnit(_first.End)}, {_b} by {DisplayText.SecondsWithUnit(_second.End)}";
        else if (part.IsFirst)
            yield return $"The runs differ from the first step on: {part.Text}";
        else
            yield return $"Both runs take the same steps until {DisplayText.SecondsWithUnit(part.Time)}, then {part.Text}";

        foreach (var clause in (string[])[Unended(_first, _a), Unended(_second, _b), Orphans(_first, _a), Orphans(_second, _b)])
        {
            if (clause.Length > 0)
                yield return clause;
        }

        var (a, b) = (Counts(_first), Counts(_second));
        if (a != b)
            yield return $"{_a} finished {a.Finished} of {a.Put} items, {_b} {b.Finished} of {b.Put}";
        if (parting is not null && _first.End != _second.End)
            yield return $"{_a} ends at {DisplayText.SecondsWithUnit(_first.End)}, {_b} at {DisplayText.SecondsWithUnit(_second.End)}";
        else if (parting is not null && Differences.Count == 0)
            yield return "what became of every task and item is the same";
    }

    private static (int Put, int Finished) Counts(Timeline timeline) =>
        (timeline.Items.Count(i => !i.IsSentinel), timeline.Items.Count(i => !i.IsSentinel && i.Fate == ItemFate.Finished));

    private static string Orphans(Timeline timeline, string name)
    {
        var byHand = timeline.Lanes.Where(lane => lane.OutlivedParent).Select(Name).ToList();
        var orphans = timeline.Lanes.Where(lane => lane is { IsOrphan: true, OutlivedParent: false }).Select(lane => Name(lane).Replace(" (orphan)", "", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).ToList();
        var clauses = new List<string>();
        if (byHand.Count > 0)
            clauses.Add($"{Few(byHand)} {(byHand.Count == 1 ? "goes on after its parent has" : "go on after their parents have")} ended");
        if (orphans.Count > 0)
            clauses.Add($"work of {Few(orphans)} goes on after {(orphans.Count == 1 ? "its" : "their")} end");
        return clauses.Count == 0 ? "" : $"in {name} {string.Join(" and ", clauses)}";

        static string Few(List<string> names) => names.Count > MostNames ? $"{names.Count} tasks" : DisplayText.List(names);
    }

    private static string Unended(Timeline timeline, string name)
    {
        var names = timeline.Lanes.Where(lane => lane.Kind == LaneKind.Task && !lane.HasEnded).Select(Name).ToList();
        return names.Count == 0 ? "" : $"in {name} {(names.Count > MostNames ? $"{names.Count} tasks" : DisplayText.List(names))} never {(names.Count == 1 ? "ends" : "end")}";
    }
}
