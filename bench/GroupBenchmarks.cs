using BenchmarkDotNet.Attributes;
using StructuredConcurrency;

namespace Bench;

/// <summary>What a task group costs beside the tasks of the runtime.</summary>
[MemoryDiagnoser]
public class GroupBenchmarks
{
    private const int Children = 1_000;

    /// <summary>The runtime's own way to start many and wait for all.</summary>
    [Benchmark(Baseline = true)]
    public Task TaskRunAndWhenAll()
    {
        var tasks = new Task[Children];
        for (var i = 0; i < Children; i++)
            tasks[i] = Task.Run(async () => await Task.Yield());
        return Task.WhenAll(tasks);
    }

    [Benchmark]
    public Task StartAndJoin() => TaskGroup.RunAsync(group =>
    {
        for (var i = 0; i < Children; i++)
            group.Start(async _ => await Task.Yield());
        return Task.CompletedTask;
    });

    [Benchmark]
    public Task EmptyGroup() => TaskGroup.RunAsync(_ => Task.CompletedTask);
}

/// <summary>How the cost of a cancellation grows with the number of children that it reaches.</summary>
public class CancelBenchmarks
{
    private TaskGroup? _group;
    private Task? _ended;

    [Params(5_000, 50_000)]
    public int Children { get; set; }

    [IterationSetup]
    public void StartChildren()
    {
        using var running = new CountdownEvent(Children);
        _ended = TaskGroup.RunAsync(group =>
        {
            _group = group;
            for (var i = 0; i < Children; i++)
            {
                group.Start(token =>
                {
                    running.Signal();
                    return Task.Delay(Timeout.Infinite, token);
                });
            }

            return Task.CompletedTask;
        });
        running.Wait();
    }

    /// <summary>From the request until every child has ended and the group with them.</summary>
    [Benchmark]
    public Task CancelWaitingChildren()
    {
        _group!.Cancel();
        return _ended!;
    }
}
