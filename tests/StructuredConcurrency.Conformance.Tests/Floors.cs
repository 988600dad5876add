using StructuredConcurrency.Simulation;

namespace StructuredConcurrency.Conformance.Tests;

/// <summary>The two floors that the library runs on.</summary>
public static class Floors
{
    public static Floor ThreadPool => Floor.ThreadPool;

    /// <summary>The event loop in virtual time: a hang is a deadlock at once, and nothing may leave the loop.</summary>
    public static Floor Loop { get; } = Floor.OnLoop(
        program =>
        {
            var report = EventLoop.Run(program);
            if (report.Outcome != Outcome.Completed)
                throw new InvalidOperationException($"{report}");
            if (report.ForeignPosts > 0)
                throw new InvalidOperationException($"code left the loop and came back to it {report.ForeignPosts} times");
        },
        () => EventLoop.Current!.TimeProvider);

    public static IEnumerable<TheoryDataRow<string>> Both => [Loop.Name, ThreadPool.Name];

    public static Floor Named(string name) => name == Loop.Name ? Loop : ThreadPool;
}
