using System.Text.Json;

namespace Workshop.Notebooks;

/// <summary>A request from the front end whose signature is right.</summary>
/// <param name="Sender">The connection it came by.</param>
/// <param name="Route">The frames before the delimiter, which an answer carries back.</param>
/// <param name="Type">The header's <c>msg_type</c>.</param>
/// <param name="Header">The header as it was sent: an answer's parent header is these octets.</param>
/// <param name="Content">The content, an object.</param>
internal sealed record JupyterMessage(ZmtpConnection Sender, byte[][] Route, string Type, byte[] Header, JsonElement Content)
{
    /// <summary>A text of the content; <paramref name="standard"/> where it is missing or something else.</summary>
    public string Text(string name, string standard = "") =>
        Content.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : standard;

    /// <summary>A truth value of the content; <paramref name="standard"/> where it is missing or something else.</summary>
    public bool Flag(string name, bool standard) =>
        Content.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : standard;

    /// <summary>A whole number of the content; <see langword="null"/> where it is missing or something else.</summary>
    public int? Number(string name) =>
        Content.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;
}
