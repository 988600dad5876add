using StructuredConcurrency.Simulation;

namespace StructuredConcurrency.Tests;

/// <summary>Where the code under test runs. Each suite of behaviours is derived once for each floor.</summary>
public abstract class Floor
{
    public static Floor Loop { get; } = new LoopFloor();

    public static Floor ThreadPool { get; } = new ThreadPoolFloor();

    public abstract Task RunAsync(Func<Task> test);

    private sealed class LoopFloor : Floor
    {
        public override Task RunAsync(Func<Task> test)
        {
            var report = EventLoop.Run(test);
            Assert.True(report.Outcome == Outcome.Completed, $"{report}\n{report.Error}");
            Assert.Equal(0, report.ForeignPosts);
            return Task.CompletedTask;
        }
    }

    private sealed class ThreadPoolFloor : Floor
    {
        public override Task RunAsync(Func<Task> test) => Task.Run(test).WaitAsync(TimeSpan.FromSeconds(30));
    }
}

public sealed class Boom(string message = "boom") : Exception(message);

/// <summary>Something to wait for that only cancellation ends.</summary>
public static class Forever
{
    public static async Task WaitAsync(CancellationToken token)
    {
        var never = new TaskCompletionSource();
        using var registration = token.Register(() => never.TrySetCanceled(token));
        await never.Task;
    }
}
