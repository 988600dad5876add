namespace StructuredConcurrency.Simulation.Rewriting;

/// <summary>A place in a program that now stays on the event loop.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">Its line, from 1: the same in the rewritten file.</param>
/// <param name="Construct">What stood there: <c>Task.Delay</c>.</param>
/// <param name="ReplacedBy">What stands there now: <c>TaskOnLoop.Delay</c>.</param>
public sealed record RewrittenSite(string Path, int Line, string Construct, string ReplacedBy);

/// <summary>A place in a program that the event loop does not control.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Construct">What stands there: <c>Thread.Sleep</c>.</param>
/// <param name="Reason">Why it could not be brought onto the loop, and what to use instead where something is.</param>
public sealed record UncontrolledSite(string Path, int Line, string Construct, string Reason)
{
    /// <summary>The sentence: <c>Program.cs(12): Thread.Sleep: …</c>.</summary>
    public override string ToString() => $"{Path}({Line}): {Construct}: {Reason}";
}

/// <summary>What a rewriting did, and what it had to leave; both in the order of the files and lines.</summary>
/// <param name="Rewritten">What now stays on the loop.</param>
/// <param name="Uncontrolled">What does not. A verdict on a run of such a program is not the loop's alone.</param>
public sealed record RewriteReport(IReadOnlyList<RewrittenSite> Rewritten, IReadOnlyList<UncontrolledSite> Uncontrolled);
