using System.Threading.Channels;
using BenchmarkDotNet.Attributes;
using StructuredConcurrency;
using StructuredConcurrency.Simulation;

namespace Bench;

/// <summary>What it takes to know something for sure: every schedule of a small program, a deadlock, the same run again.</summary>
[MemoryDiagnoser]
public class VerdictBenchmarks
{
    private static readonly EventLoopOptions s_oneSeed = new() { Seed = 42, TimerJitter = TimeSpan.FromMilliseconds(5), Observe = false };
    private static readonly EventLoopOptions s_unobserved = new() { Observe = false };

    /// <summary>A producer, three consumers, three items and room for one: 85,536 schedules.</summary>
    [Benchmark]
    public ExploreReport EverySchedule() => EventLoop.Explore(
        () => ShareAsync(items: 3, capacity: 1),
        new ExploreOptions { Strategy = ExploreStrategy.Exhaustive, Schedules = int.MaxValue });

    /// <summary>Two children, each with what the other waits for, and the report that says so.</summary>
    [Benchmark]
    public RunReport Deadlock() => EventLoop.Run(WaitForEachOtherAsync, s_unobserved);

    /// <summary>The same while somebody else in the process sets a timer: whose it is must be found out.</summary>
    [Benchmark]
    public RunReport DeadlockAmidTimers()
    {
        using var others = new Timer(static _ => { });
        return EventLoop.Run(
            () =>
            {
                using (ExecutionContext.SuppressFlow())
                    others.Change(TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
                return WaitForEachOtherAsync();
            },
            s_unobserved);
    }

    /// <summary>One seed: each run must be the same.</summary>
    [Benchmark]
    public ulong Fingerprint() => EventLoop.Run(
        () => ShareAsync(items: 3, capacity: 1),
        s_oneSeed with { Picker = new RandomPicker(s_oneSeed.Seed) }).Fingerprint;

    private static Task WaitForEachOtherAsync() => TaskGroup.RunAsync(group =>
    {
        var (left, right) = (new JoinableQueue<int> { Name = "left" }, new JoinableQueue<int> { Name = "right" });
        group.Start(async token => await right.PutAsync(await left.GetAsync(token), token), "A");
        group.Start(async token => await left.PutAsync(await right.GetAsync(token), token), "B");
        return Task.CompletedTask;
    });

    private static Task ShareAsync(int items, int capacity)
    {
        var loop = EventLoop.Current!;
        var channel = Channel.CreateBounded<int>(capacity);
        var tasks = new List<Task>
        {
            loop.Run("producer", async token =>
            {
                for (var i = 0; i < items; i++)
                    await channel.Writer.WriteAsync(i, token);
                channel.Writer.Complete();
            }),
        };
        for (var c = 1; c <= 3; c++)
        {
            tasks.Add(loop.Run($"C{c}", async token =>
            {
                while (await channel.Reader.WaitToReadAsync(token))
                {
                    while (channel.Reader.TryRead(out var _))
                        await Task.Yield();
                }
            }));
        }

        return Task.WhenAll(tasks);
    }
}
