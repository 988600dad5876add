using StructuredConcurrency.Simulation.StandIns;

namespace StructuredConcurrency.Simulation;

/// <summary>A way back to the event loop for code that the framework calls and awaits with <c>ConfigureAwait(false)</c>, such as the handler of an <c>HttpClient</c>.</summary>
/// <remarks>
/// <para>Left to itself the framework goes on upon the thread pool when such a task ends, and calls other parts of the same stand-in where no loop is
/// known. Over a bridge the stand-in's code runs on the loop, as code of the task that made the bridge; and the framework goes on in the very step in which
/// that code ends. Whoever awaits the framework from the loop is then woken there, as ever.</para>
/// <code>
/// protected override Task&lt;HttpResponseMessage&gt; SendAsync(HttpRequestMessage request, CancellationToken token) =>
///     LoopBridge.FromHere().CallAsync(() => AnswerAsync(request, token));
/// </code>
/// <para>Where no loop runs, it does nothing.</para>
/// </remarks>
public sealed class LoopBridge
{
    private readonly LoopContext? _context;

    private LoopBridge(LoopContext? context) => _context = context;

    /// <summary>Whether it leads to a loop.</summary>
    public bool LeadsToALoop => _context is not null;

    /// <summary>Makes a bridge to the task of the loop that runs the calling code.</summary>
    public static LoopBridge FromHere() => new(SynchronizationContext.Current as LoopContext);

    /// <summary>Runs code on the loop, up to its first await on the caller's stack.</summary>
    /// <typeparam name="T">Type of the result.</typeparam>
    /// <param name="code">The code.</param>
    /// <returns>A task that ends as the code does. Continuations that ask for no context run in the step in which it ends.</returns>
    public Task<T> CallAsync<T>(Func<Task<T>> code)
    {
        ArgumentNullException.ThrowIfNull(code);
        if (_context is null || !_context.IsCurrent)
            return code();
        var callers = SynchronizationContext.Current;
        Task<T> work;
        SynchronizationContext.SetSynchronizationContext(_context);
        try
        {
            work = code();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(callers);
        }

        if (work.IsCompleted)
            return work;
        var end = new TaskCompletionSource<T>();
        Inline.Then(work, () => WithoutContext(() => end.SetFromTask(work)));
        return end.Task;
    }

    /// <summary>The runtime runs a continuation at once only where it sees neither a context nor a scheduler of somebody's own.</summary>
    private static void WithoutContext(Action action)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            new Task(action, TaskCreationOptions.DenyChildAttach).RunSynchronously(TaskScheduler.Default);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
