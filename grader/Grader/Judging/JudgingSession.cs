using System.Collections.Concurrent;

namespace Grader;

/// <summary>One judging of one learner's file: hands the evidence to checks that xunit makes, and takes their findings, which xunit would turn into text.</summary>
internal sealed class JudgingSession(Evidence evidence)
{
    private static readonly AsyncLocal<JudgingSession?> s_current = new();

    private readonly ConcurrentDictionary<string, (Finding Finding, ObservedRun Run)> _findings = new(StringComparer.Ordinal);

    public static JudgingSession? Current
    {
        get => s_current.Value;
        set => s_current.Value = value;
    }

    public Evidence Evidence => evidence;

    public IReadOnlyDictionary<string, (Finding Finding, ObservedRun Run)> Findings => _findings;

    public void Record(string check, Finding finding, ObservedRun run) => _findings[check] = (finding, run);
}
