using System.Collections.Concurrent;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace StructuredConcurrency.Simulation.StandIns;

/// <summary>Stands in for reading all of a channel: the original continues on the thread pool.</summary>
[StandsFor(typeof(ChannelReader<>)), EditorBrowsable(EditorBrowsableState.Never)]
public static class ChannelReaderOnLoop
{
    private static readonly ConcurrentDictionary<Type, bool> s_overrides = new();

    public static IAsyncEnumerable<T> ReadAllAsyncOnLoop<T>(this ChannelReader<T> reader, CancellationToken cancellationToken = default) =>
        EventLoop.Current is null || s_overrides.GetOrAdd(reader.GetType(), static type => Overrides<T>(type))
            ? reader.ReadAllAsync(cancellationToken)
            : ReadAll(reader, cancellationToken);

    private static async IAsyncEnumerable<T> ReadAll<T>(ChannelReader<T> reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await reader.WaitToReadAsync(cancellationToken))
        {
            while (reader.TryRead(out var item))
                yield return item;
        }
    }

    /// <summary>A reader of somebody's own may read in a way of its own.</summary>
    private static bool Overrides<T>(Type type) => type.GetMethod(nameof(ChannelReader<>.ReadAllAsync), [typeof(CancellationToken)])?.DeclaringType != typeof(ChannelReader<T>);
}
