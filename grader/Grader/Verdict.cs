using System.Text.Json;
using System.Text.Json.Serialization;

namespace Grader;

/// <summary>What the grader says of a check, or of a whole exercise. In JSON: <c>pass</c>, <c>step-limit</c>, <c>build-error</c>.</summary>
[JsonConverter(typeof(VerdictJsonConverter))]
public enum Verdict
{
    /// <summary>Right under every schedule that was tried.</summary>
    Pass,

    /// <summary>Ran to its end, and did not do what was asked.</summary>
    Fail,

    /// <summary>Nothing could ever run again, and the program had not ended.</summary>
    Deadlock,

    /// <summary>An endless loop that awaits or tells: it took more steps, or did more within one, than any right answer needs.</summary>
    StepLimit,

    /// <summary>An endless loop that never awaits and tells nothing: the worker process gave no sign of life and was ended.</summary>
    Timeout,

    /// <summary>The program ended while something that it started was still under way.</summary>
    LeakedTask,

    /// <summary>Code blocked the only thread, waiting for something that only this thread can do.</summary>
    BlockedThread,

    /// <summary>The process that ran the code ended: a stack overflow, an exit, all memory used up.</summary>
    Crash,

    /// <summary>The file does not compile.</summary>
    BuildError,

    /// <summary>The file is still the stub.</summary>
    NotStarted,

    /// <summary>Not judged: it depends on a check that failed.</summary>
    Skipped,

    /// <summary>The grader's own fault; never charged to the learner.</summary>
    GraderError,
}

/// <summary>Writes verdicts as <c>kebab-case</c> words.</summary>
internal sealed class VerdictJsonConverter() : JsonStringEnumConverter<Verdict>(JsonNamingPolicy.KebabCaseLower);
