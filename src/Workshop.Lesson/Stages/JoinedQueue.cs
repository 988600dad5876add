using StructuredConcurrency;
using static Workshop.Lesson.CancellableConsumers;
using static Workshop.Lesson.CancellableProducer;

namespace Workshop.Lesson;

/// <summary>The lesson's system as notebook 6 builds it: nobody puts a sentinel; the group asks the queue when all work is done.</summary>
public static class JoinedQueue
{
    /// <summary>Runs a producer and some consumers that never stop by themselves, until every item is marked done.</summary>
    /// <param name="items">How many items are made.</param>
    /// <param name="consumers">How many consumers share the work.</param>
    /// <param name="work">The work that takes time, and the place to print.</param>
    /// <returns>What was produced and consumed.</returns>
    public static async Task<Stats> RunSystemAsync(
        int items, int consumers, SimulatedWork work)
    {
        var queue = new JoinableQueue<QueueMessage<Item>>(4);
        var stats = new Stats();

        var options = new TaskGroupOptions { Name = "system" };
        await TaskGroup.RunAsync(options, async group =>
        {
            var producer = group.Start(
                t => ProduceAsync(queue, items, 0, stats, work, t),
                "PROD");
            for (var i = 1; i <= consumers; i++)
            {
                var name = $"C{i}";
                group.Start(
                    t => ConsumeAsync(name, queue, stats, work, t),
                    name);
            }

            await producer.Completion;
            await queue.JoinAsync(group.Token);
            group.Cancel("all work is done");
        });

        work.Print($"DONE {stats.Produced} {stats.Consumed}");
        return stats;
    }
}
