using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace StructuredConcurrency.Simulation.StandIns;

/// <summary>Stands in for <c>ConfigureAwait</c> of streams and of what is disposed asynchronously.</summary>
[StandsFor(typeof(TaskAsyncEnumerableExtensions)), EditorBrowsable(EditorBrowsableState.Never)]
public static class AsyncEnumerableOnLoop
{
    public static ConfiguredAsyncDisposable ConfigureAwaitOnLoop(this IAsyncDisposable source, bool continueOnCapturedContext) =>
        source.ConfigureAwait(continueOnCapturedContext || EventLoop.Current is not null);

    public static ConfiguredCancelableAsyncEnumerable<T> ConfigureAwaitOnLoop<T>(this IAsyncEnumerable<T> source, bool continueOnCapturedContext) =>
        source.ConfigureAwait(continueOnCapturedContext || EventLoop.Current is not null);
}

/// <summary>Stands in for <c>ConfigureAwait</c> of a stream that has its token.</summary>
[StandsFor(typeof(ConfiguredCancelableAsyncEnumerable<>)), EditorBrowsable(EditorBrowsableState.Never)]
public static class ConfiguredAsyncEnumerableOnLoop
{
    public static ConfiguredCancelableAsyncEnumerable<T> ConfigureAwaitOnLoop<T>(this ConfiguredCancelableAsyncEnumerable<T> source, bool continueOnCapturedContext) =>
        source.ConfigureAwait(continueOnCapturedContext || EventLoop.Current is not null);
}
