namespace StructuredConcurrency;

/// <summary>What travels through a queue that ends by sentinel: an item, or the word to stop.</summary>
/// <remarks>
/// <para>A sentinel ends one consumer: put one for each. It counts as an item for <see cref="JoinableQueue{T}.JoinAsync"/>: mark it done too.</para>
/// <code>
/// switch (await queue.GetAsync(token))
/// {
///     case QueueMessage&lt;Order&gt;.Stop: return;
///     case QueueMessage&lt;Order&gt;.Item(var order): …
/// }
/// </code>
/// </remarks>
/// <typeparam name="T">Type of the items.</typeparam>
public abstract record QueueMessage<T>
{
    private QueueMessage()
    {
    }

    /// <summary>An item to work on.</summary>
    /// <param name="Value">The item.</param>
    public sealed record Item(T Value) : QueueMessage<T>
    {
        /// <inheritdoc />
        public override string ToString() => Value?.ToString() ?? "";
    }

    /// <summary>The sentinel: no more items for whoever takes it.</summary>
    public sealed record Stop : QueueMessage<T>
    {
        /// <inheritdoc />
        public override string ToString() => "stop";
    }
}
