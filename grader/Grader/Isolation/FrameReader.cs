using System.Text;
using System.Text.Json;

namespace Grader;

/// <summary>The parent's end of the pipe. What comes there was written by a process that runs somebody else's code: nothing is believed beforehand.</summary>
internal sealed class FrameReader(BufferedStream stream)
{
    private const int MostBytes = 16_000_000; // the longest log is a tenth of that

    /// <returns>The next frame, with its log; <see langword="null"/>: the other end was closed, or sends what is no frame.</returns>
    public (RunFrame Frame, ObservedLog? Log)? Read()
    {
        try
        {
            Span<byte> length = stackalloc byte[sizeof(int)];
            stream.ReadExactly(length);
            if (BitConverter.ToInt32(length) is not (>= 0 and <= MostBytes and var count))
                return null;
            var bytes = new byte[count];
            stream.ReadExactly(bytes);
            using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
            var frame = JsonSerializer.Deserialize<RunFrame>(reader.ReadString());
            if (frame is null || (frame.Kind is FrameKind.Run or FrameKind.Stuck && (frame.Scenario is null || !frame.HasLog)))
                return null;
            return (frame, frame.HasLog ? CompactLog.Read(reader) : null);
        }
        catch (Exception e) when (e is IOException or JsonException or FormatException or ObjectDisposedException)
        {
            return null; // half a frame is none: the worker died while writing
        }
    }
}
