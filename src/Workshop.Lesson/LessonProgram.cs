using StructuredConcurrency;
using static Workshop.Lesson.CancellableConsumers;
using static Workshop.Lesson.CancellableProducer;

namespace Workshop.Lesson;

/// <summary>The program that runs through the whole lesson: one producer, some consumers, a queue between them, and a deadline for all. Notebook 7 arrives at it.</summary>
public static class LessonProgram
{
    /// <summary>Runs it to its end, or to its deadline.</summary>
    /// <param name="settings">Deadline, numbers of items and consumers, room in the queue.</param>
    /// <param name="work">The work that takes time, and the place to print.</param>
    /// <param name="token">Cancelled by whoever wants it to stop earlier.</param>
    /// <returns>What was produced and consumed, also when the deadline cut it short.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="token"/> was cancelled.</exception>
    public static async Task<Stats> RunAsync(LessonSettings settings, SimulatedWork work, CancellationToken token = default)
    {
        var queue = new JoinableQueue<QueueMessage<Item>>(settings.Capacity);
        var stats = new Stats();
        try
        {
            await TimeoutScope.RunAsync(settings.Deadline, async scope =>
            {
                await TaskGroup.RunAsync(new TaskGroupOptions { Name = "lesson" }, async group =>
                {
                    var producer = group.Start(t => ProduceAsync(queue, settings.Items, settings.Consumers, stats, work, t), "PROD");
                    for (var i = 1; i <= settings.Consumers; i++)
                    {
                        var name = $"C{i}";
                        group.Start(t => ConsumeAsync(name, queue, stats, work, t), name);
                    }

                    // Joined any earlier the queue might still be empty, and joining an empty queue ends at once.
                    await producer.Completion;
                    await queue.JoinAsync(group.Token);
                }, scope.Token);
            }, token);
            work.Print($"DONE {stats.Produced} {stats.Consumed}");
        }
        catch (TimeoutException)
        {
            work.Print($"TIMEOUT {stats.Produced} {stats.Consumed}");
        }
        catch (OperationCanceledException)
        {
            work.Print($"CANCELLED {stats.Produced} {stats.Consumed}");
            throw;
        }

        return stats;
    }
}
