namespace StructuredConcurrency;

/// <summary>A <see cref="JoinableQueue{T}"/> that gives the newest item first.</summary>
/// <remarks>
/// An item goes straight to whoever waits for one, as in every queue here: the order shows only among items that wait.
/// <para>Counterpart: <c>asyncio.LifoQueue</c>.</para>
/// </remarks>
/// <typeparam name="T">Type of the items.</typeparam>
/// <param name="capacity">Most items that may wait in it, at least 1; <see langword="null"/>: no limit.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is below 1.</exception>
public sealed class LifoJoinableQueue<T>(int? capacity = null) : JoinableQueue<T>(capacity, new LifoStore<T>());
