using System.ComponentModel;

namespace StructuredConcurrency.Simulation.StandIns;

/// <summary>Stands in for what cannot be brought onto the loop, and says on it what can.</summary>
[StandsFor(typeof(Thread)), EditorBrowsable(EditorBrowsableState.Never)]
public static class ThreadOnLoop
{
    public static void Sleep(int millisecondsTimeout) => Sleep(() => Thread.Sleep(millisecondsTimeout));

    public static void Sleep(TimeSpan timeout) => Sleep(() => Thread.Sleep(timeout));

    public static void StartOnLoop(this Thread thread) => Start(thread.Start);

    public static void StartOnLoop(this Thread thread, object? parameter) => Start(() => thread.Start(parameter));

    public static void UnsafeStartOnLoop(this Thread thread) => Start(thread.UnsafeStart);

    public static void UnsafeStartOnLoop(this Thread thread, object? parameter) => Start(() => thread.UnsafeStart(parameter));

    private static void Sleep(Action original) =>
        OffLoop(original, "Thread.Sleep stops the event loop's only thread, and with it every task and the clock itself: use 'await Task.Delay(time, token)'.");

    private static void Start(Action original) =>
        OffLoop(original, "A thread of its own runs outside the event loop, where no schedule can be told or repeated: use 'Task.Run', or a child of a task group.");

    private static void OffLoop(Action original, string refusal)
    {
        if (EventLoop.Current is not null)
            throw new UncontrollableException(refusal);
        original();
    }
}

/// <summary>Thrown on an <see cref="EventLoop"/> by code that was rewritten to run there, where it does what cannot be brought onto a loop.</summary>
/// <remarks>The message says what to use instead.</remarks>
public sealed class UncontrollableException : NotSupportedException
{
    internal UncontrollableException(string message)
        : base(message)
    {
    }
}
