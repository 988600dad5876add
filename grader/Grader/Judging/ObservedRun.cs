using StructuredConcurrency;
using StructuredConcurrency.Simulation;

namespace Grader;

/// <summary>An exception that ended a run, as text: its type is the learner's process's own.</summary>
/// <param name="Type">Full name of its type.</param>
/// <param name="Message">Its message.</param>
/// <param name="Where">The learner's line that it came through first, as <c>file:line</c>; <see langword="null"/>: none.</param>
public sealed record ObservedError(string Type, string Message, string? Where)
{
    /// <summary>The line of <see cref="Where"/>, from 1.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int? Line => Where is null ? null : int.Parse(Where[(Where.LastIndexOf(':') + 1)..]);

    /// <summary>Name of the type without its namespace.</summary>
    public string TypeName => Type[(Type.LastIndexOf('.') + 1)..];
}

/// <summary>A task that had not ended when a run did.</summary>
/// <param name="Task">Its number in the log; 0 is the program itself.</param>
/// <param name="Name">Its name.</param>
/// <param name="WaitsFor">What it waits for, in words.</param>
public sealed record ObservedWait(int Task, string Name, string WaitsFor)
{
    /// <summary>The line of the learner's file where it waits; <see langword="null"/>: it is not known, or in another file.</summary>
    public int? Line { get; init; }
}

/// <summary>One run of a learner's code, as its worker process told it.</summary>
public sealed record ObservedRun
{
    /// <summary>Name of the scenario.</summary>
    public required string Scenario { get; init; }

    /// <summary>The schedule's seed; 0: the plain order.</summary>
    public required ulong Seed { get; init; }

    /// <summary>How late a timer of this run may be at most: what is due at 0.400 s is noticed then, or up to so much later.</summary>
    public TimeSpan TimersLateBy => Schedule.JitterOf(Seed);

    /// <summary>How it ended.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>What it threw.</summary>
    public ObservedError? Error { get; init; }

    /// <summary>Tasks that had not ended.</summary>
    public IReadOnlyList<ObservedWait> Waiting { get; init; } = [];

    /// <summary>The learner's line that tells most about its end: where the error came from, or where the program itself waits for ever.</summary>
    public int? Line => Error is not null ? Error.Line : Waiting.FirstOrDefault(wait => wait.Line is not null)?.Line;

    /// <summary>How often code came back to the loop from outside it.</summary>
    public int ForeignPosts { get; init; }

    /// <summary>Time on the loop's clock.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>What it printed.</summary>
    public string Output { get; init; } = "";

    /// <summary>Its choices, with which it is run again; <see langword="null"/>: it never came to an end.</summary>
    public string? Trace { get; init; }

    /// <summary>In a replay: who did what when, as a table.</summary>
    public string? Table { get; init; }

    /// <summary>In a replay: how the program differs from the one that the trace was recorded of; <see langword="null"/>: not at all.</summary>
    public string? Divergence { get; init; }

    /// <summary>What happened in it.</summary>
    public required IReadOnlyList<ScopeEvent> Events { get; init; }

    /// <summary>Facts about it, as its log holds them.</summary>
    public required IReadOnlyDictionary<string, string> Properties { get; init; }

    /// <summary>Its log, to be drawn or kept: a new one.</summary>
    public EventLog ToLog()
    {
        var log = new EventLog();
        foreach (var (name, value) in Properties)
            log.SetProperty(name, value);
        foreach (var e in Events)
            log.OnEvent(e);
        return log;
    }

    /// <summary>Whether no other run of its scenario follows.</summary>
    internal bool IsLast { get; init; }

    internal static ObservedRun From(RunFrame frame, ObservedLog log) =>
        new()
        {
            Scenario = frame.Scenario!,
            Seed = frame.Seed,
            Outcome = frame.Outcome,
            Error = frame.Error,
            Waiting = frame.Waiting,
            ForeignPosts = frame.ForeignPosts,
            Elapsed = TimeSpan.FromSeconds(frame.Elapsed),
            Output = frame.Output ?? "",
            Trace = frame.Trace,
            Table = frame.Table,
            Divergence = frame.Divergence,
            IsLast = frame.IsLast,
            Events = log.Events,
            Properties = log.Properties,
        };
}
