using System.Globalization;
using StructuredConcurrency.Simulation;

namespace Workshop.Lesson;

/// <summary>Runs a program of the lesson on the event loop: one thread, virtual time, the same lines and the same picture on every machine.</summary>
/// <remarks>
/// <code>
/// var report = LessonLoop.Run(async work => await work.ProcessAsync(1, CancellationToken.None));
/// Timeline.From(report.Log)
/// </code>
/// </remarks>
public static class LessonLoop
{
    /// <summary>Runs it to its end and prints its lines. Where it does not end normally, a last line says what happened: a failure, or that it stands still, and who waits for what.</summary>
    /// <param name="program">The program, given the work that takes time and the place to print.</param>
    /// <param name="seed">Decides how long each piece of work takes.</param>
    /// <returns>The report, with the log that timelines are drawn from.</returns>
    public static RunReport Run(Func<SimulatedWork, Task> program, ulong seed = LessonSettings.DefaultSeed)
    {
        var report = EventLoop.Run(
            () => program(new SimulatedWork(seed, EventLoop.Current!.TimeProvider, Console.WriteLine)),
            new EventLoopOptions { Seed = seed });
        if (IsStandstill(report))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"STANDS STILL at {report.VirtualElapsed.TotalSeconds:0.000}: {string.Join("; ", report.Waiting.Select(task => $"{task.Name} waits for {task.WaitsFor}"))}"));
        else if (report.Outcome != Outcome.Completed)
            Console.WriteLine(report);
        return report;
    }

    /// <summary>Whether the program waits for itself. A notebook's process has work of its own, and may have too much of it for the loop to see that none of it is the program's.</summary>
    private static bool IsStandstill(RunReport report) => report.Outcome == Outcome.Deadlock || report is { Outcome: Outcome.Escaped, ForeignPosts: 0 };
}
