using StructuredConcurrency;

namespace Checks;

/// <summary>The queue that an exercise's things go through, and which of the items put into it are such things: others are signals.</summary>
/// <remarks>Answers differ: items may be the things themselves, something with a thing in it, or signals to stop; there may be other queues beside it.</remarks>
internal sealed class ItemQueue
{
    private readonly Dictionary<long, string> _numbers = []; // by the put's place in the log

    /// <summary>Its name; <see langword="null"/>: nothing was put anywhere, and any queue may have been meant.</summary>
    public string? Name { get; private init; }

    public static ItemQueue In(IReadOnlyList<ScopeEvent> events)
    {
        const string Make = "make "; // how SimulatedWork calls the making of a thing
        var waiting = new Dictionary<int, Queue<string>>(); // made and not yet put, by who made it
        var made = new HashSet<string>(StringComparer.Ordinal);
        var puts = new List<(ScopeEvent Put, bool Named, string? Guess)>();
        foreach (var e in events)
        {
            if (e is { Kind: ScopeEventKind.WorkEnded, Outcome: ScopeOutcome.Succeeded } && e.Item!.StartsWith(Make, StringComparison.Ordinal))
            {
                var number = e.Item[Make.Length..];
                made.Add(number);
                if (!waiting.TryGetValue(e.Task!.Value, out var mine))
                    waiting[e.Task.Value] = mine = [];
                mine.Enqueue(number);
            }
            else if (e.Kind == ScopeEventKind.Put)
            {
                var guess = waiting.TryGetValue(e.Task!.Value, out var mine) && mine.Count > 0 ? mine.Dequeue() : null;
                puts.Add((e, e.Item is { } item && made.Contains(item), guess));
            }
        }

        // The queue with the most things: items that are called like one, or else what somebody who had made a thing put next.
        var best = puts.GroupBy(put => put.Put.Queue)
            .OrderByDescending(q => Math.Max(q.Count(put => put.Named), q.Count(put => put.Guess is not null)))
            .ThenByDescending(q => q.Count(put => put.Named))
            .FirstOrDefault();
        var queue = new ItemQueue { Name = best?.Key };
        if (best is null)
            return queue;
        var byName = best.Any(put => put.Named);
        foreach (var (put, named, guess) in best)
        {
            if ((!byName ? guess : named ? put.Item : null) is { } number)
                queue._numbers[put.Sequence] = number;
        }

        return queue;
    }

    /// <summary>The number of the thing that was put there; <see langword="null"/>: it was none.</summary>
    public string? NumberOf(long put) => _numbers.GetValueOrDefault(put);
}
