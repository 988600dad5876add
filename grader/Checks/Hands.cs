using StructuredConcurrency;

namespace Checks;

/// <summary>Who works on two things at once: a child that did not await the first.</summary>
internal static class Hands
{
    /// <summary>The first numbered thing that a child began while another of its own was under way; <see langword="null"/>: there is none.</summary>
    /// <remarks>Where one child does all the work, it may stand for several workers, which it awaits together: of that nothing is said.</remarks>
    /// <param name="events">The run's events.</param>
    public static ScopeEvent? BothFull(IReadOnlyList<ScopeEvent> events)
    {
        var workers = new HashSet<int>();
        var atWork = new HashSet<int>();
        ScopeEvent? both = null;
        foreach (var e in events)
        {
            if (e.Task is not > 0 || !int.TryParse(e.Item, out _))
                continue;
            if (e.Kind == ScopeEventKind.WorkEnded)
            {
                atWork.Remove(e.Task.Value);
            }
            else if (e.Kind == ScopeEventKind.WorkStarted)
            {
                workers.Add(e.Task.Value);
                if (!atWork.Add(e.Task.Value))
                    both ??= e;
            }
        }

        return workers.Count > 1 ? both : null;
    }
}
