using System.Runtime.ExceptionServices;

namespace Workshop.Notebooks;

/// <summary>Lets a thread that a cell started end by an exception that nobody catches, and with it nothing but itself.</summary>
/// <remarks>
/// In a thread of one's own and in <c>async void</c> nobody catches an exception, and .NET ends the process for that. Here the notebook and
/// its variables would be gone because somebody tried out <c>async void</c>, or pressed Stop: what stops a cell's code is an exception too.
/// </remarks>
internal static class UnhandledExceptions
{
    private static int s_installed;

    /// <summary>Asks the runtime to be asked. Once per process, which is all that it allows.</summary>
    public static void Install()
    {
        if (Interlocked.Exchange(ref s_installed, 1) != 0)
            return;
        try
        {
            ExceptionHandling.SetUnhandledExceptionHandler(IsDealtWith);
        }
        catch (InvalidOperationException)
        {
            // the host has a handler of its own, and decides
        }
    }

    private static bool IsDealtWith(Exception exception)
    {
        if (CellExecution.Current is not { } cell)
            return false;
        if (cell.IsClosed)
            return exception is OperationCanceledException;
        try
        {
            cell.Write(ConsoleStream.Error, $"Unhandled exception. Outside a notebook it ends the program.\n{Traceback.Text(exception)}\n");
        }
        catch (OperationCanceledException)
        {
            // stopped in this very moment
        }
        return true;
    }
}
