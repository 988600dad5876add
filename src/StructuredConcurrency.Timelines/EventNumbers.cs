using System.Globalization;

namespace StructuredConcurrency.Timelines;

/// <summary>Whether a log is whole: its events are numbered 1, 2, 3 … in the order in which they happened.</summary>
internal sealed class EventNumbers
{
    private long? _last;
    private long _missing;
    private long _firstMissingAfter;
    private long _disordered;
    private (long Late, long Early) _firstDisorder;

    public void Add(long sequence)
    {
        var expected = _last + 1 ?? 1;
        if (sequence < expected && _disordered++ == 0)
            _firstDisorder = (sequence, expected - 1);
        if (sequence > expected)
        {
            if (_missing == 0)
                _firstMissingAfter = expected - 1;
            _missing += sequence - expected;
        }

        _last = Math.Max(sequence, expected - 1);
    }

    public IEnumerable<Notice> Notices()
    {
        // What stands too late was counted as missing where it should have stood.
        var missing = Math.Max(0, _missing - _disordered);
        if (_disordered > 0)
            yield return new Notice($"The log is out of order or repeats itself: event {Number(_firstDisorder.Late)} stands after event {Number(_firstDisorder.Early)}.", _firstDisorder.Late);
        if (missing > 0)
        {
            var events = missing == 1 ? "One event is" : $"{Number(missing)} events are";
            yield return new Notice($"{events} missing from the log, {(_firstMissingAfter == 0 ? "from its beginning on" : $"after event {Number(_firstMissingAfter)}")}.", _firstMissingAfter + 1);
        }
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
