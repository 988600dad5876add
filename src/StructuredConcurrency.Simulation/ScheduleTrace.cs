using System.Globalization;
using System.Text;

namespace StructuredConcurrency.Simulation;

/// <summary>Everything that was decided in a run: one byte for each choice among more than one ready step, and the seed and size of the timer jitter.</summary>
/// <remarks>
/// <para>The text form (<see cref="ToString"/>, <see cref="Parse"/>) is one word of letters, digits, dots, dashes and underscores, which a shell and
/// a mail leave alone: <c>s1.2a.0.01_12_2.1a2b3c4d-9f3a.3f</c>. It ends with a checksum, so that half a trace is not taken for a whole one.</para>
/// <para><b>Pitfall.</b> A trace belongs to the code that it was recorded of: change the program, and the same choices mean something else. A trace
/// knows its code (<see cref="Code"/>), and <see cref="RunReport.Divergence"/> says when it is not the code that is run.</para>
/// </remarks>
public sealed class ScheduleTrace : IEquatable<ScheduleTrace>
{
    private const string Version = "s1";
    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";
    private const int Parts = 6;
    private const int ShortestRun = 4;

    private readonly byte[] _choices;

    /// <summary>Makes a trace.</summary>
    /// <param name="seed">The seed of the jitter.</param>
    /// <param name="timerJitter">Most that a timer came late: 3.5 minutes at most.</param>
    /// <param name="choices">The index chosen, for each choice. Choices after the last are 0: first in, first out.</param>
    /// <param name="code">See <see cref="Code"/>; empty: not known.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timerJitter"/> is negative, or longer than that.</exception>
    /// <exception cref="ArgumentException"><paramref name="code"/> has characters other than letters, digits and dashes.</exception>
    public ScheduleTrace(ulong seed, TimeSpan timerJitter, ReadOnlySpan<byte> choices, string code = "")
    {
        ArgumentNullException.ThrowIfNull(code);
        if (!code.All(IsOfCode))
            throw new ArgumentException($"'{Shorten(code)}' has characters other than letters, digits and dashes.", nameof(code));
        Seed = seed;
        TimerJitter = EventLoopOptions.CheckJitter(timerJitter, nameof(timerJitter));
        _choices = choices[..(choices.LastIndexOfAnyExcept((byte)0) + 1)].ToArray();
        Code = code;
    }

    /// <summary>The seed of the run: it drives the timer jitter.</summary>
    public ulong Seed { get; }

    /// <summary>Most that a timer came late.</summary>
    public TimeSpan TimerJitter { get; }

    /// <summary>The index chosen among the ready steps, for each choice up to the last one that was not 0.</summary>
    public ReadOnlyMemory<byte> Choices => _choices;

    /// <summary>
    /// Which code it was recorded of: a hash of the source file that the program handed to the loop is written in, and one of the versions of .NET and of this
    /// library. Empty where the program's assembly has no debug information beside it. It is no part of equality: two traces are equal that decide the same.
    /// </summary>
    public string Code { get; }

    /// <summary>How many choices differ from first in, first out.</summary>
    public int Deviations => _choices.Length - _choices.AsSpan().Count((byte)0);

    /// <summary>Reads the text form.</summary>
    /// <param name="text">The text; white space around it is ignored.</param>
    /// <exception cref="FormatException">It is not a whole trace; the message says what is wrong.</exception>
    public static ScheduleTrace Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Trim().Split('.');
        if (parts[0].Length == 0 && parts.Length == 1)
            throw new FormatException("The trace is empty.");
        if (parts[0] != Version)
            throw new FormatException($"'{Shorten(text)}' is not a trace: it must begin with '{Version}.'.");
        if (parts.Length != Parts)
            throw new FormatException($"The trace has {parts.Length} parts between its dots instead of {Parts}: was only a piece of it copied?");
        var body = text.Trim()[..^(parts[^1].Length + 1)];
        if (parts[^1] != Checksum(body))
            throw new FormatException($"The trace's checksum is '{parts[^1]}' instead of '{Checksum(body)}': a character was lost or changed.");
        if (!ulong.TryParse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var seed))
            throw new FormatException($"'{parts[1]}' is not a seed: a hexadecimal number of at most 16 digits.");
        if (!long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var jitter) || jitter > EventLoopOptions.LongestJitter.Ticks)
            throw new FormatException($"'{parts[2]}' is not a timer jitter: a number of ticks, up to 3.5 minutes.");
        if (!parts[4].All(IsOfCode))
            throw new FormatException($"'{Shorten(parts[4])}' is not the name of a program's code: letters, digits and dashes.");
        return new ScheduleTrace(seed, TimeSpan.FromTicks(jitter), ParseChoices(parts[3]), parts[4]);
    }

    /// <summary>Reads the text form.</summary>
    /// <param name="text">The text.</param>
    /// <param name="trace">The trace.</param>
    /// <returns>False when the text is not a whole trace.</returns>
    public static bool TryParse(string? text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ScheduleTrace? trace)
    {
        try
        {
            trace = text is null ? null : Parse(text);
        }
        catch (FormatException)
        {
            trace = null;
        }

        return trace is not null;
    }

    /// <summary>The text form: version, seed, jitter in ticks, choices, code, checksum.</summary>
    public override string ToString()
    {
        var body = string.Create(CultureInfo.InvariantCulture, $"{Version}.{Seed:x}.{TimerJitter.Ticks}.{WriteChoices()}.{Code}");
        return $"{body}.{Checksum(body)}";
    }

    /// <inheritdoc />
    public bool Equals(ScheduleTrace? other) =>
        other is not null && Seed == other.Seed && TimerJitter == other.TimerJitter && _choices.AsSpan().SequenceEqual(other._choices);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as ScheduleTrace);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(Seed);
        hash.Add(TimerJitter);
        hash.AddBytes(_choices);
        return hash.ToHashCode();
    }

    /// <summary>A choice is a digit, <c>0</c> to <c>z</c>, or from 36 on <c>-</c> and two hexadecimal digits; <c>_12_2</c> is twelve times 2.</summary>
    private string WriteChoices()
    {
        var text = new StringBuilder();
        for (var i = 0; i < _choices.Length;)
        {
            var rest = _choices.AsSpan(i);
            var run = rest.IndexOfAnyExcept(rest[0]) is var end && end < 0 ? rest.Length : end;
            if (run >= ShortestRun)
                text.Append(CultureInfo.InvariantCulture, $"_{run}_");
            else
                run = 1;
            if (rest[0] < Digits.Length)
                text.Append(Digits[rest[0]]);
            else
                text.Append(CultureInfo.InvariantCulture, $"-{rest[0]:x2}");
            i += run;
        }

        return text.ToString();
    }

    private static byte[] ParseChoices(string text)
    {
        var choices = new List<byte>();
        for (var i = 0; i < text.Length;)
        {
            var run = 1;
            if (text[i] == '_')
            {
                var end = text.IndexOf('_', i + 1);
                if (end < 0 || !int.TryParse(text.AsSpan(i + 1, end - i - 1), NumberStyles.None, CultureInfo.InvariantCulture, out run) || run > 100_000_000)
                    throw new FormatException($"Character {i + 1} of the trace's choices begins a run that has no length.");
                i = end + 1;
            }

            byte choice;
            if (i < text.Length && Digits.IndexOf(text[i], StringComparison.Ordinal) is >= 0 and var digit)
                (choice, i) = ((byte)digit, i + 1);
            else if (i + 2 < text.Length && text[i] == '-' && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out choice))
                i += 3;
            else
                throw new FormatException($"Character {i + 1} of the trace's choices is not a choice.");
            choices.AddRange(Enumerable.Repeat(choice, run));
        }

        return [.. choices];
    }

    private static string Checksum(string body)
    {
        var sum = 0UL;
        foreach (var character in body)
            sum = SplitMix64.Mix(sum, character);
        return (sum & 0xFF).ToString("x2", CultureInfo.InvariantCulture);
    }

    private static bool IsOfCode(char character) => char.IsAsciiLetterOrDigit(character) || character == '-';

    private static string Shorten(string text) => text.Length <= 40 ? text : $"{text[..40]}…";
}
