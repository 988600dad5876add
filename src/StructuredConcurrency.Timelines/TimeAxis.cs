using System.Globalization;

namespace StructuredConcurrency.Timelines;

/// <summary>The time axis: from 0 to the end of the log, in seconds, with ticks at round numbers.</summary>
internal sealed class TimeAxis
{
    /// <param name="end">Time of the last event.</param>
    /// <param name="mostTicks">Ticks that there is room for, the one at 0 not counted.</param>
    public TimeAxis(TimeSpan end, int mostTicks)
    {
        // A log in which no time passes still has an axis to stand on.
        End = end > TimeSpan.Zero ? end.TotalSeconds : 0.001;
        var exponent = Math.Floor(Math.Log10(End / mostTicks));
        var step = 0.0;
        foreach (var factor in (ReadOnlySpan<double>)[1, 2, 5, 10])
        {
            step = factor * Math.Pow(10, exponent);
            if (End / step <= mostTicks + 1e-9)
                break;
        }

        var decimals = Math.Max(0, (int)Math.Ceiling(-Math.Log10(step) - 1e-9));
        for (var i = 0; i * step <= End + step * 1e-6; i++)
            Ticks.Add((i * step, i == 0 ? "0" : (i * step).ToString("F" + decimals, CultureInfo.InvariantCulture)));
    }

    /// <summary>Seconds at the right end.</summary>
    public double End { get; }

    public List<(double Seconds, string Label)> Ticks { get; } = [];
}
