using StructuredConcurrency.Simulation;

namespace StructuredConcurrency.Conformance.Tests;

/// <summary>The two floors that the library runs on.</summary>
public static class Floors
{
    public static Floor ThreadPool => Floor.ThreadPool;

    /// <summary>The event loop in virtual time: a hang is a deadlock at once, and nothing may leave the loop.</summary>
    public static Floor Loop { get; } = LoopWith(new EventLoopOptions());

    public static IEnumerable<TheoryDataRow<string>> Both => [Loop.Name, ThreadPool.Name];

    public static Floor Named(string name) => name == Loop.Name ? Loop : ThreadPool;

    /// <summary>The loop, when it chooses at random among the steps that are ready.</summary>
    public static Floor RandomLoop(ulong seed) => LoopWith(new EventLoopOptions { Seed = seed }, () => new RandomPicker(seed));

    private static Floor LoopWith(EventLoopOptions options, Func<ISchedulePicker>? picker = null) => Floor.OnLoop(
        program =>
        {
            var report = EventLoop.Run(program, options with { Picker = picker?.Invoke() });
            if (report.Outcome != Outcome.Completed)
                throw new InvalidOperationException($"{report}");
            if (report.ForeignPosts > 0)
                throw new InvalidOperationException($"code left the loop and came back to it {report.ForeignPosts} times");
        },
        () => EventLoop.Current!.TimeProvider);
}
