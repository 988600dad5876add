using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Workshop.Notebooks;

/// <summary>The iopub channel: tells every front end that listens what the kernel does and what cells give out.</summary>
internal sealed class KernelPublisher : IAsyncDisposable
{
    private readonly JupyterCodec _codec;
    private readonly ZmtpPublisher _socket;

    public KernelPublisher(JupyterCodec codec, IPEndPoint address)
    {
        _codec = codec;
        _socket = new ZmtpPublisher(address, Welcome);
    }

    public IPEndPoint LocalEndPoint => _socket.LocalEndPoint;

    /// <summary>Publishes a message that belongs to the request whose header is <paramref name="parent"/>.</summary>
    public void Publish(string type, JsonObject content, byte[]? parent, JsonObject? metadata = null) =>
        // Output may be lost on a front end that cannot keep up; one that misses how a cell ended would show it as running for ever.
        _socket.Publish(_codec.Encode([Encoding.ASCII.GetBytes(type)], type, content, parent, metadata), isNeeded: type is "status" or "error");

    /// <summary>Publishes <c>busy</c>, <c>idle</c> or <c>starting</c>.</summary>
    public void PublishState(string state, byte[]? parent) => Publish("status", new JsonObject { ["execution_state"] = state }, parent);

    public ValueTask DisposeAsync() => _socket.DisposeAsync();

    // To the one that subscribed alone. It knows then that it will miss nothing of what it asks for next.
    private void Welcome(ZmtpConnection subscriber, byte[] topic) => subscriber.TrySend(_codec.Encode(
        [topic], "iopub_welcome", new JsonObject { ["subscription"] = Encoding.UTF8.GetString(topic) }, null));
}
