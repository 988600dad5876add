using System.Globalization;
using StructuredConcurrency;

namespace Checks;

/// <summary>What a program under a deadline reported of its end.</summary>
/// <param name="InTime">Whether it reported DONE, and not TIMEOUT.</param>
/// <param name="First">The first count.</param>
/// <param name="Second">The second.</param>
/// <param name="Time">When it was reported.</param>
internal sealed record EndReport(bool InTime, int First, int Second, TimeSpan Time)
{
    /// <summary>DONE or TIMEOUT.</summary>
    public string Kind => InTime ? "DONE" : "TIMEOUT";

    /// <summary>Reads it from the log.</summary>
    /// <param name="e">An event.</param>
    /// <returns><see langword="null"/>: it is something else.</returns>
    public static EndReport? In(ScopeEvent e) =>
        e.Kind == ScopeEventKind.Line && e.Text?.Split(' ') is ["DONE" or "TIMEOUT", var first, var second, ..]
            ? new EndReport(e.Text[0] == 'D', Number(first), Number(second), e.Time)
            : null;

    /// <summary>As the program printed it: <c>TIMEOUT 9 7</c>.</summary>
    public override string ToString() => $"{Kind} {First} {Second}";

    private static int Number(string text) => int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}
