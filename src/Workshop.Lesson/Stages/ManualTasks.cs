using StructuredConcurrency;
using StructuredConcurrency.Simulation;

namespace Workshop.Lesson;

/// <summary>The lesson's system as notebook 1 builds it: tasks started one by one, kept in a list and awaited by hand.</summary>
/// <remarks>Producer and consumer know nothing of who starts them: notebook 3 uses them as they are.</remarks>
public static class ManualTasks
{
    /// <summary>Makes items, puts them into a queue, and at the end puts one sentinel for each consumer.</summary>
    /// <param name="queue">Where they go.</param>
    /// <param name="items">How many.</param>
    /// <param name="consumers">How many sentinels.</param>
    /// <param name="stats">Counts each item that was put.</param>
    /// <param name="work">The making takes time, and prints.</param>
    /// <param name="token">Cuts it short wherever it waits.</param>
    public static async Task ProduceAsync(
        JoinableQueue<QueueMessage<Item>> queue, int items, int consumers,
        Stats stats, SimulatedWork work, CancellationToken token)
    {
        for (var id = 1; id <= items; id++)
        {
            await work.MakeAsync(id, token);
            var item = new Item(id, id * id);
            await queue.PutAsync(new QueueMessage<Item>.Item(item), token);
            stats.CountProduced();
            work.Print($"PROD {id}");
        }

        for (var i = 0; i < consumers; i++)
            await queue.PutAsync(new QueueMessage<Item>.Stop(), token);
    }

    /// <summary>Takes items and works on them until a sentinel comes; marks done whatever it took.</summary>
    /// <param name="name">Its name in the printed lines.</param>
    /// <param name="queue">Where the items come from.</param>
    /// <param name="stats">Counts each item that was worked on to the end.</param>
    /// <param name="work">The work takes time, and prints.</param>
    /// <param name="token">Cuts it short wherever it waits.</param>
    public static async Task ConsumeAsync(
        string name, JoinableQueue<QueueMessage<Item>> queue,
        Stats stats, SimulatedWork work, CancellationToken token)
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
                queue.MarkDone();
            }
        }
    }

    /// <summary>Starts a producer and some consumers by hand, and awaits each of them.</summary>
    /// <param name="items">How many items are made.</param>
    /// <param name="consumers">How many consumers share the work.</param>
    /// <param name="work">The work that takes time, and the place to print.</param>
    /// <returns>What was produced and consumed.</returns>
    public static async Task<Stats> RunSystemAsync(
        int items, int consumers, SimulatedWork work)
    {
        var loop = EventLoop.Current!;
        var queue = new JoinableQueue<QueueMessage<Item>>(4);
        var stats = new Stats();

        var tasks = new List<Task>();
        tasks.Add(loop.Run("PROD",
            t => ProduceAsync(queue, items, consumers, stats, work, t)));
        for (var i = 1; i <= consumers; i++)
        {
            var name = $"C{i}";
            tasks.Add(loop.Run(name,
                t => ConsumeAsync(name, queue, stats, work, t)));
        }

        foreach (var task in tasks)
            await task;

        work.Print($"DONE {stats.Produced} {stats.Consumed}");
        return stats;
    }
}
