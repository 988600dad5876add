using StructuredConcurrency;
using static Workshop.Lesson.ManualTasks;

namespace Workshop.Lesson;

/// <summary>The lesson's system as notebook 3 builds it: the producer and the consumers of notebook 1, as children of a task group.</summary>
public static class GroupedTasks
{
    /// <summary>Runs a producer and some consumers inside one block, which ends when all of them have ended.</summary>
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
            group.Start(
                t => ProduceAsync(queue, items, consumers, stats, work, t),
                "PROD");
            for (var i = 1; i <= consumers; i++)
            {
                var name = $"C{i}";
                group.Start(
                    t => ConsumeAsync(name, queue, stats, work, t),
                    name);
            }
        });

        work.Print($"DONE {stats.Produced} {stats.Consumed}");
        return stats;
    }
}
