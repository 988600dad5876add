using System.Threading.Channels;
using BenchmarkDotNet.Attributes;
using StructuredConcurrency;

namespace Bench;

/// <summary>What a queue that can be joined costs beside a channel, which cannot.</summary>
[MemoryDiagnoser]
public class QueueBenchmarks
{
    private readonly JoinableQueue<int> _queue = new();
    private readonly Channel<int> _channel = Channel.CreateUnbounded<int>();

    [Params(10_000)]
    public int Items { get; set; }

    [Benchmark(Baseline = true)]
    public async Task ChannelWriteAndRead()
    {
        for (var i = 0; i < Items; i++)
        {
            await _channel.Writer.WriteAsync(i);
            await _channel.Reader.ReadAsync();
        }
    }

    [Benchmark]
    public async Task PutGetAndMarkDone()
    {
        for (var i = 0; i < Items; i++)
        {
            await _queue.PutAsync(i);
            await _queue.GetAsync();
            _queue.MarkDone();
        }
    }
}

/// <summary>The same with two producers and two consumers on threads, who wait for items and for each other.</summary>
public class ContendedQueueBenchmarks
{
    private const int Producers = 2;
    private const int Consumers = 2;

    [Params(10_000)]
    public int Items { get; set; }

    [Benchmark(Baseline = true)]
    public async Task ChannelOnThreads()
    {
        var channel = Channel.CreateUnbounded<int>();
        var producers = Task.WhenAll(Enumerable.Range(0, Producers).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < Items / Producers; i++)
                await channel.Writer.WriteAsync(i);
        })));
        var consumers = Task.WhenAll(Enumerable.Range(0, Consumers).Select(_ => Task.Run(async () =>
        {
            while (await channel.Reader.WaitToReadAsync())
                while (channel.Reader.TryRead(out var _))
                {
                }
        })));
        await producers;
        channel.Writer.Complete();
        await consumers;
    }

    [Benchmark]
    public async Task QueueOnThreads()
    {
        var queue = new JoinableQueue<int>();
        await TaskGroup.RunAsync(async group =>
        {
            for (var c = 0; c < Consumers; c++)
                group.Start(token => queue.ForEachAsync((_, _) => Task.CompletedTask, token));
            await TaskGroup.RunAsync(producers =>
            {
                for (var p = 0; p < Producers; p++)
                {
                    producers.Start(async token =>
                    {
                        for (var i = 0; i < Items / Producers; i++)
                            await queue.PutAsync(i, token);
                    });
                }

                return Task.CompletedTask;
            });
            queue.Shutdown();
        });
    }
}
