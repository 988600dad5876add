using System.Security.Cryptography;
using System.Text;

namespace Workshop.Notebooks;

/// <summary>HMAC-SHA256 over a message's four dictionaries, as Jupyter signs them.</summary>
internal sealed class MessageSigner(string key)
{
    // As many as jupyter_client remembers.
    private const int Remembered = 65_536;

    private readonly byte[] _key = Encoding.UTF8.GetBytes(key);
    private readonly Lock _lock = new();
    private readonly HashSet<UInt128> _seen = [];
    private readonly Queue<UInt128> _seenInOrder = new();

    /// <summary>The signature as it is sent: hexadecimal digits in lower case.</summary>
    public byte[] Sign(ReadOnlySpan<byte[]> parts) => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(Compute(parts)));

    /// <summary>Whether the signature is right and has not been used before; compared in constant time.</summary>
    public bool Verify(ReadOnlySpan<byte> signature, ReadOnlySpan<byte[]> parts)
    {
        var expected = Compute(parts);
        if (!CryptographicOperations.FixedTimeEquals(signature, Encoding.ASCII.GetBytes(Convert.ToHexStringLower(expected))))
            return false;
        // A message that somebody recorded and sends again has a right signature too.
        var mark = System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(expected);
        lock (_lock)
        {
            if (!_seen.Add(mark))
                return false;
            _seenInOrder.Enqueue(mark);
            if (_seenInOrder.Count > Remembered)
                _seen.Remove(_seenInOrder.Dequeue());
            return true;
        }
    }

    private byte[] Compute(ReadOnlySpan<byte[]> parts)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        foreach (var part in parts)
            hash.AppendData(part);
        return hash.GetHashAndReset();
    }
}
