using System.Text;
using System.Text.Json;

namespace Grader;

/// <summary>The worker's end of the pipe. Frames are whole: nothing comes between a frame and its log.</summary>
internal sealed class FrameWriter(Stream stream)
{
    private static readonly JsonSerializerOptions s_json = new() { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };
    private readonly Lock _gate = new();

    /// <summary>Stands in front of each frame, and says that it is this worker's.</summary>
    public string Secret { get; set; } = "";

    public void Write(RunFrame frame, string log = "")
    {
        frame = frame with { LogLines = log.AsSpan().Count('\n') };
        var bytes = Encoding.UTF8.GetBytes($"{Secret}{JsonSerializer.Serialize(frame, s_json)}\n{log}");
        lock (_gate)
        {
            stream.Write(bytes);
            stream.Flush();
        }
    }
}
