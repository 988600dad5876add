namespace StructuredConcurrency.Conformance;

/// <summary>How the suite opens the task groups of an implementation.</summary>
/// <remarks>
/// Only <see cref="RunAsync(Func{ITaskGroup, Task}, CancellationToken)"/> must be there. Every other member may be left out: the behaviours that
/// need it then count as not offered. A group fails with an <see cref="AggregateException"/>, or a type derived from it, whose inner exceptions are the errors.
/// </remarks>
public interface ITaskGroups
{
    /// <summary>Runs a body that may start children, and waits for all of them.</summary>
    /// <param name="body">Called with the group.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    Task RunAsync(Func<ITaskGroup, Task> body, CancellationToken cancellationToken = default);

    /// <summary>The same with a body that produces a value.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="body">Called with the group.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    Task<T> RunAsync<T>(Func<ITaskGroup, Task<T>> body, CancellationToken cancellationToken = default) => throw new NotOfferedException("a group with a value");

    /// <summary>The same for a group that differs from the default.</summary>
    /// <param name="options">How it differs. An option that the implementation lacks: <see cref="NotOfferedException"/>.</param>
    /// <param name="body">Called with the group.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    Task RunAsync(GroupOptions options, Func<ITaskGroup, Task> body, CancellationToken cancellationToken = default) => throw new NotOfferedException("a group with options");

    /// <summary>Lets competitors race: the first to succeed wins, the others are cancelled and waited for.</summary>
    /// <typeparam name="T">Type of the prize.</typeparam>
    /// <param name="body">Starts the competitors.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    Task<T> RaceAsync<T>(Func<IRaceGroup<T>, Task> body, CancellationToken cancellationToken = default) => throw new NotOfferedException("a race");
}

/// <summary>How a group differs from the default.</summary>
public sealed record GroupOptions
{
    /// <summary>A child's failure leaves its siblings alone; every error is still thrown at the end.</summary>
    public bool IsolateFailures { get; init; }

    /// <summary>A child's cancellation that nobody asked for is no error.</summary>
    public bool IgnoreForeignCancellation { get; init; }

    /// <summary>Most children that run at the same time; <see langword="null"/>: no limit.</summary>
    public int? MaxConcurrency { get; init; }
}

/// <summary>An open task group, as the suite sees it. Only <c>Start</c> must be there.</summary>
public interface ITaskGroup
{
    /// <summary>Cancelled when the group stops.</summary>
    CancellationToken Token => throw new NotOfferedException("the group's token");

    /// <summary>The group's name in messages.</summary>
    string Name => throw new NotOfferedException("the group's name");

    /// <summary>Children that have not ended.</summary>
    int ActiveCount => throw new NotOfferedException("the number of active children");

    /// <summary>Starts a child.</summary>
    /// <param name="work">The child's code.</param>
    /// <param name="name">Its name; may be ignored by an implementation without names.</param>
    /// <returns>Its handle; <see cref="IChildTask.None"/> where the implementation has none.</returns>
    IChildTask Start(Func<CancellationToken, Task> work, string? name = null);

    /// <summary>Starts a child that produces a value.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="work">The child's code.</param>
    /// <param name="name">Its name.</param>
    IChildTask<T> Start<T>(Func<CancellationToken, Task<T>> work, string? name = null) => throw new NotOfferedException("a child with a value");

    /// <summary>Starts a child and waits until it reports that it is ready.</summary>
    /// <typeparam name="T">Type of the report.</typeparam>
    /// <param name="work">The child's code; the first argument is how it reports.</param>
    Task<T> StartAndWaitAsync<T>(Func<Action<T>, CancellationToken, Task> work) => throw new NotOfferedException("starting a child and waiting for its report");

    /// <summary>Asks everything in the group to stop, which is then no error.</summary>
    void Cancel() => throw new NotOfferedException("cancelling a group");
}

/// <summary>The handle of a child. Every member may be left out.</summary>
public interface IChildTask
{
    /// <summary>The handle of an implementation without handles.</summary>
    static IChildTask None { get; } = new NoHandle();

    /// <summary>The child's name.</summary>
    string Name => throw new NotOfferedException("the child's name");

    /// <summary>How the child stands.</summary>
    ChildTaskStatus Status => throw new NotOfferedException("the child's status");

    /// <summary>Ends when the child has ended, as it ended.</summary>
    Task Completion => throw new NotOfferedException("the child's completion");

    /// <summary>Asks this child alone to stop.</summary>
    void Cancel() => throw new NotOfferedException("cancelling one child");

    private sealed class NoHandle : IChildTask;
}

/// <summary>The handle of a child that produces a value.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
public interface IChildTask<T> : IChildTask
{
    /// <inheritdoc cref="IChildTask.Completion" />
    new Task<T> Completion { get; }

    /// <summary>The value, once the child has ended normally.</summary>
    T Result { get; }
}

/// <summary>The competitors of a race.</summary>
/// <typeparam name="T">Type of the prize.</typeparam>
public interface IRaceGroup<T>
{
    /// <summary>Cancelled when somebody has won.</summary>
    CancellationToken Token { get; }

    /// <summary>Starts a competitor.</summary>
    /// <param name="work">Its code.</param>
    void Start(Func<CancellationToken, Task<T>> work);
}
