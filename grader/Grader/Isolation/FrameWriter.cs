using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using StructuredConcurrency;

namespace Grader;

/// <summary>The worker's end of the pipe. Frames are whole: nothing comes between a frame and its log.</summary>
internal sealed class FrameWriter(Stream stream)
{
    // A run that went on and on may have told a very long story; its beginning tells enough.
    private const int MostEvents = 4_000;

    // Names and texts are the learner's.
    private const int LongestText = 1_000;

    private static readonly JsonSerializerOptions s_json = new() { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };
    private readonly Lock _gate = new();

    /// <summary>Stands in each frame, and says that it is this worker's.</summary>
    public string Secret { get; set; } = "";

    public void Write(RunFrame frame, EventLog? log = null)
    {
        var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer, Encoding.UTF8);
        writer.Write(0); // the length, once it is known
        writer.Write(Secret);
        writer.Write(JsonSerializer.Serialize(frame with { HasLog = log is not null }, s_json));
        if (log is not null)
            WriteLog(writer, log);
        writer.Seek(0, SeekOrigin.Begin);
        writer.Write((int)buffer.Length - sizeof(int));
        lock (_gate)
        {
            stream.Write(buffer.GetBuffer(), 0, (int)buffer.Length);
            stream.Flush();
        }
    }

    /// <summary>The beginning of a text that may be very long.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Cut(string? text, int longest = LongestText) => text?.Length > longest ? $"{text.AsSpan(0, longest)}…" : text;

    private static void WriteLog(BinaryWriter writer, EventLog log)
    {
        var (events, properties) = (log.Events, log.Properties);
        if (events.Count > MostEvents)
        {
            properties = new Dictionary<string, string>(properties, StringComparer.Ordinal) { ["cut"] = $"{MostEvents} of {events.Count} events" };
            events = [.. events.Take(MostEvents)];
        }

        if (events.Any(HasLongText))
            events = [.. events.Select(e => e with { TaskName = Cut(e.TaskName), ScopeName = Cut(e.ScopeName), Queue = Cut(e.Queue), Item = Cut(e.Item), Text = Cut(e.Text) })];

        CompactLog.Write(writer, properties, events);

        static bool HasLongText(ScopeEvent e) =>
            e.TaskName?.Length > LongestText || e.ScopeName?.Length > LongestText || e.Queue?.Length > LongestText || e.Item?.Length > LongestText || e.Text?.Length > LongestText;
    }
}
