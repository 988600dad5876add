using System.Runtime;

namespace Workshop.Notebooks;

/// <summary>The thread of one cell, and the ladder that ends it.</summary>
/// <remarks>
/// A stop always ends, whatever the cell does: (1) the cell's token is cancelled and the cell has a grace to end by itself;
/// (2) its sleep or wait is interrupted and its next write throws, and if that does not end it, its thread is ended by force;
/// (3) what runs on even so is left behind. Nothing is done to the process, so what earlier cells left is still there after
/// each of the three. Force comes late because it is rough: locks that the thread holds stay locked for ever.
/// </remarks>
internal static class CellThread
{
    // Long enough for a sleeper to wake and unwind, short against the half second in which a stop should be over.
    private static readonly TimeSpan _interruptTakes = TimeSpan.FromMilliseconds(40);

    /// <summary>Runs <paramref name="body"/> on a thread of its own until it ends or is made to end.</summary>
    public static async Task<CellEnd> RunAsync(
        CellExecution cell, Func<Task<object?>> body, Action<object?> show, TimeSpan? timeLimit, SessionOptions options, CancellationToken stop)
    {
        var ended = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var force = new CancellationTokenSource();
        Task<object?>? running = null;

        var thread = new Thread(() =>
        {
            Exception? thrown = null;
            try
            {
#pragma warning disable SYSLIB0046 // Obsolete because ended code may leave its own state torn. The alternative here is to end the whole session.
                ControlledExecution.Run(() => thrown = RunBody(), force.Token);
#pragma warning restore SYSLIB0046
            }
            catch (Exception exception)
            {
                thrown = exception;
            }
            ended.TrySetResult(thrown);
        })
        { IsBackground = true, Name = cell.Name };

        Exception? RunBody()
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
                    return second; // As a using statement has it: the later exception wins.
                }
                return exception;
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
        thread.Interrupt();
        if (!await EndsWithinAsync(ended.Task, _interruptTakes))
        {
            // Off this thread: the runtime may wait in here for the other thread to reach a place where it can be ended.
            _ = force.CancelAsync();
            var deadline = Task.Delay(options.AbandonAfter, CancellationToken.None);
            // The runtime's request does not wake a sleeper, an interrupt does, and code that catches the interrupt sleeps again.
            while (!ended.Task.IsCompleted && !deadline.IsCompleted)
            {
                thread.Interrupt();
                await Task.WhenAny(ended.Task, deadline, Task.Delay(10, CancellationToken.None));
            }
            ConsoleRouter.Renew();
        }
        var alive = !ended.Task.IsCompleted || running is { IsCompleted: false };
        return new CellEnd(reason, new OperationCanceledException(cell.Stopping), alive);
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
/// <param name="Thrown">What it threw, if it did.</param>
/// <param name="Alive">Whether something of it runs on.</param>
internal readonly record struct CellEnd(StopReason Reason, Exception? Thrown, bool Alive);
