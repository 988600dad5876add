using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace StructuredConcurrency.Simulation.StandIns;

/// <summary>Stands in for random numbers without a seed: on the loop they come from the run's.</summary>
[StandsFor(typeof(Random)), EditorBrowsable(EditorBrowsableState.Never)]
public class RandomOnLoop : Random
{
    private static readonly ConditionalWeakTable<EventLoop, SplitMix64> s_numbers = [];
    private static readonly RandomOnLoop s_ofTheLoop = new();

    // Made from a seed, it uses Random's own slow algorithm, of which nothing is used here: every number is drawn below.
    public RandomOnLoop()
        : base(0)
    {
    }

    public static new Random Shared => EventLoop.Current is null ? Random.Shared : s_ofTheLoop;

    public override int Next() => Next(int.MaxValue);

    public override int Next(int maxValue) => EventLoop.Current is { } loop && maxValue > 0 ? Numbers(loop).Next(maxValue) : Random.Shared.Next(maxValue);

    public override int Next(int minValue, int maxValue) => EventLoop.Current is not null ? (int)NextInt64(minValue, maxValue) : Random.Shared.Next(minValue, maxValue);

    public override long NextInt64() => NextInt64(long.MaxValue);

    public override long NextInt64(long maxValue) => EventLoop.Current is { } loop && maxValue > 0 ? Below(loop, (ulong)maxValue) : Random.Shared.NextInt64(maxValue);

    public override long NextInt64(long minValue, long maxValue) => EventLoop.Current is { } loop && minValue < maxValue
        ? unchecked(minValue + Below(loop, (ulong)maxValue - (ulong)minValue))
        : Random.Shared.NextInt64(minValue, maxValue);

    public override double NextDouble() => EventLoop.Current is { } loop ? (Numbers(loop).NextUInt64() >> 11) * (1.0 / (1UL << 53)) : Random.Shared.NextDouble();

    public override float NextSingle() => EventLoop.Current is { } loop ? (Numbers(loop).NextUInt64() >> 40) * (1.0f / (1U << 24)) : Random.Shared.NextSingle();

    public override void NextBytes(byte[] buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        NextBytes(buffer.AsSpan());
    }

    public override void NextBytes(Span<byte> buffer)
    {
        if (EventLoop.Current is not { } loop)
        {
            Random.Shared.NextBytes(buffer);
            return;
        }

        foreach (ref var one in buffer)
            one = (byte)Numbers(loop).NextUInt64();
    }

    protected override double Sample() => NextDouble();

    internal static SplitMix64 Numbers(EventLoop loop) => s_numbers.GetValue(loop, static loop => new SplitMix64(SplitMix64.Mix(loop.Seed, 0x52414E444F4D)));

    private static long Below(EventLoop loop, ulong bound) => (long)(((UInt128)Numbers(loop).NextUInt64() * bound) >> 64);
}

/// <summary>Stands in for new identifiers: on the loop they are drawn from the run's seed and clock.</summary>
[StandsFor(typeof(Guid)), EditorBrowsable(EditorBrowsableState.Never)]
public static class GuidOnLoop
{
    public static Guid NewGuid()
    {
        if (EventLoop.Current is null)
            return Guid.NewGuid();
        Span<byte> bytes = stackalloc byte[16];
        RandomOnLoop.Shared.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40); // version 4
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80); // variant 1
        return new Guid(bytes, bigEndian: true);
    }

    public static Guid CreateVersion7() => CreateVersion7(DateTimeOffsetOnLoop.UtcNow);

    public static Guid CreateVersion7(DateTimeOffset timestamp)
    {
        var stamped = Guid.CreateVersion7(timestamp);
        if (EventLoop.Current is null)
            return stamped;
        Span<byte> bytes = stackalloc byte[16];
        stamped.TryWriteBytes(bytes, bigEndian: true, out _);
        Span<byte> random = stackalloc byte[16];
        NewGuid().TryWriteBytes(random, bigEndian: true, out _);
        random[6] = (byte)((random[6] & 0x0F) | 0x70); // the rest of the original is random
        random[6..].CopyTo(bytes[6..]);
        return new Guid(bytes, bigEndian: true);
    }
}
