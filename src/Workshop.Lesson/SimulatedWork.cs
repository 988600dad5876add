using System.Runtime.CompilerServices;
using System.Text;
using StructuredConcurrency;
using StructuredConcurrency.Simulation;

namespace Workshop.Lesson;

/// <summary>Work that takes time and does nothing else: it stands for the network, the disk, the machine that a real program would wait for.</summary>
/// <remarks>How long each piece takes depends on the seed and the item alone, not on who does it or when: two runs of a seed differ only in their schedule.</remarks>
public sealed class SimulatedWork
{
    private readonly ulong _seed;
    private readonly TimeProvider _timeProvider;
    private readonly Action<string>? _print;
    private readonly long _start;
    private readonly Lock _printing = new();

    /// <summary>Prepares the work of one run; its clock starts now.</summary>
    /// <param name="seed">Decides how long each piece takes.</param>
    /// <param name="timeProvider">The clock: the event loop's, or the system's.</param>
    /// <param name="print">Receives the printed lines, one at a time; <see langword="null"/>: nobody reads them.</param>
    public SimulatedWork(ulong seed, TimeProvider timeProvider, Action<string>? print)
    {
        _seed = seed;
        _timeProvider = timeProvider;
        _print = print;
        _start = timeProvider.GetTimestamp();
    }

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed => _timeProvider.GetElapsedTime(_start);

    /// <summary>The item whose processing ends with an exception, for lessons on failure; <see langword="null"/>: every item is in order.</summary>
    public int? BrokenItem { get; set; }

    /// <summary>Makes an item: 5 to 50 ms.</summary>
    /// <param name="id">The item's number.</param>
    /// <param name="token">Ends the work at once.</param>
    public Task MakeAsync(int id, CancellationToken token) => WorkAsync("make ", id, Duration(1, id, 5, 50), token, null);

    /// <summary>Works on an item: 20 to 100 ms.</summary>
    /// <param name="id">The item's number.</param>
    /// <param name="token">Ends the work at once; what it did until then is not undone.</param>
    /// <param name="failure">Makes the exception with which the work ends; <see langword="null"/>: it succeeds.</param>
    /// <param name="prefix">Stands in front of the number where the log names the item: <c>"room "</c>.</param>
    public Task ProcessAsync(int id, CancellationToken token, Func<Exception>? failure = null, string prefix = "") =>
        WorkAsync(prefix, id, Duration(2, id, 20, 100), token, failure ?? (id == BrokenItem ? () => new InvalidDataException($"item {id} is broken") : null));

    /// <summary>Does something else with an item; the log calls it by its deed and the item: <c>enter 3</c>.</summary>
    /// <param name="deed">What is done, in a word: each takes a time of its own.</param>
    /// <param name="id">The item's number.</param>
    /// <param name="shortest">Shortest time that it may take, in milliseconds.</param>
    /// <param name="longest">Longest time that it may take, in milliseconds.</param>
    /// <param name="token">Ends the work at once.</param>
    public Task DoAsync(string deed, int id, int shortest, int longest, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(deed);
        var kind = deed.Aggregate(3UL, (sum, letter) => (31 * sum) + letter);
        return WorkAsync($"{deed} ", id, Duration(kind, id, shortest, longest), token, null);
    }

    /// <summary>Works on something that is no item, for as long as it takes.</summary>
    /// <param name="name">What the log calls it.</param>
    /// <param name="duration">How long it takes.</param>
    /// <param name="token">Ends the work at once.</param>
    public Task WorkAsync(string name, TimeSpan duration, CancellationToken token) => WorkAndTellAsync(name, duration, token, null);

    /// <summary>Prints a line, with the seconds since the start behind it: <c>PROD 1 0.023</c>.</summary>
    /// <param name="text">The line.</param>
    public void Print(string text)
    {
        lock (_printing) // on the thread pool several tasks print at once
        {
            var line = $"{text} {Elapsed.TotalSeconds:0.000}";
            ScopeTracing.Line(line);
            _print?.Invoke(line);
        }
    }

    /// <summary>As <see cref="Print(string)"/>; the line is put together only where somebody reads it or observes the run.</summary>
    /// <param name="text">The line.</param>
    public void Print([InterpolatedStringHandlerArgument("")] LineText text)
    {
        if (text.ToString() is { } wanted)
            Print(wanted);
    }

    /// <summary>Where nobody observes, only the time is left; it passes in the same steps.</summary>
    private Task WorkAsync(string prefix, int id, TimeSpan duration, CancellationToken token, Func<Exception>? failure) =>
        failure is null && !ScopeTracing.IsEnabled ? Task.Delay(duration, _timeProvider, token) : WorkAndTellAsync($"{prefix}{id}", duration, token, failure);

    private async Task WorkAndTellAsync(string name, TimeSpan duration, CancellationToken token, Func<Exception>? failure)
    {
        ScopeTracing.WorkStarted(name);
        try
        {
            await Task.Delay(duration, _timeProvider, token);
        }
        catch (OperationCanceledException)
        {
            ScopeTracing.CancelObserved();
            ScopeTracing.WorkEnded(name, ScopeOutcome.Cancelled);
            throw;
        }

        ScopeTracing.WorkEnded(name, failure is null ? ScopeOutcome.Succeeded : ScopeOutcome.Faulted);
        if (failure is not null)
            throw failure();
    }

    private TimeSpan Duration(ulong kind, int id, int shortest, int longest)
    {
        var random = new SplitMix64(SplitMix64.Mix(_seed, (kind << 32) | (uint)id));
        return TimeSpan.FromMilliseconds(shortest + random.Next(longest - shortest + 1));
    }

    /// <summary>The text of a line, which the compiler puts together from <c>$"…"</c>.</summary>
    /// <remarks>What stands in the braces is evaluated only where the line is wanted.</remarks>
    [InterpolatedStringHandler]
    public readonly struct LineText
    {
        private readonly StringBuilder? _line;
        private readonly StringBuilder.AppendInterpolatedStringHandler _text;

        /// <summary>Called by the compiler, as are the others.</summary>
        public LineText(int literalLength, int formattedCount, SimulatedWork work, out bool isWanted)
        {
            ArgumentNullException.ThrowIfNull(work);
            isWanted = work._print is not null || ScopeTracing.IsEnabled;
            if (!isWanted)
                return;
            _line = new StringBuilder();
            _text = new StringBuilder.AppendInterpolatedStringHandler(literalLength, formattedCount, _line);
        }

        /// <summary>Adds what stands outside of braces.</summary>
        public void AppendLiteral(string value) => _text.AppendLiteral(value);

        /// <summary>Adds what stands in braces.</summary>
        public void AppendFormatted<T>(T value, int alignment = 0, string? format = null) => _text.AppendFormatted(value, alignment, format);

        /// <inheritdoc cref="AppendFormatted{T}(T, int, string?)" />
        public void AppendFormatted<T>(T value, string? format) => _text.AppendFormatted(value, format);

        /// <summary>The line; <see langword="null"/>: it is not wanted.</summary>
        public override string? ToString() => _line?.ToString();
    }
}
