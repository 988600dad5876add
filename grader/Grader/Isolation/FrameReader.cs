using System.Text;
using System.Text.Json;

namespace Grader;

/// <summary>
/// The parent's end of the pipe. What comes there was written by a process that runs somebody else's code: nothing is believed beforehand, and whoever writes there
/// without the worker's secret is found out.
/// </summary>
internal sealed class FrameReader(BufferedStream stream, string secret = "")
{
    private const int MostBytes = 80_000_000; // the longest log that FrameWriter makes, if every text in it is as long as may be, and room beside it

    private bool _isReady;

    /// <returns>The next frame, with its log; <see langword="null"/>: the other end was closed.</returns>
    /// <exception cref="ForgedFrameException">What came is no frame of the worker's.</exception>
    public (RunFrame Frame, ObservedLog? Log)? Read()
    {
        try
        {
            Span<byte> length = stackalloc byte[sizeof(int)];
            stream.ReadExactly(length);
            if (BitConverter.ToInt32(length) is not (>= 0 and <= MostBytes and var count))
                throw new ForgedFrameException();
            var bytes = new byte[count];
            stream.ReadExactly(bytes);
            return Parse(bytes);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return null; // half a frame is none: the worker died while writing
        }
    }

    private (RunFrame Frame, ObservedLog? Log) Parse(byte[] bytes)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
            var known = reader.ReadString();
            var frame = JsonSerializer.Deserialize<RunFrame>(reader.ReadString());
            if (known != (_isReady ? secret : "") || frame is null || (frame.Kind is FrameKind.Run or FrameKind.Stuck && (frame.Scenario is null || !frame.HasLog)))
                throw new ForgedFrameException();
            _isReady = true; // nothing but the worker itself can write before its first frame; it is told the secret after it
            return (frame with { Bytes = bytes.Length }, frame.HasLog ? CompactLog.Read(reader) : null);
        }
        catch (Exception e) when (e is IOException or JsonException or FormatException)
        {
            throw new ForgedFrameException();
        }
    }
}

/// <summary>Something other than the worker wrote on the worker's pipe, or made the worker write what it never would.</summary>
internal sealed class ForgedFrameException() : Exception("This is no frame of the worker's.");
