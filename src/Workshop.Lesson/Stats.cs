using System.Collections.Concurrent;

namespace Workshop.Lesson;

/// <summary>What a run has done so far, counted by all its tasks.</summary>
/// <remarks>
/// On an event loop <c>Produced++</c> would do: one thread runs everything, and nothing comes between reading and writing.
/// On the thread pool two tasks may count at the same instant, and one of the counts is lost. These counters are right on both.
/// </remarks>
public sealed class Stats
{
    private readonly ConcurrentDictionary<string, int> _byConsumer = new(StringComparer.Ordinal);
    private int _produced;
    private int _consumed;

    /// <summary>Items put into the queue.</summary>
    public int Produced => Volatile.Read(ref _produced);

    /// <summary>Items worked on to the end.</summary>
    public int Consumed => Volatile.Read(ref _consumed);

    /// <summary>The consumed items of each consumer, by name.</summary>
    public IReadOnlyDictionary<string, int> ByConsumer => new SortedDictionary<string, int>(_byConsumer, StringComparer.Ordinal);

    /// <summary>Counts an item as produced.</summary>
    public void CountProduced() => Interlocked.Increment(ref _produced);

    /// <summary>Counts an item as consumed.</summary>
    /// <param name="consumer">By whom.</param>
    public void CountConsumed(string consumer)
    {
        Interlocked.Increment(ref _consumed);
        _byConsumer.AddOrUpdate(consumer, 1, static (_, count) => count + 1);
    }
}
