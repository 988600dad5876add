using System.Diagnostics;
using System.Globalization;

namespace Bench;

/// <summary>Times two ways of doing the same in turns, so that a noisy machine disturbs both alike, and compares their medians.</summary>
internal static class SideBySide
{
    /// <returns>Median time of each, in microseconds.</returns>
    public static async Task<(double First, double Second)> MediansAsync(Func<Task> first, Func<Task> second, int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            await first();
            await second();
        }

        var times = (First: new List<double>(), Second: new List<double>());
        for (var i = 0; i < rounds; i++)
        {
            times.First.Add(await TimeAsync(first));
            times.Second.Add(await TimeAsync(second));
        }

        return (Median(times.First), Median(times.Second));
    }

    public static async Task<double> MedianAsync(Func<Task> work, int rounds) => (await MediansAsync(work, () => Task.CompletedTask, rounds)).First;

    /// <returns>The time of each round, in microseconds, after as many to warm up.</returns>
    public static async Task<List<double>> AllAsync(Func<Task> work, int rounds)
    {
        var times = new List<double>();
        for (var i = 0; i < 2 * rounds; i++)
        {
            var time = await TimeAsync(work);
            if (i >= rounds)
                times.Add(time);
        }

        return times;
    }

    /// <summary>A line of the table: what was measured, the figure, and the bar it is held against.</summary>
    public static void Print(string what, double figure, string bar) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-78} {figure,9:0.000}   {bar}"));

    public static async Task<double> TimeAsync(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    public static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
