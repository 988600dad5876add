using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Workshop.Notebooks;

/// <summary>Turns frames into messages and messages into frames; what is not signed with the key does not get through.</summary>
internal sealed class JupyterCodec(string key)
{
    /// <summary>The version of Jupyter's messaging that is spoken here.</summary>
    public const string ProtocolVersion = "5.4";

    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly byte[] s_empty = "{}"u8.ToArray();

    private readonly MessageSigner _signer = new(key);
    private readonly string _session = Guid.NewGuid().ToString();
    private int _count;

    private static ReadOnlySpan<byte> Delimiter => "<IDS|MSG>"u8;

    /// <summary>Reads a message; <see langword="null"/> when it is none, or its signature is wrong.</summary>
    public JupyterMessage? Decode(ZmtpConnection sender, byte[][] frames)
    {
        var delimiter = Array.FindIndex(frames, static frame => frame.AsSpan().SequenceEqual(Delimiter));
        // delimiter, signature, header, parent header, metadata, content
        if (delimiter < 0 || frames.Length < delimiter + 6)
            return null;
        if (!_signer.Verify(frames[delimiter + 1], frames.AsSpan(delimiter + 2, 4)))
            return null;
        try
        {
            var header = Parse(frames[delimiter + 2]);
            var content = Parse(frames[delimiter + 5]);
            return new JupyterMessage(sender, frames[..delimiter], header.GetProperty("msg_type").GetString() ?? "", frames[delimiter + 2], content);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Writes a message.</summary>
    /// <param name="route">The frames before the delimiter: the request's, or a topic.</param>
    /// <param name="type">Its <c>msg_type</c>.</param>
    /// <param name="content">Its content.</param>
    /// <param name="parent">The header of the request that it belongs to; <see langword="null"/> when to none.</param>
    /// <param name="metadata">Its metadata, if it has any.</param>
    public byte[][] Encode(byte[][] route, string type, JsonObject content, byte[]? parent, JsonObject? metadata = null)
    {
        var header = new JsonObject
        {
            ["msg_id"] = $"{_session}_{Interlocked.Increment(ref _count)}",
            ["session"] = _session,
            ["username"] = "kernel",
            ["date"] = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ"),
            ["msg_type"] = type,
            ["version"] = ProtocolVersion,
        };
        byte[][] parts = [Bytes(header), parent ?? s_empty, metadata is null ? s_empty : Bytes(metadata), Bytes(content)];
        return [.. route, Delimiter.ToArray(), _signer.Sign(parts), .. parts];
    }

    private static byte[] Bytes(JsonObject json) => JsonSerializer.SerializeToUtf8Bytes<JsonNode>(json, s_json);

    private static JsonElement Parse(byte[] part)
    {
        using var document = JsonDocument.Parse(part);
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? document.RootElement.Clone()
            : throw new JsonException("Not an object.");
    }
}
