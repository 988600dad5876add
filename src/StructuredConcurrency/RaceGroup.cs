namespace StructuredConcurrency;

/// <summary>The competitors of a <see cref="TaskGroup.RaceAsync"/>: the first to succeed wins, the others are cancelled and waited for.</summary>
/// <typeparam name="T">Type of the prize.</typeparam>
public sealed class RaceGroup<T>
{
    private readonly TaskGroup _group;
    private readonly TaskCompletionSource<T> _winner = new();
    private int _started;

    internal RaceGroup(TaskGroup group) => _group = group;

    /// <summary>Cancelled when somebody has won, or the race is stopped.</summary>
    public CancellationToken Token => _group.Token;

    /// <summary>The race's name in messages and logs.</summary>
    public string Name => _group.Name;

    internal bool IsWon => _winner.Task.IsCompleted;

    internal bool IsEmpty => _started == 0;

    internal Task<T> Winner => _winner.Task;

    /// <summary>Starts a competitor.</summary>
    /// <param name="work">Its code.</param>
    /// <param name="name">Its name in messages and logs; by default <c>task-N</c>.</param>
    /// <exception cref="OperationCanceledException">Somebody has won, or the race is being stopped.</exception>
    /// <exception cref="InvalidOperationException">The race has ended: its block was left.</exception>
    public void Start(Func<CancellationToken, Task<T>> work, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(work);
        _group.Start(
            async token =>
            {
                var value = await work(token).ConfigureAwait(_group.Core.ContinueOnContext);
                if (_winner.TrySetResult(value))
                    _group.Cancel("the race is won");
            },
            name);
        Interlocked.Increment(ref _started);
    }
}
