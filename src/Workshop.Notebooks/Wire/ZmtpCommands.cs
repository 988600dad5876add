namespace Workshop.Notebooks;

/// <summary>Commands that a peer of a newer ZMTP may send once the connection is open. Unknown ones are ignored, as the specification has it.</summary>
internal static class ZmtpCommands
{
    private const int PingHead = 5 + 2; // its name, and how long the peer will wait

    /// <summary>The PONG that a PING wants back, with the context that it carried.</summary>
    public static byte[]? Answer(ReadOnlySpan<byte> command) =>
        command.StartsWith("\u0004PING"u8) && command.Length is >= PingHead and <= PingHead + 16
            ? [.. "\u0004PONG"u8, .. command[PingHead..]]
            : null;

    /// <summary>SUBSCRIBE and CANCEL in their older form, which is a message: 1 or 0, and the topic.</summary>
    public static byte[]? AsSubscription(ReadOnlySpan<byte> command) =>
        command.StartsWith("\u0009SUBSCRIBE"u8) ? [1, .. command[10..]]
        : command.StartsWith("\u0006CANCEL"u8) ? [0, .. command[7..]]
        : null;
}
