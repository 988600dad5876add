namespace Grader;

/// <summary>What a check found wrong with one run.</summary>
/// <param name="Happened">What happened, as a sentence.</param>
/// <param name="Misconception">Which belief it smells of.</param>
/// <param name="WhereToLook">Where to look first.</param>
/// <param name="Verdict">The verdict, where it is not a plain failure.</param>
public sealed record Finding(string Happened, string? Misconception = null, string? WhereToLook = null, Verdict Verdict = Verdict.Fail)
{
    /// <summary>The rung of the hint ladder that helps here, from 1, where it is another one than the check's.</summary>
    public int? HintRung { get; init; }

    /// <summary>Nothing is wrong, and nothing is right either: the run has nothing that could be judged, and a check must not be passed by doing nothing.</summary>
    /// <param name="why">Why not, as a sentence.</param>
    public static Finding NotJudged(string why) => new(why, Verdict: Verdict.Skipped);
}
