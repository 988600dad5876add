using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Workshop.Notebooks;

/// <summary>One connection to one peer: whole messages in, whole messages out.</summary>
/// <remarks>
/// Sending never waits: what the peer has not taken is queued, up to a limit. So a peer that does not read costs
/// memory within a bound, and nobody's time.
/// </remarks>
internal sealed class ZmtpConnection : IAsyncDisposable
{
    /// <summary>The largest message that is taken from a peer, in octets, all its frames together.</summary>
    public const int MessageLimit = 16 * 1024 * 1024;

    /// <summary>How many octets may wait for a peer that is slow to read, where nothing else is said.</summary>
    public const int QueueLimit = 64 * 1024 * 1024;

    // Beyond the limit, for messages without which a peer that catches up would wait for ever.
    private const int Reserve = 1024 * 1024;

    private const int FrameLimit = 256;
    private const int FrameOverhead = 40;
    private const int ReadSize = 64 * 1024;
    private const int WriteSize = 256 * 1024;
    private static readonly TimeSpan s_handshakeLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_flushLimit = TimeSpan.FromSeconds(1);

    private readonly NetworkStream _network;
    private readonly Stream _input;
    private readonly Channel<Outgoing> _outgoing = Channel.CreateUnbounded<Outgoing>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _sending;
    private readonly int _queueLimit;
    private long _queued;

    private ZmtpConnection(NetworkStream network, Stream input, byte[] peerIdentity, int queueLimit)
    {
        _queueLimit = queueLimit;
        _network = network;
        _input = input;
        PeerIdentity = peerIdentity;
        _sending = Task.Run(SendAsync);
    }

    /// <summary>What the peer calls itself; empty when it chose no name.</summary>
    public byte[] PeerIdentity { get; }

    /// <summary>Opens a connection as a front end does.</summary>
    public static async Task<ZmtpConnection> ConnectAsync(EndPoint address, ZmtpSocketType type, byte[] identity, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address, cancellationToken);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        return await OpenAsync(socket, type, identity, QueueLimit, cancellationToken);
    }

    /// <summary>Shakes hands over a socket that is connected. The socket is closed when that fails.</summary>
    public static async Task<ZmtpConnection> OpenAsync(
        Socket socket, ZmtpSocketType type, byte[] identity, int queueLimit, CancellationToken cancellationToken)
    {
        socket.NoDelay = true;
        var network = new NetworkStream(socket, ownsSocket: true);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(s_handshakeLimit);
            // For reading alone; what is written goes straight to the network.
            var input = new BufferedStream(network, ReadSize);
            return new ZmtpConnection(network, input, await ZmtpHandshake.ShakeAsync(input, network, type, identity, limit.Token), queueLimit);
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads the next message: its frames, at least one.</summary>
    /// <exception cref="IOException">The peer went away, or broke the rules; the connection is of no more use.</exception>
    public async Task<byte[][]> ReceiveAsync(CancellationToken cancellationToken)
    {
        var frames = new List<byte[]>();
        var size = 0;
        while (true)
        {
            var frame = await ZmtpFrame.ReadAsync(_input, MessageLimit - size, cancellationToken);
            if (frame.IsCommand)
            {
                if (ZmtpCommands.Answer(frame.Body) is { } answer)
                    Queue([answer], isCommand: true, Reserve);
                if (ZmtpCommands.AsSubscription(frame.Body) is { } subscription)
                    return [subscription];
                continue;
            }
            frames.Add(frame.Body);
            size += frame.Body.Length;
            if (!frame.HasMore)
                return [.. frames];
            if (frames.Count == FrameLimit)
                throw new ZmtpException($"A message of more than {FrameLimit} frames is not taken.");
        }
    }

    /// <summary>Hands a message over to be sent.</summary>
    /// <param name="frames">Its frames.</param>
    /// <param name="isNeeded">Whether a peer that catches up must have it: there is some room left for such messages when there is none for others.</param>
    /// <returns>Whether it was taken; not when too much waits for this peer already, or the connection has ended.</returns>
    public bool TrySend(IReadOnlyList<byte[]> frames, bool isNeeded = false) => Queue(frames, isCommand: false, isNeeded ? Reserve : 0);

    /// <summary>Ends the connection, after giving what is queued a moment to leave.</summary>
    public async ValueTask DisposeAsync()
    {
        _outgoing.Writer.TryComplete();
        await Task.WhenAny(_sending, Task.Delay(s_flushLimit));
        await _network.DisposeAsync();
    }

    /// <summary>Ends the connection at once.</summary>
    public void Abort() => _network.Dispose();

    private bool Queue(IReadOnlyList<byte[]> frames, bool isCommand, int reserve)
    {
        var size = frames.Sum(static frame => frame.Length + FrameOverhead);
        if (Interlocked.Add(ref _queued, size) > _queueLimit + reserve || !_outgoing.Writer.TryWrite(new Outgoing(frames, isCommand, size)))
        {
            Interlocked.Add(ref _queued, -size);
            return false;
        }
        return true;
    }

    private async Task SendAsync()
    {
        var output = new ArrayBufferWriter<byte>();
        try
        {
            while (await _outgoing.Reader.WaitToReadAsync())
            {
                var size = 0;
                // Small messages leave together: a cell that prints a thousand lines is not a thousand packets.
                while (output.WrittenCount < WriteSize && _outgoing.Reader.TryRead(out var message))
                {
                    for (var i = 0; i < message.Frames.Count; i++)
                        new ZmtpFrame(i < message.Frames.Count - 1, message.IsCommand, message.Frames[i]).WriteTo(output);
                    size += message.Size;
                }
                await _network.WriteAsync(output.WrittenMemory);
                Interlocked.Add(ref _queued, -size);
                if (output.Capacity > 4 * WriteSize)
                    output = new ArrayBufferWriter<byte>();
                else
                    output.ResetWrittenCount();
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The peer is gone; whoever receives learns of it.
            _outgoing.Writer.TryComplete();
        }
    }

    private sealed record Outgoing(IReadOnlyList<byte[]> Frames, bool IsCommand, int Size);
}
