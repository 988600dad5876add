namespace StructuredConcurrency.Simulation;

/// <summary>A small random generator whose sequence is fixed for ever: <see cref="Random"/> may change from one .NET version to the next, and a seed must not.</summary>
/// <remarks>The generator is SplitMix64 (Steele, Lea and Flood, 2014). Not for secrets. Not safe for several threads.</remarks>
/// <param name="seed">Any number; neighbouring seeds give unrelated sequences.</param>
public sealed class SplitMix64(ulong seed)
{
    private const ulong Increment = 0x9E3779B97F4A7C15;

    private ulong _state = seed;

    /// <summary>Mixes numbers into one, for example to draw a seed for one purpose out of a common one.</summary>
    public static ulong Mix(ulong a, ulong b) => Output((Output(a + Increment) ^ b) + Increment);

    /// <summary>The next 64 bits.</summary>
    public ulong NextUInt64() => Output(_state += Increment);

    /// <summary>A number from 0 up to, but without, a bound.</summary>
    /// <param name="bound">The bound, above 0.</param>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        return (int)Math.BigMul(NextUInt64(), (ulong)bound, out _);
    }

    private static ulong Output(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
