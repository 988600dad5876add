namespace StructuredConcurrency.Timelines;

/// <summary>How many items wait in a queue, over time.</summary>
public sealed class TimelineQueue
{
    internal TimelineQueue(string name) => Name = name;

    /// <summary>The queue's name.</summary>
    public string Name { get; }

    /// <summary>Most items that it holds; <see langword="null"/> when unbounded or unknown.</summary>
    public int? Capacity { get; internal set; }

    /// <summary>
    /// Each change, in order: the depth holds from its time on. Items handed over at the moment they were put never waited and make no step.
    /// </summary>
    public IReadOnlyList<QueueStep> Steps => StepList;

    /// <summary>The largest depth that lasted.</summary>
    public int MaxDepth => StepList.Count == 0 ? 0 : StepList.Max(step => step.Depth);

    internal List<QueueStep> StepList { get; } = [];

    /// <summary>Whether drawings show the capacity: not one so large that the depths below it could not be told apart.</summary>
    internal bool ShowsCapacity => Capacity <= 20L * Math.Max(MaxDepth, 1);

    /// <summary>What drawings have at the top of the queue's strip; at least 1.</summary>
    internal int Top => Math.Max(ShowsCapacity ? Capacity!.Value : 0, Math.Max(MaxDepth, 1));

    internal bool IsMarkedDone { get; set; }

    /// <summary>Each step of few; of many the largest depth within each of so many stretches of time, which is what a drawing can show.</summary>
    /// <param name="length">Time from the left edge of the drawing to the right.</param>
    /// <param name="most">Steps that there is room for.</param>
    internal IEnumerable<QueueStep> DrawnSteps(TimeSpan length, int most)
    {
        if (StepList.Count <= most)
            return StepList;
        var largest = new List<QueueStep>(most);
        var (next, depth) = (0, 0);
        for (var i = 0; i < most; i++)
        {
            var end = length * ((i + 1.0) / most);
            var top = next < StepList.Count && StepList[next].Time <= length * ((double)i / most) ? 0 : depth;
            for (; next < StepList.Count && (StepList[next].Time < end || i == most - 1); next++)
                top = Math.Max(top, depth = StepList[next].Depth);
            if (largest.Count == 0 || largest[^1].Depth != top)
                largest.Add(new QueueStep(length * ((double)i / most), top));
        }

        return largest;
    }

    /// <summary>Keeps the last depth of each moment, and only where it differs from the moment before.</summary>
    internal void Add(TimeSpan time, int depth)
    {
        if (StepList.Count > 0 && StepList[^1].Time == time)
            StepList.RemoveAt(StepList.Count - 1);
        if (StepList.Count == 0 || StepList[^1].Depth != depth)
            StepList.Add(new QueueStep(time, depth));
    }
}

/// <summary>A change of a queue's depth.</summary>
/// <param name="Time">When, since the story's start.</param>
/// <param name="Depth">Items in the queue from then on.</param>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
public readonly record struct QueueStep(TimeSpan Time, int Depth);
