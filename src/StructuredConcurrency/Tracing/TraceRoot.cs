using System.Runtime.CompilerServices;

namespace StructuredConcurrency;

/// <summary>The one teller of a story: gives numbers and times to events and passes them to its observer in order.</summary>
internal sealed class TraceRoot
{
    private static readonly ConditionalWeakTable<IScopeObserver, TraceRoot> s_roots = [];

    private static volatile bool s_exists;

    private readonly Lock _gate = new();
    private readonly IScopeObserver _observer;
    private readonly TimeProvider _timeProvider;
    private readonly long _start;
    private readonly Dictionary<string, int> _queueNames = new(StringComparer.Ordinal);
    private long _sequence;
    private int _tasks;
    private int _scopes;

    private TraceRoot(IScopeObserver observer, TimeProvider timeProvider)
    {
        _observer = observer;
        _timeProvider = timeProvider;
        _start = timeProvider.GetTimestamp();
        s_exists = true;
    }

    /// <summary>Whether anybody in this process has ever observed anything.</summary>
    public static bool Exists => s_exists;

    /// <summary>An observer hears one story, however many outermost scopes name it: numbers and time go on.</summary>
    public static TraceRoot For(IScopeObserver observer, TimeProvider timeProvider) =>
        s_roots.GetValue(observer, o => new TraceRoot(o, timeProvider));

    public TimeSpan Elapsed => _timeProvider.GetElapsedTime(_start);

    /// <summary>The story's time at the end of a stretch from now, which may be as long as <see cref="TimeSpan.MaxValue"/>.</summary>
    public TimeSpan After(TimeSpan time)
    {
        var now = Elapsed;
        return time < TimeSpan.MaxValue - now ? now + time : TimeSpan.MaxValue;
    }

    public int NextTask() => Interlocked.Increment(ref _tasks);

    public int NextScope() => Interlocked.Increment(ref _scopes);

    public string UniqueQueueName(string name)
    {
        lock (_gate)
        {
            var count = _queueNames[name] = _queueNames.GetValueOrDefault(name) + 1;
            return count == 1 ? name : $"{name}-{count}";
        }
    }

    /// <returns>The event's sequence number, for others to name as their cause.</returns>
    public long Emit(in ScopeEvent scopeEvent)
    {
        // On a loop there is one thread, and its number in the process is chance: the log must not depend on it.
        var thread = SynchronizationContext.Current is IScopeScheduler ? 1 : Environment.CurrentManagedThreadId;
        lock (_gate)
        {
            var complete = scopeEvent with { Sequence = ++_sequence, Time = Elapsed, Thread = thread };
            _observer.OnEvent(in complete);
            return complete.Sequence;
        }
    }
}

/// <summary>A task as the story knows it.</summary>
internal sealed class TracedTask(TraceRoot root, int id, string name)
{
    private long _observedCancellation;

    public TraceRoot Root => root;

    public int Id => id;

    public string Name => name;

    /// <summary>True once for each cancellation: a task notices it at its first await, and need not say so again.</summary>
    public bool ObservesFirst(long cancellation) => Interlocked.Exchange(ref _observedCancellation, cancellation) != cancellation;
}
