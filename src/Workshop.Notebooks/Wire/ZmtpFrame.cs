using System.Buffers;
using System.Buffers.Binary;

namespace Workshop.Notebooks;

/// <summary>One frame on the wire: a flag octet, a length of one or eight octets, and the body.</summary>
/// <param name="HasMore">Another frame of the same message follows.</param>
/// <param name="IsCommand">For the protocol itself, not for the application.</param>
/// <param name="Body">The octets.</param>
internal readonly record struct ZmtpFrame(bool HasMore, bool IsCommand, byte[] Body)
{
    private const byte More = 1;
    private const byte Long = 2;
    private const byte Command = 4;

    /// <summary>Reads one frame, and allocates for its body only as the body arrives: a length is a claim, not a fact.</summary>
    /// <exception cref="ZmtpException">It is no frame, or larger than <paramref name="limit"/> octets.</exception>
    /// <exception cref="EndOfStreamException">The peer went away.</exception>
    public static async ValueTask<ZmtpFrame> ReadAsync(Stream stream, int limit, CancellationToken cancellationToken)
    {
        var head = new byte[9];
        await stream.ReadExactlyAsync(head.AsMemory(0, 2), cancellationToken);
        var flags = head[0];
        if ((flags & ~(More | Long | Command)) != 0 || (flags & (Command | More)) == (Command | More))
            throw new ZmtpException($"0x{flags:x2} are no flags of a frame.");
        ulong size = head[1];
        if ((flags & Long) != 0)
        {
            await stream.ReadExactlyAsync(head.AsMemory(2, 7), cancellationToken);
            size = BinaryPrimitives.ReadUInt64BigEndian(head.AsSpan(1));
        }
        if (size > (ulong)limit)
            throw new ZmtpException($"A message of more than {limit:N0} octets is not taken.");
        return new ZmtpFrame((flags & More) != 0, (flags & Command) != 0, await ReadBodyAsync(stream, (int)size, cancellationToken));
    }

    /// <summary>Appends the frame to what is to be sent.</summary>
    public void WriteTo(ArrayBufferWriter<byte> output)
    {
        var flags = (HasMore ? More : 0) | (IsCommand ? Command : 0);
        if (Body.Length <= byte.MaxValue)
        {
            output.Write([(byte)flags, (byte)Body.Length]);
        }
        else
        {
            Span<byte> head = stackalloc byte[9];
            head[0] = (byte)(flags | Long);
            BinaryPrimitives.WriteInt64BigEndian(head[1..], Body.Length);
            output.Write(head);
        }
        output.Write(Body);
    }

    private static async ValueTask<byte[]> ReadBodyAsync(Stream stream, int size, CancellationToken cancellationToken)
    {
        const int Step = 64 * 1024;
        var body = new byte[Math.Min(size, Step)];
        var read = 0;
        while (true)
        {
            await stream.ReadExactlyAsync(body.AsMemory(read), cancellationToken);
            read = body.Length;
            if (read == size)
                return body;
            Array.Resize(ref body, (int)Math.Min(size, 2L * read));
        }
    }
}
