namespace Workshop.Notebooks;

/// <summary>The thread of one cell, and the ladder that ends it.</summary>
/// <remarks>
/// A stop always ends, whatever the cell does: (1) the cell's token is cancelled and the cell has a grace to end by itself;
/// (2) the cell is closed, so that its next loop, write or display throws, and its thread is woken from sleeps and waits;
/// (3) what runs on even so is left behind: code of a library that neither waits nor comes back. Nothing is done to the
/// process, so what earlier cells left is still there after each of the three.
/// </remarks>
internal static class CellThread
{
    // A loop meets its checkpoint at once. Waiting a little before the first interrupt lets a loop on another thread end the cell.
    private static readonly TimeSpan s_loopTakes = TimeSpan.FromMilliseconds(20);

    // For loops on other threads that the stopped cell began, and for what was left behind and comes back. Not for ever: while a
    // checkpoint asks whose code it is in, every loop of every cell is slower.
    private static readonly TimeSpan s_checkpointsStay = TimeSpan.FromSeconds(10);

    /// <summary>Runs <paramref name="body"/> on a thread of its own until it ends or is made to end.</summary>
    public static async Task<CellEnd> RunAsync(
        CellExecution cell, Func<Task<object?>> body, Action<object?> show, TimeSpan? timeLimit, SessionOptions options, CancellationToken stop)
    {
        var ended = new TaskCompletionSource<CellFault?>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<object?>? running = null;

        var thread = new Thread(() => ended.TrySetResult(RunBody())) { IsBackground = true, Name = cell.Name };

        CellFault? RunBody()
        {
            cell.Enter();
            try
            {
                running = body();
#pragma warning disable VSTHRD002 // Waiting is what this thread is for: being a thread of its own, it can be ended.
                var value = running.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
                // Here, not after: a ToString that never returns is the cell's doing, and is stopped like the rest of it.
                show(value);
                cell.DisposeUsings();
                return null;
            }
            catch (Exception exception)
            {
                try
                {
                    cell.DisposeUsings();
                }
                catch (Exception second)
                {
                    exception = second; // As a using statement has it: the later exception wins.
                }
                return Describe(exception);
            }
        }

        // On the cell's thread: the message may be the cell's own code, and is stopped like the rest of it.
        static CellFault Describe(Exception exception)
        {
            var isCancellation = exception is OperationCanceledException
                || (exception is AggregateException several && several.Flatten().InnerExceptions.All(inner => inner is OperationCanceledException));
            try
            {
                return new CellFault(Traceback.Describe(exception), isCancellation);
            }
            catch (Exception second)
            {
                return new CellFault(Traceback.Describe(second), second is OperationCanceledException);
            }
        }

        using (ExecutionContext.SuppressFlow())
            thread.Start();

        var reason = await WaitForReasonAsync(ended.Task, timeLimit, stop);
        if (reason == StopReason.None)
            return new CellEnd(reason, await ended.Task, false);

        cell.RequestStop();
        if (await EndsWithinAsync(ended.Task, options.StopGrace))
            return new CellEnd(reason, await ended.Task, false);

        cell.Close();
        CellCheckpoint.BeginEnding();
        var deadline = Task.Delay(options.AbandonAfter, CancellationToken.None);
        await Task.WhenAny(ended.Task, deadline, Task.Delay(s_loopTakes, CancellationToken.None));
        // Again and again: code that catches the interrupt may sleep again.
        while (!ended.Task.IsCompleted && !deadline.IsCompleted)
        {
            thread.Interrupt();
            await Task.WhenAny(ended.Task, deadline, Task.Delay(10, CancellationToken.None));
        }
        var isAlive = !ended.Task.IsCompleted || running is { IsCompleted: false };
        _ = Task.Delay(s_checkpointsStay, CancellationToken.None).ContinueWith(_ => CellCheckpoint.FinishEnding(), TaskScheduler.Default);
        return new CellEnd(reason, CellFault.MadeToEnd, isAlive);
    }

    private static async Task<StopReason> WaitForReasonAsync(Task ended, TimeSpan? timeLimit, CancellationToken stop)
    {
        try
        {
            await ended.WaitAsync(timeLimit ?? Timeout.InfiniteTimeSpan, stop);
            return StopReason.None;
        }
        catch (TimeoutException)
        {
            return StopReason.TimeLimit;
        }
        catch (OperationCanceledException)
        {
            return StopReason.Stop;
        }
    }

    private static async Task<bool> EndsWithinAsync(Task ended, TimeSpan time) =>
        ended == await Task.WhenAny(ended, Task.Delay(time, CancellationToken.None));
}

/// <summary>Why a cell was made to end.</summary>
internal enum StopReason
{
    /// <summary>It was not: it ended by itself.</summary>
    None,

    /// <summary>Somebody asked.</summary>
    Stop,

    /// <summary>Its time limit passed.</summary>
    TimeLimit,
}

/// <summary>How a cell's thread came to its end.</summary>
/// <param name="Reason">Why it was made to, if it was.</param>
/// <param name="Fault">What it threw, if it did.</param>
/// <param name="Alive">Whether something of it runs on.</param>
internal readonly record struct CellEnd(StopReason Reason, CellFault? Fault, bool Alive);

/// <summary>What a cell threw.</summary>
/// <param name="Error">The exception, described.</param>
/// <param name="IsCancellation">Whether it says nothing but that something was cancelled.</param>
internal sealed record CellFault(CellError Error, bool IsCancellation)
{
    /// <summary>Of a cell that did not end by itself: whatever it threw was made up for it.</summary>
    public static CellFault MadeToEnd { get; } = new(new CellError("Stopped", "", [""]), IsCancellation: true);
}
