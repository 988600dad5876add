using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace StructuredConcurrency.Simulation;

/// <summary>A failing schedule, told so that somebody who was not there understands it: the rule broken, how to run it again, and who did what when.</summary>
public sealed class FailureReport
{
    private const int Width = 100;

    private static readonly JsonWriterOptions s_json = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ScheduleTable _table;

    internal FailureReport(string brokenRule, RunReport report, IReadOnlyList<StepRecord> steps)
    {
        BrokenRule = brokenRule;
        Report = report;
        Steps = steps;
        _table = new ScheduleTable(report, steps);
    }

    /// <summary>What was wrong, in words.</summary>
    public string BrokenRule { get; }

    /// <summary>The run; its <see cref="RunReport.Log"/> is what timelines are drawn from.</summary>
    public RunReport Report { get; }

    /// <summary>Every step of the run.</summary>
    public IReadOnlyList<StepRecord> Steps { get; }

    /// <summary>Which of the schedules it was, from 1.</summary>
    public int Schedule { get; init; }

    /// <summary>The master seed of the search.</summary>
    public ulong MasterSeed { get; init; }

    /// <summary>Whether the schedule, run again, failed again in the same way.</summary>
    public bool IsReproducible { get; init; } = true;

    /// <summary>C# that runs this schedule again.</summary>
    public string ReplayCommand => $"EventLoop.Replay(program, ScheduleTrace.Parse(\"{Report.Trace}\"))";

    /// <summary>The report as text, lines of at most about 100 characters.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Paragraph(text, "Broken: ", Report.Outcome == Outcome.Deadlock ? $"deadlock: nobody can go on, at {Report.VirtualElapsed.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture)} s" : BrokenRule);
        if (Report.Outcome is not Outcome.Faulted)
        {
            foreach (var task in Report.Waiting)
                Paragraph(text, "        ", task.ToString());
        }

        if (Report.Outcome is not (Outcome.Completed or Outcome.Faulted) && Report.UsualCause is { } cause)
            Paragraph(text, "        ", cause);
        var late = Report.Trace.TimerJitter > TimeSpan.Zero ? string.Create(CultureInfo.InvariantCulture, $", timers up to {Report.Trace.TimerJitter.TotalMilliseconds:0.###} ms late") : "";
        Paragraph(text, "Found:  ", string.Create(
            CultureInfo.InvariantCulture,
            $"schedule {Schedule:N0} of master seed {MasterSeed}; {Report.Steps:N0} steps, {Report.Choices:N0} choices, {Report.Trace.Deviations:N0} of them not the plain order{late}"));
        text.Append("Replay: ").Append(ReplayCommand).Append('\n');
        if (!IsReproducible)
            Paragraph(text, "NOTE:   ", "Run again, this schedule came out otherwise. Something outside the loop decides as well: the thread pool, the system's clock, a random number, a static that keeps what the last run left.");
        else if (!Report.IsFullyControlled)
            Paragraph(text, "NOTE:   ", $"Code outside the loop took part ({Report.ForeignPosts} times): another run of this schedule may come out otherwise.");
        text.Append('\n').Append(_table.Draw());
        return text.ToString();
    }

    /// <summary>The report as JSON: the same facts, for programs.</summary>
    public string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, s_json))
        {
            json.WriteStartObject();
            json.WriteString("schema", "structured-concurrency/schedule-failure");
            json.WriteNumber("version", 1);
            json.WriteString("brokenRule", BrokenRule);
            json.WriteString("outcome", JsonNamingPolicy.SnakeCaseLower.ConvertName(Report.Outcome.ToString()));
            json.WriteString("masterSeed", MasterSeed.ToString(CultureInfo.InvariantCulture)); // more digits than a JSON number keeps everywhere
            json.WriteNumber("schedule", Schedule);
            json.WriteString("trace", Report.Trace.ToString());
            json.WriteString("replay", ReplayCommand);
            json.WriteBoolean("reproducible", IsReproducible);
            json.WriteBoolean("fullyControlled", Report.IsFullyControlled);
            json.WriteString("fingerprint", Report.Fingerprint.ToString("x16", CultureInfo.InvariantCulture));
            json.WriteNumber("seconds", Report.VirtualElapsed.TotalSeconds);
            json.WriteStartArray("waiting");
            foreach (var task in Report.Waiting)
            {
                json.WriteStartObject();
                json.WriteNumber("task", task.Task);
                json.WriteString("name", task.Name);
                json.WriteString("waitsFor", task.WaitsFor);
                if (task.Line is { } line)
                    json.WriteNumber("line", line);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("steps");
            foreach (var step in Steps)
            {
                json.WriteStartObject();
                json.WriteNumber("step", step.Number);
                json.WriteNumber("time", step.Time.TotalSeconds);
                json.WriteNumber("task", step.Task);
                json.WriteString("name", step.Name);
                json.WriteNumber("ready", step.Ready);
                json.WriteNumber("choice", step.Choice);
                json.WriteString("reason", JsonNamingPolicy.SnakeCaseLower.ConvertName(step.Reason.ToString()));
                if (step.By is not null)
                    json.WriteString("by", step.By);
                json.WriteString("why", ScheduleTable.Reason(step));
                json.WriteStartArray("did");
                foreach (var deed in _table.Deeds(step))
                    json.WriteStringValue(deed);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Paragraph(StringBuilder text, string title, string words)
    {
        var indent = new string(' ', title.Length);
        var line = new StringBuilder(title);
        foreach (var paragraph in words.ReplaceLineEndings("\n").Split('\n'))
        {
            foreach (var word in paragraph.Split(' '))
            {
                if (line.Length + word.Length > Width && line.Length > indent.Length)
                {
                    text.Append(line.ToString().TrimEnd()).Append('\n');
                    line.Clear().Append(indent);
                }

                line.Append(word).Append(' ');
            }

            text.Append(line.ToString().TrimEnd()).Append('\n');
            line.Clear().Append(indent);
        }
    }
}
