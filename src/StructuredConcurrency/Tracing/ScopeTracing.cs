namespace StructuredConcurrency;

/// <summary>Lets a program be observed, and lets its own code add to the story that is being told about it.</summary>
/// <remarks>
/// Everything here does nothing, and costs next to nothing, where nobody observes. Event loops call
/// <see cref="RunAsync"/> for their main program; on the thread pool call it yourself:
/// <code>
/// var log = new EventLog();
/// await ScopeTracing.RunAsync(log, () => TaskGroup.RunAsync(...));
/// </code>
/// </remarks>
public static class ScopeTracing
{
    /// <summary>Whether somebody observes the calling code.</summary>
    public static bool IsEnabled => ScopeFrame.Observed is not null;

    /// <summary>Runs a program whose scopes, queues and remarks an observer hears, from here down.</summary>
    /// <param name="observer">Who hears it.</param>
    /// <param name="main">The program; it is called on the caller's stack and keeps the caller's context.</param>
    /// <param name="timeProvider">The clock of the story; by default the event loop's where there is one, else the system's.</param>
    /// <returns>A task that ends as <paramref name="main"/> ends, with the same exceptions.</returns>
    public static async Task RunAsync(IScopeObserver observer, Func<Task> main, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(observer);
        ArgumentNullException.ThrowIfNull(main);
        var scheduler = ScopeScheduler.Current;
        var root = TraceRoot.For(observer, timeProvider ?? scheduler?.TimeProvider ?? TimeProvider.System);
        ScopeFrame.Current = new ScopeFrame(new TracedTask(root, 0, "main"), null);
        await main().ConfigureAwait(scheduler is not null);
    }

    /// <summary>Runs code as a task of its own in the story: one that whoever starts it keeps by hand, and that no scope waits for.</summary>
    /// <remarks>
    /// It gives a lane to what would else be told of the caller. <c>EventLoop.Run</c> calls it for the tasks that it starts; on the thread pool call it yourself:
    /// <code>
    /// var audit = Task.Run(() => ScopeTracing.RunTaskAsync("audit", AuditAsync));
    /// </code>
    /// <para><b>Pitfall.</b> It starts nothing elsewhere: the code runs on the caller's stack up to its first await, as that of any asynchronous method.</para>
    /// </remarks>
    /// <param name="name">The task's name.</param>
    /// <param name="work">The task's code.</param>
    /// <returns>A task that ends as <paramref name="work"/> ends, with the same exceptions.</returns>
    public static async Task RunTaskAsync(string name, Func<Task> work)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(work);
        var continueOnContext = ScopeScheduler.Current is not null;
        if (ScopeFrame.Observed is not { } starter)
        {
            await work().ConfigureAwait(continueOnContext);
            return;
        }

        var root = starter.Task!.Root;
        var frame = starter.For(new TracedTask(root, root.NextTask(), name));
        ScopeFrame.Current = frame;
        Emit(frame, new ScopeEvent { Kind = ScopeEventKind.ChildStarted, By = starter.Task.Id });
        try
        {
            await work().ConfigureAwait(continueOnContext);
        }
        catch (Exception e)
        {
            var outcome = e is OperationCanceledException ? ScopeOutcome.Cancelled : ScopeOutcome.Faulted;
            Emit(frame, new ScopeEvent { Kind = ScopeEventKind.ChildEnded, Outcome = outcome, Text = outcome == ScopeOutcome.Faulted ? $"{e.GetType().Name}: {e.Message}" : null });
            throw;
        }

        Emit(frame, new ScopeEvent { Kind = ScopeEventKind.ChildEnded, Outcome = ScopeOutcome.Succeeded });
    }

    /// <summary>Adds a remark at this place of the story.</summary>
    /// <param name="text">The remark.</param>
    public static void Mark(string text)
    {
        if (ScopeFrame.Observed is { } frame) // an event is put together only where somebody listens
            Emit(frame, new ScopeEvent { Kind = ScopeEventKind.Mark, Text = text });
    }

    /// <summary>Adds a line that the program prints.</summary>
    /// <param name="text">The line, without its end.</param>
    public static void Line(string text)
    {
        if (ScopeFrame.Observed is { } frame)
            Emit(frame, new ScopeEvent { Kind = ScopeEventKind.Line, Text = text });
    }

    /// <summary>Says that the calling task begins to work on an item.</summary>
    /// <param name="item">The item's name.</param>
    public static void WorkStarted(string item)
    {
        if (ScopeFrame.Observed is { } frame)
            Emit(frame, new ScopeEvent { Kind = ScopeEventKind.WorkStarted, Item = item });
    }

    /// <summary>Says that the calling task ended its work on an item.</summary>
    /// <param name="item">The name given to <see cref="WorkStarted"/>.</param>
    /// <param name="outcome">How the work ended.</param>
    public static void WorkEnded(string item, ScopeOutcome outcome)
    {
        if (ScopeFrame.Observed is { } frame)
            Emit(frame, new ScopeEvent { Kind = ScopeEventKind.WorkEnded, Item = item, Outcome = outcome });
    }

    /// <summary>Says that the calling task begins to wait for something that the library does not know, such as a lock or a signal.</summary>
    /// <param name="signal">What it waits for, as it ends «waiting for …»: <c>the lock of the stock</c>.</param>
    /// <remarks>
    /// Groups and queues tell of their waits themselves.
    /// <para><b>Pitfall.</b> A wait that is cut short has ended too: call <see cref="WaitEnded"/> in every case, or the story has the task wait for ever.</para>
    /// </remarks>
    public static void WaitStarted(string signal)
    {
        if (ScopeFrame.Observed is { } frame)
            Emit(frame, new ScopeEvent { Kind = ScopeEventKind.WaitStarted, Wait = ScopeWait.Signal, Text = signal });
    }

    /// <summary>Says that the calling task goes on after a wait.</summary>
    /// <param name="signal">The name given to <see cref="WaitStarted"/>.</param>
    /// <param name="outcome">How the wait ended.</param>
    public static void WaitEnded(string signal, ScopeOutcome outcome)
    {
        if (ScopeFrame.Observed is { } frame)
            Emit(frame, new ScopeEvent { Kind = ScopeEventKind.WaitEnded, Wait = ScopeWait.Signal, Text = signal, Outcome = outcome });
    }

    /// <summary>Says that the calling task notices the cancellation of the scope around it; said once for each cancellation.</summary>
    /// <remarks>The library says it by itself where its own waits are cut short; code that waits elsewhere may say it earlier.</remarks>
    public static void CancelObserved()
    {
        var frame = ScopeFrame.Observed;
        if (frame?.Task is { } task)
            frame.Scope?.EmitCancelObserved(task);
    }

    private static void Emit(ScopeFrame observed, in ScopeEvent scopeEvent)
    {
        var task = observed.Task!;
        task.Root.Emit(scopeEvent with
        {
            Task = task.Id,
            TaskName = task.Name,
            Scope = observed.Scope?.Id,
            ScopeName = observed.Scope?.Name,
        });
    }
}
