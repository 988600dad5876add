using System.Text.Json.Serialization;
using StructuredConcurrency.Simulation;

namespace Grader;

/// <summary>What a worker sends: this as JSON, and behind it an event log where there is one.</summary>
internal sealed record RunFrame
{
    public required FrameKind Kind { get; init; }

    public string? Scenario { get; init; }

    public ulong Seed { get; init; }

    [JsonConverter(typeof(JsonStringEnumConverter<Outcome>))]
    public Outcome Outcome { get; init; }

    public ObservedError? Error { get; init; }

    public IReadOnlyList<ObservedWait> Waiting { get; init; } = [];

    public int ForeignPosts { get; init; }

    public double Elapsed { get; init; }

    public string? Output { get; init; }

    /// <summary>The choices of the run, with which it is run again.</summary>
    public string? Trace { get; init; }

    /// <summary>In a replay: who did what when.</summary>
    public string? Table { get; init; }

    /// <summary>In a replay: how the program differs from the one that the trace was recorded of.</summary>
    public string? Divergence { get; init; }

    /// <summary>In a frame of a run that goes on and on: whether it does very much, instead of nothing that could be seen.</summary>
    public bool Endless { get; init; }

    /// <summary>In the frame of a run: whether it is the last in its situation. The worker may stop early.</summary>
    public bool IsLast { get; init; }

    /// <summary>In the first frame: what the system keeps the worker from.</summary>
    public IReadOnlyList<string>? Limits { get; init; }

    /// <summary>How long it was, with its log, when it came.</summary>
    [JsonIgnore]
    public int Bytes { get; init; }

    /// <summary>Whether a log follows: a <see cref="CompactLog"/>.</summary>
    public bool HasLog { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<FrameKind>))]
internal enum FrameKind
{
    /// <summary>The worker is up and waits for its job.</summary>
    Ready,

    /// <summary>The learner's code is loaded; the first run begins.</summary>
    Loaded,

    /// <summary>One run has ended.</summary>
    Run,

    /// <summary>One run goes on and on: what its log holds so far.</summary>
    Stuck,

    /// <summary>Every run has ended.</summary>
    Finished,

    /// <summary>The worker itself failed.</summary>
    Broken,
}
