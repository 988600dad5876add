using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Workshop.Notebooks;

/// <summary>How two peers open a connection: a greeting of 64 octets, then one READY command each (23/ZMTP, mechanism NULL).</summary>
internal static class ZmtpHandshake
{
    private const int GreetingSize = 64;
    private const int CommandLimit = 4096;

    /// <summary>Says who we are and learns who the peer is.</summary>
    /// <returns>The identity that the peer has chosen; empty when it chose none.</returns>
    /// <exception cref="ZmtpException">The peer speaks something else, or is a socket that we cannot talk to.</exception>
    public static async Task<byte[]> ShakeAsync(Stream input, Stream output, ZmtpSocketType own, byte[] identity, CancellationToken cancellationToken)
    {
        await output.WriteAsync(Greeting(), cancellationToken);
        var greeting = new byte[GreetingSize];
        // The signature first: what is no ZMTP at all need not send 64 octets to be told so.
        await input.ReadExactlyAsync(greeting.AsMemory(0, 10), cancellationToken);
        if (greeting[0] != 0xFF || (greeting[9] & 1) == 0)
            throw new ZmtpException("The peer does not speak ZMTP.");
        await input.ReadExactlyAsync(greeting.AsMemory(10), cancellationToken);
        if (greeting[10] < 3)
            throw new ZmtpException($"The peer speaks ZMTP {greeting[10]}; 3.0 is the oldest that is understood.");
        if (!greeting.AsSpan(12, 20).SequenceEqual(Mechanism()))
            throw new ZmtpException("The peer wants a security mechanism other than NULL.");

        var ready = new ArrayBufferWriter<byte>();
        new ZmtpFrame(false, true, Ready(own, identity)).WriteTo(ready);
        await output.WriteAsync(ready.WrittenMemory, cancellationToken);

        var answer = await ZmtpFrame.ReadAsync(input, CommandLimit, cancellationToken);
        var peer = answer.IsCommand ? Properties(answer.Body) : throw new ZmtpException("The peer sent a message before READY.");
        var type = Encoding.ASCII.GetString(peer.GetValueOrDefault("Socket-Type", []));
        if (!own.MayTalkTo(type))
            throw new ZmtpException($"A {own.WireName()} cannot talk to '{type}'.");
        var chosen = peer.GetValueOrDefault("Identity", []);
        return chosen.Length <= byte.MaxValue ? chosen : throw new ZmtpException("An identity has at most 255 octets.");
    }

    private static byte[] Greeting()
    {
        var greeting = new byte[GreetingSize];
        greeting[0] = 0xFF;
        greeting[9] = 0x7F;
        greeting[10] = 3;
        Mechanism().CopyTo(greeting, 12);
        return greeting;
    }

    private static byte[] Mechanism()
    {
        var name = new byte[20];
        "NULL"u8.CopyTo(name);
        return name;
    }

    private static byte[] Ready(ZmtpSocketType type, byte[] identity)
    {
        var body = new ArrayBufferWriter<byte>();
        body.Write("\u0005READY"u8);
        AddProperty("Socket-Type", Encoding.ASCII.GetBytes(type.WireName()));
        if (type is ZmtpSocketType.Dealer or ZmtpSocketType.Req or ZmtpSocketType.Router)
            AddProperty("Identity", identity);
        return body.WrittenSpan.ToArray();

        void AddProperty(string name, byte[] value)
        {
            body.Write([(byte)name.Length]);
            body.Write(Encoding.ASCII.GetBytes(name));
            BinaryPrimitives.WriteInt32BigEndian(body.GetSpan(4), value.Length);
            body.Advance(4);
            body.Write(value);
        }
    }

    private static Dictionary<string, byte[]> Properties(ReadOnlySpan<byte> command)
    {
        if (!command.StartsWith("\u0005READY"u8))
            throw new ZmtpException("The peer did not send READY.");
        var properties = new Dictionary<string, byte[]>(StringComparer.OrdinalIgnoreCase);
        for (var rest = command[6..]; rest.Length > 0;)
        {
            var nameSize = rest[0];
            if (rest.Length < 1 + nameSize + 4)
                throw new ZmtpException("READY ends in the middle of a property.");
            var name = Encoding.ASCII.GetString(rest.Slice(1, nameSize));
            var valueSize = BinaryPrimitives.ReadUInt32BigEndian(rest[(1 + nameSize)..]);
            rest = rest[(1 + nameSize + 4)..];
            if (valueSize > rest.Length)
                throw new ZmtpException("READY ends in the middle of a property.");
            properties[name] = rest[..(int)valueSize].ToArray();
            rest = rest[(int)valueSize..];
        }
        return properties;
    }
}
