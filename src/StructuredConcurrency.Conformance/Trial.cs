namespace StructuredConcurrency.Conformance;

/// <summary>What the check of a behaviour is given: the implementation, and time that passes when the check says so.</summary>
internal sealed class Trial(Implementation implementation, Floor floor, QueueOrder? order, NotOfferedException.Note lacking)
{
    private const int StepsToSettle = 30;

    public static TimeSpan Second { get; } = TimeSpan.FromSeconds(1);

    public static TimeSpan Minute { get; } = TimeSpan.FromMinutes(1);

    public ITaskGroups Groups => implementation.TaskGroups ?? throw Lacking("a task group");

    public ITimeoutScopes Timeouts => implementation.TimeoutScopes ?? throw Lacking("a timeout scope");

    public IShields Shields => implementation.Shields ?? throw Lacking("a shield");

    public QueueOrder Order => order ?? QueueOrder.Fifo;

    public bool OnLoop => floor.IsLoop;

    public TimeProvider Clock { get; } = floor.OpenClock();

    public IJoinableQueue NewQueue(int? capacity = null) => (implementation.Queues ?? throw Lacking("a queue")).Create(Order, capacity);

    private NotOfferedException Lacking(string concept)
    {
        lacking.Take(concept); // also where an implementation keeps AsyncLocals from its children
        return new NotOfferedException(concept);
    }

    /// <summary>Runs a group without waiting for it.</summary>
    public Task GroupAsync(Action<ITaskGroup> body, CancellationToken cancellationToken = default) => Groups.RunAsync(
        group =>
        {
            body(group);
            return Task.CompletedTask;
        },
        cancellationToken);

    /// <summary>Runs a timeout scope without waiting for it.</summary>
    public Task TimeoutAsync(TimeSpan? timeout, Func<ITimeoutScope, Task> body, CancellationToken cancellationToken = default) =>
        Timeouts.RunAsync(timeout, Clock, body, cancellationToken);

    /// <summary>Lets time pass, and what follows from it happen.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        if (Clock is ManualClock manual)
        {
            await SettleAsync(); // whoever is about to set a timer has set it
            manual.Advance(time);
        }
        else
        {
            await Task.Delay(time, Clock);
        }

        await SettleAsync();
    }

    /// <summary>Lets everything happen that can happen now. On the thread pool that is a fair chance, no certainty: good for asking whether something happened too early.</summary>
    public static async Task SettleAsync()
    {
        for (var i = 0; i < StepsToSettle; i++)
            await Task.Yield();
    }

    /// <summary>Runs code beside the check: on another thread, or as other steps of the loop.</summary>
    public Task BesideAsync(Func<Task> code)
    {
        return OnLoop ? LaterAsync() : Task.Run(code);

        async Task LaterAsync()
        {
            await Task.Yield();
            await code();
        }
    }
}

/// <summary>Something that is awaited until somebody says that it has happened.</summary>
internal sealed class Signal
{
    private readonly TaskCompletionSource _set = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Task => _set.Task;

    public bool IsSet => _set.Task.IsCompleted;

    public void Set() => _set.TrySetResult();
}

/// <summary>Waits that only a cancellation ends.</summary>
internal static class Forever
{
    public static async Task WaitAsync(CancellationToken token)
    {
        var never = new TaskCompletionSource();
        using var registration = token.Register(() => never.TrySetCanceled(token));
        await never.Task;
    }

    /// <summary>Waits for the cancellation, and goes on.</summary>
    public static async Task WaitQuietlyAsync(CancellationToken token)
    {
        try
        {
            await WaitAsync(token);
        }
        catch (OperationCanceledException)
        {
            // that was it
        }
    }
}

/// <summary>The error that behaviours make on purpose.</summary>
internal sealed class Boom(string message = "boom") : Exception(message);
