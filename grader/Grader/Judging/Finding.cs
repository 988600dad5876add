namespace Grader;

/// <summary>What a check found wrong with one run.</summary>
/// <param name="Happened">What happened, as a sentence.</param>
/// <param name="Misconception">Which belief it smells of.</param>
/// <param name="WhereToLook">Where to look first.</param>
/// <param name="Verdict">The verdict, where it is not a plain failure.</param>
public sealed record Finding(string Happened, string? Misconception = null, string? WhereToLook = null, Verdict Verdict = Verdict.Fail);
