using StructuredConcurrency;

namespace Workshop.Lesson;

/// <summary>The program that runs through the whole lesson: one producer, some consumers, a queue between them, and a deadline for all.</summary>
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
                    var producer = group.Start(t => ProduceAsync(queue, settings, stats, work, t), "PROD");
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

    private static async Task ProduceAsync(JoinableQueue<QueueMessage<Item>> queue, LessonSettings settings, Stats stats, SimulatedWork work, CancellationToken token)
    {
        try
        {
            for (var id = 1; id <= settings.Items; id++)
            {
                await work.MakeAsync(id, token);
                await queue.PutAsync(new QueueMessage<Item>.Item(new Item(id, id * id)), token);
                stats.CountProduced();
                work.Print($"PROD {id}");
            }

            for (var i = 0; i < settings.Consumers; i++)
                await queue.PutAsync(new QueueMessage<Item>.Stop(), token); // one for each: a sentinel ends one consumer
        }
        catch (OperationCanceledException)
        {
            work.Print("PROD_CANCEL");
            throw; // or the group would believe that everything was produced
        }
    }

    private static async Task ConsumeAsync(string name, JoinableQueue<QueueMessage<Item>> queue, Stats stats, SimulatedWork work, CancellationToken token)
    {
        try
        {
            while (true)
            {
                var message = await queue.GetAsync(token);
                try
                {
                    if (message is not QueueMessage<Item>.Item(var item))
                    {
                        work.Print($"{name} STOP");
                        return;
                    }

                    await work.ProcessAsync(item.Id, token);
                    stats.CountConsumed(name);
                    work.Print($"{name} {item.Id} {item.Payload}");
                }
                finally
                {
                    queue.MarkDone(); // whatever became of it, sentinels included: joining counts every item
                }
            }
        }
        catch (OperationCanceledException)
        {
            work.Print($"CANCEL {name}");
            throw;
        }
    }
}
