namespace StructuredConcurrency;

/// <summary>Through which a child says that it is ready: see <see cref="TaskGroup.StartAndWaitAsync"/>.</summary>
/// <typeparam name="T">Type of what it reports: an address it listens on, say.</typeparam>
public sealed class Started<T>
{
    private readonly TaskCompletionSource<T> _reported = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Started()
    {
    }

    internal Task<T> Reported => _reported.Task;

    /// <summary>Says that the child is ready; whoever started it goes on.</summary>
    /// <param name="value">What it reports.</param>
    /// <exception cref="InvalidOperationException">It has reported already.</exception>
    public void Report(T value)
    {
        if (!_reported.TrySetResult(value))
            throw new InvalidOperationException("This child has reported that it is started already.");
    }

    internal void Fail(Exception error)
    {
        _reported.TrySetException(error);
        _ = _reported.Task.Exception; // the group reports the child's error in any case
    }
}
