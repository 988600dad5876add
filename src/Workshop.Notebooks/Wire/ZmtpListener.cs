using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Workshop.Notebooks;

/// <summary>A socket that peers connect to: takes them in, and hands on their messages.</summary>
/// <remarks>What one peer does wrong ends its own connection and nothing else.</remarks>
internal sealed class ZmtpListener : IAsyncDisposable
{
    // A front end has one or two. Beyond this somebody is playing, and each may hold a message's worth of memory.
    private const int ConnectionLimit = 64;

    private static readonly TimeSpan s_handlesReturn = TimeSpan.FromMilliseconds(50);

    private readonly Socket _socket;
    private readonly ZmtpSocketType _type;
    private readonly Action<ZmtpConnection, byte[][]> _onMessage;
    private readonly Action<ZmtpConnection>? _onOpened;
    private readonly Action<ZmtpConnection>? _onClosed;
    private readonly int _queueLimit;
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<ZmtpConnection, bool> _connections = new();
    private readonly Task _accepting;
    private int _open;

    /// <summary>Listens on <paramref name="address"/>, and nowhere else, at once.</summary>
    /// <param name="address">Where; port 0 takes a free one.</param>
    /// <param name="type">What kind of socket this is.</param>
    /// <param name="onMessage">Takes each message, those of one peer in order; those of several peers may come at the same time.</param>
    /// <param name="onOpened">Called when a peer has shaken hands and is among <see cref="Connections"/>.</param>
    /// <param name="onClosed">Called when such a peer has gone and is no longer among them.</param>
    /// <param name="queueLimit">How many octets may wait for a peer that is slow to read.</param>
    /// <exception cref="SocketException">The address is taken, or is not this machine's.</exception>
    public ZmtpListener(
        IPEndPoint address, ZmtpSocketType type, Action<ZmtpConnection, byte[][]> onMessage,
        Action<ZmtpConnection>? onOpened = null, Action<ZmtpConnection>? onClosed = null, int queueLimit = ZmtpConnection.QueueLimit)
    {
        _type = type;
        _onMessage = onMessage;
        _onOpened = onOpened;
        _onClosed = onClosed;
        _queueLimit = queueLimit;
        _socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _socket.Bind(address);
            _socket.Listen();
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
        LocalEndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        _accepting = Task.Run(AcceptAsync);
    }

    public IPEndPoint LocalEndPoint { get; }

    /// <summary>The peers that have shaken hands and are still there.</summary>
    public IEnumerable<ZmtpConnection> Connections => _connections.Keys;

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _socket.Dispose();
        await _accepting;
        await Task.WhenAll(_connections.Keys.Select(connection => connection.DisposeAsync().AsTask()));
    }

    private async Task AcceptAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _socket.AcceptAsync(_closing.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset)
            {
                continue; // the peer gave up while it waited
            }
            catch (SocketException)
            {
                // A cell has opened so many files that the process has no handle left. Nothing tells when it closes one.
                await Task.WhenAny(Task.Delay(s_handlesReturn, _closing.Token));
                continue;
            }
            if (Interlocked.Increment(ref _open) > ConnectionLimit)
            {
                Interlocked.Decrement(ref _open);
                socket.Dispose();
                continue;
            }
            _ = Task.Run(() => ServeAsync(socket));
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        ZmtpConnection? connection = null;
        try
        {
            connection = await ZmtpConnection.OpenAsync(socket, _type, [], _queueLimit, _closing.Token);
            _connections.TryAdd(connection, true);
            _onOpened?.Invoke(connection);
            while (true)
                _onMessage(connection, await connection.ReceiveAsync(_closing.Token));
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The peer went away, broke the rules, or was too slow to say who it is.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
            if (connection is not null && !_closing.IsCancellationRequested)
            {
                _connections.TryRemove(connection, out _);
                _onClosed?.Invoke(connection);
                connection.Abort();
            }
        }
    }
}
