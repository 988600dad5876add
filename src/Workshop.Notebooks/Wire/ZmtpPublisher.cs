using System.Collections.Concurrent;
using System.Net;

namespace Workshop.Notebooks;

/// <summary>A PUB socket: every message goes to each peer that subscribed to its topic.</summary>
/// <remarks>For a peer that does not read, messages are kept up to a bound and then dropped: publishing waits for nobody.</remarks>
internal sealed class ZmtpPublisher : IAsyncDisposable
{
    private const int SubscriptionLimit = 100;

    private readonly ConcurrentDictionary<ZmtpConnection, List<byte[]>> _topics = new();
    private readonly ZmtpListener _listener;
    private readonly Action<ZmtpConnection, byte[]> _onSubscribed;

    /// <param name="address">Where to listen.</param>
    /// <param name="onSubscribed">Called when a peer has subscribed to a topic: from now on it misses nothing.</param>
    public ZmtpPublisher(IPEndPoint address, Action<ZmtpConnection, byte[]> onSubscribed)
    {
        _onSubscribed = onSubscribed;
        _listener = new ZmtpListener(address, ZmtpSocketType.Pub, OnMessage, onClosed: connection => _topics.TryRemove(connection, out _));
    }

    public IPEndPoint LocalEndPoint => _listener.LocalEndPoint;

    /// <summary>Sends a message.</summary>
    /// <param name="frames">Its frames, the first of which is the topic.</param>
    /// <param name="isNeeded">Whether a peer that has fallen behind must have it all the same.</param>
    public void Publish(IReadOnlyList<byte[]> frames, bool isNeeded = false)
    {
        foreach (var (connection, topics) in _topics)
        {
            bool wanted;
            lock (topics)
                wanted = topics.Exists(topic => frames[0].AsSpan().StartsWith(topic));
            if (wanted)
                connection.TrySend(frames, isNeeded);
        }
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private void OnMessage(ZmtpConnection connection, byte[][] frames)
    {
        if (frames is not [[var verb, .. var topic]] || verb > 1)
            return;
        var topics = _topics.GetOrAdd(connection, static _ => []);
        lock (topics)
        {
            if (verb == 0)
            {
                // Who subscribed twice is still subscribed once.
                if (topics.FindIndex(known => known.AsSpan().SequenceEqual(topic)) is >= 0 and var index)
                    topics.RemoveAt(index);
                return;
            }
            if (topics.Count == SubscriptionLimit || topic.Length > byte.MaxValue)
                throw new ZmtpException("Too many or too long subscriptions.");
            topics.Add(topic);
        }
        _onSubscribed(connection, topic);
    }
}
