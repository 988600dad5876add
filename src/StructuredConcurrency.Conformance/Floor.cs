namespace StructuredConcurrency.Conformance;

/// <summary>Where behaviours run: on the thread pool with a clock set by hand, or on an event loop with its own.</summary>
public sealed class Floor
{
    private readonly Func<Func<Task>, Task> _run;
    private readonly Func<TimeProvider>? _loopClock;

    private Floor(string name, Func<Func<Task>, Task> run, Func<TimeProvider>? loopClock)
    {
        Name = name;
        _run = run;
        _loopClock = loopClock;
    }

    /// <summary>The thread pool. A behaviour that hangs is given up after ten seconds; nothing else there depends on real time.</summary>
    public static Floor ThreadPool { get; } = OnThreadPool(TimeSpan.FromSeconds(10));

    /// <summary>Its name in reports.</summary>
    public string Name { get; }

    internal bool IsLoop => _loopClock is not null;

    /// <summary>The thread pool, with another patience.</summary>
    /// <param name="limit">Real time after which a behaviour counts as hanging.</param>
    public static Floor OnThreadPool(TimeSpan limit) => new("thread pool", program => RunOnPoolAsync(program, limit), null);

    /// <summary>An event loop.</summary>
    /// <example><code>
    /// var loop = Floor.OnLoop(
    ///     program => Console.WriteLine(EventLoop.Run(program)),
    ///     () => EventLoop.Current!.TimeProvider);
    /// </code></example>
    /// <param name="run">Runs a program to its end on a fresh loop. Throws, with a reason in words, when the program can never end or left the loop.</param>
    /// <param name="clock">The loop's clock, asked for by code on the loop. Time on it must pass by itself while all wait.</param>
    /// <param name="name">Its name in reports.</param>
    public static Floor OnLoop(Action<Func<Task>> run, Func<TimeProvider> clock, string name = "event loop")
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(clock);
        return new Floor(
            name,
            program =>
            {
                run(program);
                return Task.CompletedTask;
            },
            clock);
    }

    /// <inheritdoc />
    public override string ToString() => Name;

    /// <summary>The event loop that the caller runs on already.</summary>
    internal static Floor Here(TimeProvider clock) => new("event loop", program => program(), () => clock);

    /// <summary>Fails when the program cannot end.</summary>
    internal Task RunAsync(Func<Task> program) => _run(program);

    /// <summary>The clock of one behaviour; called on the floor.</summary>
    internal TimeProvider OpenClock() => _loopClock?.Invoke() ?? new ManualClock();

    private static async Task RunOnPoolAsync(Func<Task> program, TimeSpan limit)
    {
        try
        {
            await Task.Run(program).WaitAsync(limit).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new BehaviourFailedException($"it never ended (given up after {limit.TotalSeconds:0.#} s): somebody waits for what nobody will do.");
        }
    }
}
