using System.Globalization;
using System.Text;

namespace StructuredConcurrency;

/// <summary>What tests assert on an <see cref="EventLog"/>.</summary>
public static class EventLogAssertions
{
    private const int LinesAround = 8;

    /// <summary>Asserts that these events happened in this order. Others may lie between.</summary>
    /// <remarks>
    /// <code>
    /// log.AssertOrder(
    ///     new(ScopeEventKind.Put, "PROD", Item: "bean-1"),
    ///     new(ScopeEventKind.Get, "C1", Item: "bean-1"),
    ///     ScopeEventKind.DeadlineExpired,
    ///     new(ScopeEventKind.ChildEnded, "C1", Outcome: ScopeOutcome.Cancelled));
    /// </code>
    /// </remarks>
    /// <param name="log">The log.</param>
    /// <param name="expected">The events, in order.</param>
    /// <exception cref="OrderAssertionException">One is missing after the one before it. The message names it, and shows the log from there.</exception>
    public static void AssertOrder(this EventLog log, params ReadOnlySpan<ExpectedEvent> expected)
    {
        ArgumentNullException.ThrowIfNull(log);
        var events = log.Events;
        var found = new List<int>();
        foreach (var next in expected)
        {
            var at = found.Count == 0 ? 0 : found[^1] + 1;
            while (at < events.Count && !next.Matches(events[at]))
                at++;
            if (at == events.Count)
                throw new OrderAssertionException(Describe(events, next, found, expected.Length));
            found.Add(at);
        }
    }

    private static string Describe(IReadOnlyList<ScopeEvent> events, ExpectedEvent missing, List<int> found, int expected)
    {
        var from = found.Count == 0 ? 0 : found[^1] + 1;
        var text = new StringBuilder($"Event {found.Count + 1} of {expected} did not come");
        text.Append(from == 0 ? "" : $" after #{events[from - 1].Sequence}").Append(": ").Append(missing).Append('.');
        for (var i = 0; i < from; i++)
        {
            if (missing.Matches(events[i]))
            {
                text.Append($" It came before, as #{events[i].Sequence}.");
                break;
            }
        }

        text.Append(events.Count == 0 ? "\nThe log is empty." : "\nThe log there (> was found):");
        var first = Math.Max(0, from - LinesAround);
        var last = Math.Min(events.Count, from + LinesAround);
        Omitted(first);
        for (var i = first; i < last; i++)
            text.Append(CultureInfo.InvariantCulture, $"\n{(found.Contains(i) ? '>' : ' ')} #{events[i].Sequence} {events[i].Time.TotalSeconds:0.000} {ExpectedEvent.Of(events[i])}");
        Omitted(events.Count - last);
        return text.ToString();

        void Omitted(int count)
        {
            if (count > 0)
                text.Append($"\n  … {count} more");
        }
    }
}
