using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using StructuredConcurrency;
using StructuredConcurrency.Simulation.Rewriting;

namespace Grader;

/// <summary>Why a check failed, in parts of one sentence each. Never the check itself.</summary>
/// <param name="Expected">What was expected.</param>
/// <param name="Happened">What happened instead.</param>
/// <param name="Misconception">Which belief it smells of.</param>
/// <param name="WhereToLook">Where to look first.</param>
public sealed record CheckReason(string Expected, string Happened, string? Misconception, string? WhereToLook);

/// <summary>One run that went wrong: the smallest that was found.</summary>
public sealed record FailingRun
{
    /// <summary>Name of the scenario.</summary>
    public required string Scenario { get; init; }

    /// <summary>The seed: checking again with <c>Seed</c> set to it and <c>Schedules</c> 1 repeats this schedule.</summary>
    public required ulong Seed { get; init; }

    /// <summary>How the run ended, in a sentence.</summary>
    public required string Ending { get; init; }

    /// <summary>The learner's line where it went wrong or stands still, from 1; <see langword="null"/>: it did neither.</summary>
    public int? Line { get; init; }

    /// <summary>The run as one word, with which <c>replay</c> runs it again; <see langword="null"/>: it never came to an end.</summary>
    public string? Trace { get; init; }

    /// <summary>What happened in it; timelines are drawn from this.</summary>
    [JsonIgnore]
    public EventLog Log { get; init; } = new();
}

/// <summary>What came of one check.</summary>
public sealed record CheckResult
{
    /// <summary>The check's name: <c>EveryOrderTakenIsProcessed</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The name as a sentence: <c>Every order taken is processed</c>.</summary>
    public required string Sentence { get; init; }

    /// <summary>The verdict.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Points earned.</summary>
    public required int Points { get; init; }

    /// <summary>Points to be had.</summary>
    public required int MaxPoints { get; init; }

    /// <summary>Why it did not pass.</summary>
    public CheckReason? Reason { get; init; }

    /// <summary>The run that shows it.</summary>
    public FailingRun? Run { get; init; }

    /// <summary>Number of the rung of the hint ladder that helps here, from 1.</summary>
    public int HintRung { get; init; }
}

/// <summary>One error of the compiler, in the learner's own file.</summary>
/// <param name="File">The file, as it was given.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1.</param>
/// <param name="Code">The compiler's code: <c>CS1002</c>.</param>
/// <param name="Message">The compiler's message.</param>
/// <param name="Sentence">The same in plain words.</param>
public sealed record LearnerDiagnostic(string File, int Line, int Column, string Code, string Message, string Sentence)
{
    /// <summary>As editors and terminals understand it: <c>file:line:column: sentence (code)</c>.</summary>
    public override string ToString() => $"{File}:{Line}:{Column}: {Sentence} ({Code})";
}

/// <summary>All that a check of one exercise found out.</summary>
public sealed record CheckReport
{
    // More is nothing to copy from a terminal.
    private const int LongestTrace = 1_000;

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
    };

    /// <summary>The exercise: <c>03-join-the-queue</c>.</summary>
    public required string Exercise { get; init; }

    /// <summary>Its title.</summary>
    public required string Title { get; init; }

    /// <summary>The learner's file, relative to the repository's root where it lies in it.</summary>
    public required string File { get; init; }

    /// <summary>Which text was judged: the same for the same text. Empty where it was too long to be read.</summary>
    [JsonIgnore]
    public string Fingerprint { get; init; } = "";

    /// <summary>The verdict on the whole: <see cref="Verdict.Pass"/> only when every check passed.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The whole in a sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>Points earned.</summary>
    public int Points => Checks.Sum(check => check.Points);

    /// <summary>Points to be had; 0 where nothing was run.</summary>
    public int MaxPoints => Checks.Sum(check => check.MaxPoints);

    /// <summary>The checks, in the order in which they are best read.</summary>
    public IReadOnlyList<CheckResult> Checks { get; init; } = [];

    /// <summary>The line of the method that is run, from 1: where a mistake is shown that has no line of its own.</summary>
    [JsonIgnore]
    public int EntryLine { get; init; } = 1;

    /// <summary>What an editor marks in the learner's file: the compiler's errors, or each check that failed.</summary>
    [JsonIgnore]
    public IReadOnlyList<LearnerDiagnostic> Problems => Diagnostics.Count > 0 ? Diagnostics :
    [
        .. from check in Checks
           where check.Verdict is not (Verdict.Pass or Verdict.Skipped or Verdict.GraderError)
           let text = $"{check.Sentence}: {check.Reason?.Happened}"
           select new LearnerDiagnostic(File, check.Run?.Line ?? EntryLine, 1, check.Name, text, text),
    ];

    /// <summary>The first check that failed, and not because of another.</summary>
    [JsonIgnore]
    public CheckResult? FirstFailure => Checks.FirstOrDefault(check => check.Verdict is not (Verdict.Pass or Verdict.Skipped));

    /// <summary>The check to show first: <see cref="FirstFailure"/>, and where none failed, the first that could not be judged. <see langword="null"/>: every check passed, or none was made.</summary>
    [JsonIgnore]
    public CheckResult? ShownFirst => FirstFailure ?? Checks.FirstOrDefault(check => check.Verdict != Verdict.Pass);

    /// <summary>The run that shows what went wrong: <see cref="FirstFailure"/>'s.</summary>
    public FailingRun? Failing => FirstFailure?.Run;

    /// <summary>
    /// The arguments that repeat <see cref="Failing"/>: <c>replay 03 --trace 1.s1.0.0..1a2b3c4d-9f3a.3f</c>; where it never came to an end, or made very many
    /// choices, <c>check 03 --seed 17 --schedules 1</c>.
    /// </summary>
    public string? Repeat => Failing switch
    {
        null => null,
        { Trace: { Length: <= LongestTrace } trace } => $"replay {Exercise[..2]} --trace {trace}",
        { Seed: var seed } => $"check {Exercise[..2]} --seed {seed} --schedules 1",
    };

    /// <summary>Errors of the compiler: the first few.</summary>
    public IReadOnlyList<LearnerDiagnostic> Diagnostics { get; init; } = [];

    /// <summary>What the code printed in the run that is shown, or in the first one; at most some thousand characters.</summary>
    public string Output { get; init; } = "";

    /// <summary>How many runs were judged, over all scenarios.</summary>
    public int Runs { get; init; }

    /// <summary>How often code came back to the loop from outside it, over all runs.</summary>
    public int ForeignPosts { get; init; }

    /// <summary>Whether the loop alone decided the order in every run, and nothing in the code could have. Where it did not, the same seed may give another run the next time.</summary>
    public bool FullyControlled { get; init; } = true;

    /// <summary>What in the code the event loop cannot control, with its line, why, and what to use instead.</summary>
    public IReadOnlyList<UncontrolledSite> Uncontrolled { get; init; } = [];

    /// <summary>What the system kept the process from that ran the code, in words; empty where nothing was run, and on systems that offer nothing of the kind.</summary>
    public IReadOnlyList<string> Limits { get; init; } = [];

    /// <summary>The text of the rung of the hint ladder that fits <see cref="ShownFirst"/>; not to be shown unasked.</summary>
    public string? Hint { get; init; }

    /// <summary>Real time that the check took, in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>The timeline of <see cref="Failing"/> as a page of its own, without links to elsewhere.</summary>
    /// <returns>The page; <see langword="null"/> where no run went wrong.</returns>
    public string? TimelinePage() => Failing is { } run ? FailureTimeline.ToHtml($"Exercise {Exercise[..2]}", run) : null;

    /// <summary>The report as one JSON document, for programs.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, s_json);
}
