using System.Threading.Channels;
using BenchmarkDotNet.Attributes;
using StructuredConcurrency.Simulation;

namespace Bench;

/// <summary>How many schedules of a program the event loop runs: one producer, three consumers and a channel, nothing of the library.</summary>
[MemoryDiagnoser]
public class ScheduleBenchmarks
{
    public const int Schedules = 1_000;

    private const int Items = 30;
    private const int Consumers = 3;

    [Benchmark(OperationsPerInvoke = Schedules)]
    public ExploreReport AllItems() => Explore(() => RunAsync(CancellationToken.None));

    [Benchmark(OperationsPerInvoke = Schedules)]
    public ExploreReport WithTimeout() => Explore(async () =>
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(0.8), EventLoop.Current!.TimeProvider);
        try
        {
            await RunAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            // most schedules end here
        }
    });

    public static ExploreReport Explore(Func<Task> program) =>
        EventLoop.Explore(program, new ExploreOptions { Strategy = ExploreStrategy.Random, Schedules = Schedules });

    private static Task RunAsync(CancellationToken token)
    {
        var loop = EventLoop.Current!;
        var channel = Channel.CreateBounded<int>(4);
        var tasks = new List<Task>
        {
            loop.Run("producer", async t =>
            {
                for (var id = 0; id < Items; id++)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(20), loop.TimeProvider, t);
                    await channel.Writer.WriteAsync(id, t);
                }

                channel.Writer.Complete();
            }, token),
        };
        for (var c = 1; c <= Consumers; c++)
        {
            tasks.Add(loop.Run($"C{c}", async t =>
            {
                while (await channel.Reader.WaitToReadAsync(t))
                {
                    while (channel.Reader.TryRead(out var _))
                        await Task.Delay(TimeSpan.FromMilliseconds(75), loop.TimeProvider, t);
                }
            }, token));
        }

        return Task.WhenAll(tasks);
    }
}
