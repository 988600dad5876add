using System.Runtime.ExceptionServices;

namespace Workshop.Notebooks;

/// <summary>Lets a thread that a stopped cell started end by the exception that ends it, and with it nothing but itself.</summary>
/// <remarks>
/// What stops a cell's code is an exception. On a thread that the code started itself, and in <c>async void</c>, nobody catches it, and .NET ends a
/// process for that: the notebook and its variables would be gone because somebody pressed Stop.
/// </remarks>
internal static class StoppedThreads
{
    private static int s_installed;

    /// <summary>Asks the runtime to be asked. Once per process, which is all that it allows.</summary>
    public static void Install()
    {
        if (Interlocked.Exchange(ref s_installed, 1) != 0)
            return;
        try
        {
            ExceptionHandling.SetUnhandledExceptionHandler(
                static exception => exception is OperationCanceledException && CellExecution.Current is { IsClosed: true });
        }
        catch (InvalidOperationException)
        {
            // the host has a handler of its own, and decides
        }
    }
}
