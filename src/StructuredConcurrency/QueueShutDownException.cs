namespace StructuredConcurrency;

/// <summary>Thrown to whoever puts into a queue that was shut down, or takes from one that was shut down and is empty.</summary>
/// <remarks>Counterparts: <c>asyncio.QueueShutDown</c>, <see cref="System.Threading.Channels.ChannelClosedException"/>.</remarks>
public sealed class QueueShutDownException : InvalidOperationException
{
    internal QueueShutDownException(string queue)
        : base($"The queue '{queue}' was shut down.")
    {
    }
}
