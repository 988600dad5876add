namespace Grader.Tests.Hostile;

/// <summary>A file that was not written to solve the exercise, and what must come of it.</summary>
/// <param name="Kind">What it tries.</param>
/// <param name="Source">The file; <c>FOLDER</c> in it is the folder that it lies in.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Says">What the report says of it: a part of the first failure's reason, or of the compiler's first error.</param>
public sealed record HostileAnswer(string Kind, string Source, Verdict Verdict, string Says)
{
    /// <summary>How long it may be without a sign of life: short where that is what it is about.</summary>
    public TimeSpan TimeLimit => Verdict == Verdict.Timeout ? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(30);

    /// <summary>Whether it prints what it could read.</summary>
    public bool IsCurious => Kind.StartsWith("reading", StringComparison.Ordinal);

    public override string ToString() => Kind;

    /// <summary>An answer whose RunAsync does this.</summary>
    public static HostileAnswer Doing(string kind, string statements, Verdict verdict, string says, string members = "") => new(
        kind,
        $$"""
        public static class JoinTheQueue
        {
            public static async Task RunAsync(PrintShop shop, CancellationToken token)
            {
                {{statements}}
                await Task.CompletedTask;
            }

            {{members}}
        }
        """,
        verdict,
        says);
}
