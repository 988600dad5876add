namespace StructuredConcurrency;

/// <summary>A <see cref="JoinableQueue{T}"/> that gives the item of the lowest priority first, and the oldest among equals.</summary>
/// <remarks>
/// <b>Pitfall.</b> A sentinel must sort behind every item, or consumers stop before the work is done.
/// <para>Counterparts: <c>asyncio.PriorityQueue</c>; .NET's own prioritised channel, which keeps no order among equals and has no limit.</para>
/// </remarks>
/// <typeparam name="TElement">Type of what is queued.</typeparam>
/// <typeparam name="TPriority">Type of the priorities.</typeparam>
/// <param name="capacity">Most items that may wait in it, at least 1; <see langword="null"/>: no limit.</param>
/// <param name="comparer">Orders the priorities; by default as they order themselves. Called while the queue is locked: it should be quick, and must not throw.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is below 1.</exception>
public sealed class PriorityJoinableQueue<TElement, TPriority>(int? capacity = null, IComparer<TPriority>? comparer = null)
    : JoinableQueue<(TElement Element, TPriority Priority)>(capacity, new PriorityStore<TElement, TPriority>(comparer));
