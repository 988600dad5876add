using Grader;
using StructuredConcurrency;
using Workshop.Lesson.Exercises;

namespace Checks;

/// <summary>What became of one call in a run.</summary>
internal sealed class PhoneCall
{
    public required string Member { get; init; }

    /// <summary>When it began; who called.</summary>
    public required ScopeEvent Start { get; init; }

    /// <summary>When it ended, and how; <see langword="null"/>: it did not.</summary>
    public ScopeEvent? End { get; set; }

    /// <summary>The attempts to hang up after it.</summary>
    public List<(ScopeEvent Start, ScopeEvent? End)> HangUps { get; } = [];

    /// <summary>How often its plug was pulled.</summary>
    public int PlugsPulled { get; set; }

    /// <summary>Whether it was noted as given up, and when.</summary>
    public List<TimeSpan> GivenUp { get; } = [];

    /// <summary>Talked to the end.</summary>
    public bool Reached => End?.Outcome == ScopeOutcome.Succeeded;

    /// <summary>Ended by somebody's cancellation, in the middle.</summary>
    public bool WasCut => End?.Outcome == ScopeOutcome.Cancelled;

    /// <summary>When the last attempt to hang up ended, or, where there was none, the call; <see langword="null"/>: not yet.</summary>
    public TimeSpan? Closed => HangUps.Count == 0 ? End?.Time : HangUps[^1].End?.Time;

    /// <summary>How long it took; <see langword="null"/>: it did not end.</summary>
    public TimeSpan? Duration => End?.Time - Start.Time;

    /// <summary>Hung up in the proper way.</summary>
    public int HungUp => HangUps.Count(attempt => attempt.End?.Outcome == ScopeOutcome.Succeeded);
}

/// <summary>A run of exercise 09 as the story of its calls.</summary>
/// <remarks>A call that was begun with a token that was cancelled already is left out: nobody's telephone rang.</remarks>
internal sealed class PhoneStory
{
    private readonly List<PhoneCall> _calls = [];

    public PhoneStory(ObservedRun run)
    {
        foreach (var e in run.Events)
        {
            switch (e.Kind)
            {
                case ScopeEventKind.WorkStarted when After(e.Item!, PhoneRound.Call) is { } member:
                    _calls.Add(new PhoneCall { Member = member, Start = e });
                    break;
                case ScopeEventKind.WorkEnded when After(e.Item!, PhoneRound.Call) is { } member:
                    _calls.Find(call => call.Member == member && call.End is null && call.Start.Task == e.Task)!.End = e;
                    break;
                case ScopeEventKind.WorkStarted when After(e.Item!, PhoneRound.HangingUp) is { } member:
                    CallOf(member)?.HangUps.Add((e, null));
                    break;
                case ScopeEventKind.WorkEnded when After(e.Item!, PhoneRound.HangingUp) is { } member && CallOf(member)?.HangUps is { } attempts:
                    var attempt = attempts.FindIndex(attempt => attempt.End is null && attempt.Start.Task == e.Task);
                    attempts[attempt] = (attempts[attempt].Start, e);
                    break;
                case ScopeEventKind.Line when EndReport.In(e) is { } report:
                    Reports.Add(report);
                    break;
                case ScopeEventKind.Line when Noted(e, PhoneRound.GivenUp) is { } member && CallOf(member) is { } call:
                    call.GivenUp.Add(e.Time);
                    break;
                case ScopeEventKind.Line when Noted(e, PhoneRound.PlugPulled) is { } member && CallOf(member) is { } call:
                    call.PlugsPulled++;
                    break;
            }
        }
    }

    public IEnumerable<PhoneCall> Calls => _calls.Where(call => !(call.WasCut && call.Duration == TimeSpan.Zero));

    public List<EndReport> Reports { get; } = [];

    /// <summary>When the last call ended, and the hanging up after it.</summary>
    public TimeSpan LastCall => Calls.Select(call => call.Closed ?? call.Start.Time).DefaultIfEmpty().Max();

    private PhoneCall? CallOf(string member) => _calls.FindLast(call => call.Member == member);

    private static string? After(string text, string beginning) => text.StartsWith(beginning, StringComparison.Ordinal) ? text[beginning.Length..] : null;

    private static string? Noted(ScopeEvent line, string note) => After(line.Text ?? "", $"{note} ")?.Split(' ')[0];
}
