using System.Buffers;
using System.Text;
using System.Text.Json;

namespace StructuredConcurrency;

/// <summary>The JSON Lines form of an <see cref="EventLog"/>, written and read field by field so that names and order stay put.</summary>
internal static class EventLogJson
{
    private const string Schema = "structured-concurrency/events";
    private const int Version = 1;

    // Names in user code may hold any character; plain text stays readable, and a log is never put into a page unescaped.
    private static readonly JsonWriterOptions s_options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(IReadOnlyList<ScopeEvent> events, IReadOnlyDictionary<string, string> properties)
    {
        var buffer = new ArrayBufferWriter<byte>(64 + events.Count * 120);
        using var json = new Utf8JsonWriter(buffer, s_options);

        json.WriteStartObject();
        json.WriteString("schema", Schema);
        json.WriteNumber("version", Version);
        json.WriteStartObject("properties");
        foreach (var (name, value) in properties)
            json.WriteString(name, value);
        json.WriteEndObject();
        EndLine();

        foreach (var e in events)
        {
            json.WriteStartObject();
            json.WriteNumber("seq", e.Sequence);
            json.WriteNumber("time", Seconds(e.Time));
            json.WriteString("kind", Names<ScopeEventKind>.Of(e.Kind));
            WriteNumber("task", e.Task);
            WriteText("taskName", e.TaskName);
            WriteNumber("scope", e.Scope);
            WriteText("scopeName", e.ScopeName);
            json.WriteNumber("thread", e.Thread);
            WriteName("scopeKind", e.ScopeKind);
            WriteNumber("parent", e.Parent);
            WriteNumber("target", e.Target);
            WriteText("queue", e.Queue);
            WriteText("item", e.Item);
            WriteNumber("depth", e.Depth);
            WriteNumber("capacity", e.Capacity);
            WriteNumber("unfinished", e.Unfinished);
            WriteName("wait", e.Wait);
            WriteNumber("by", e.By);
            WriteNumber("cause", e.Cause);
            if (e.Deadline is { } deadline)
                json.WriteNumber("deadline", Seconds(deadline));
            WriteName("outcome", e.Outcome);
            WriteText("text", e.Text);
            EndLine();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);

        void EndLine()
        {
            json.WriteEndObject();
            json.Flush();
            json.Reset();
            buffer.Write("\n"u8);
        }

        void WriteNumber(string name, long? value)
        {
            if (value is { } number)
                json.WriteNumber(name, number);
        }

        void WriteText(string name, string? value)
        {
            if (value is not null)
                json.WriteString(name, value);
        }

        void WriteName<T>(string name, T? value)
            where T : struct, Enum
        {
            if (value is { } member)
                json.WriteString(name, Names<T>.Of(member));
        }
    }

    public static void Read(string text, string source, EventLog log)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw new FormatException($"{source}:1: empty; an event log begins with a header line that names \"{Schema}\"");

        var number = 0;
        var lines = text.AsSpan().Count('\n') + 1;
        var hasHeader = false;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (line.IsWhiteSpace())
                continue;
            try
            {
                using var document = JsonDocument.Parse(line.ToString());
                if (hasHeader)
                    log.OnEvent(ReadEvent(document.RootElement));
                else
                    ReadHeader(document.RootElement, log);
                hasHeader = true;
            }
            catch (JsonException) when (hasHeader && number == lines && !text.EndsWith('\n'))
            {
                // The writer was killed, or the copy is not whole: what came before is good.
                log.SetProperty("cutOff", $"line {number}");
            }
            catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or OverflowException)
            {
                var reason = e switch
                {
                    FormatException => e.Message,
                    OverflowException => "a number is too large",
                    _ => "not a JSON object of the expected form",
                };
                throw new FormatException($"{source}:{number}: {reason}", e);
            }
        }
    }

    private static void ReadHeader(JsonElement header, EventLog log)
    {
        if (!header.TryGetProperty("schema", out var schema) || schema.GetString() != Schema)
            throw new FormatException($"not an event log: the first line must name the schema \"{Schema}\"");
        if (!header.TryGetProperty("version", out var version))
            throw Missing("version");
        if (version.GetInt32() != Version)
            throw new FormatException($"version {version} of the event log's schema; this program reads version {Version}");
        if (!header.TryGetProperty("properties", out var properties))
            throw Missing("properties");
        foreach (var property in properties.EnumerateObject())
            log.SetProperty(property.Name, property.Value.GetString() ?? "");
    }

    private static ScopeEvent ReadEvent(JsonElement line)
    {
        return new ScopeEvent
        {
            Sequence = Number("seq") ?? throw Missing("seq"),
            Time = Duration("time") ?? throw Missing("time"),
            Kind = Member<ScopeEventKind>("kind") ?? throw Missing("kind"),
            Task = Int("task"),
            TaskName = Text("taskName"),
            Scope = Int("scope"),
            ScopeName = Text("scopeName"),
            Thread = Int("thread") ?? 0,
            ScopeKind = Member<ScopeKind>("scopeKind"),
            Parent = Int("parent"),
            Target = Int("target"),
            Queue = Text("queue"),
            Item = Text("item"),
            Depth = Int("depth"),
            Capacity = Int("capacity"),
            Unfinished = Int("unfinished"),
            Wait = Member<ScopeWait>("wait"),
            By = Int("by"),
            Cause = Number("cause"),
            Deadline = Duration("deadline"),
            Outcome = Member<ScopeOutcome>("outcome"),
            Text = Text("text"),
        };

        long? Number(string name) => line.TryGetProperty(name, out var value) ? value.TryGetInt64(out var number) ? number : throw NotWhole(name) : null;

        int? Int(string name) => line.TryGetProperty(name, out var value) ? value.TryGetInt32(out var number) ? number : throw NotWhole(name) : null;

        string? Text(string name) => line.TryGetProperty(name, out var value) ? value.GetString() : null;

        TimeSpan? Duration(string name) =>
            line.TryGetProperty(name, out var value) ? TimeSpan.FromTicks((long)((value.TryGetDecimal(out var seconds) ? seconds : throw new OverflowException()) * TimeSpan.TicksPerSecond)) : null;

        T? Member<T>(string name)
            where T : struct, Enum =>
            Text(name) is { } value ? Names<T>.Parse(value) ?? throw new FormatException($"\"{value}\" is not a known {name}") : null;
    }

    private static FormatException Missing(string name) => new($"the field \"{name}\" is missing");

    private static FormatException NotWhole(string name) => new($"the field \"{name}\" is too large, or no whole number");

    private static decimal Seconds(TimeSpan time) => time.Ticks / (decimal)TimeSpan.TicksPerSecond;

    /// <summary>Members of an enumeration in snake case.</summary>
    private static class Names<T>
        where T : struct, Enum
    {
        private static readonly Dictionary<T, string> s_names = Enum.GetValues<T>().ToDictionary(v => v, v => JsonNamingPolicy.SnakeCaseLower.ConvertName(v.ToString()));
        private static readonly Dictionary<string, T> s_values = s_names.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

        public static string Of(T value) => s_names[value];

        public static T? Parse(string name) => s_values.TryGetValue(name, out var value) ? value : null;
    }
}
