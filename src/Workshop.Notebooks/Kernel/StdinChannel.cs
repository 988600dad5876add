using System.Net;
using System.Text.Json.Nodes;

namespace Workshop.Notebooks;

/// <summary>The stdin channel: asks the user of one front end for a line.</summary>
internal sealed class StdinChannel : IAsyncDisposable
{
    private static readonly TimeSpan s_connectLimit = TimeSpan.FromSeconds(2);

    private readonly JupyterCodec _codec;
    private readonly Func<Task> _flushOutput;
    private readonly ZmtpListener _listener;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Question? _open;
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="codec">Reads and writes the messages.</param>
    /// <param name="address">Where to listen.</param>
    /// <param name="flushOutput">Brings what cells have written to the front ends: a prompt must be there before its question.</param>
    public StdinChannel(JupyterCodec codec, IPEndPoint address, Func<Task> flushOutput)
    {
        _codec = codec;
        _flushOutput = flushOutput;
        _listener = new ZmtpListener(address, ZmtpSocketType.Router, Take, _ => Arrive(), Forget);
    }

    public IPEndPoint LocalEndPoint => _listener.LocalEndPoint;

    /// <summary>Asks the front end that sent <paramref name="request"/>, and waits for its user.</summary>
    /// <returns>The line, without its end; <see langword="null"/> when the front end went away.</returns>
    /// <exception cref="InvalidOperationException">The front end has not opened this channel.</exception>
    public async Task<string?> AskAsync(JupyterMessage request, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await _flushOutput();
            var peer = await FindAsync(request.Sender.PeerIdentity, cancellationToken);
            var question = _open = new Question(peer, new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously));
            // A peer that went away just before there was a question will not be told to forget it.
            if (!_listener.Connections.Contains(peer) || !peer.TrySend(_codec.Encode(request.Route, "input_request", new JsonObject { ["prompt"] = "", ["password"] = false }, request.Header)))
                return null;
            return await question.Answer.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            // An answer that comes now is to a question that nobody asks any more.
            _open = null;
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        _turn.Dispose();
    }

    // A front end gives its sockets one identity, so that this one is found by the other. It may still be opening it.
    private async Task<ZmtpConnection> FindAsync(byte[] identity, CancellationToken cancellationToken)
    {
        var limit = Task.Delay(s_connectLimit, cancellationToken);
        while (true)
        {
            var next = Volatile.Read(ref _arrival).Task; // taken before looking: who arrives in between ends the wait
            if (identity.Length > 0 && _listener.Connections.FirstOrDefault(peer => peer.PeerIdentity.AsSpan().SequenceEqual(identity)) is { } found)
                return found;
            cancellationToken.ThrowIfCancellationRequested();
            if (limit.IsCompleted)
                throw new InvalidOperationException("This front end has no stdin channel: a cell that it runs cannot read from the console.");
            await Task.WhenAny(next, limit);
        }
    }

    private void Arrive() =>
        Interlocked.Exchange(ref _arrival, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    private void Take(ZmtpConnection sender, byte[][] frames)
    {
        if (_codec.Decode(sender, frames) is { Type: "input_reply" } reply && _open is { } question && question.Peer == sender)
            question.Answer.TrySetResult(reply.Text("value"));
    }

    private void Forget(ZmtpConnection peer)
    {
        if (_open is { } question && question.Peer == peer)
            question.Answer.TrySetResult(null);
    }

    private sealed record Question(ZmtpConnection Peer, TaskCompletionSource<string?> Answer);
}
