using StructuredConcurrency;

namespace Workshop.Lesson;

/// <summary>The consumer as notebook 5 makes it: whatever happens, it marks done what it took; asked to stop, it says so and passes the cancellation on.</summary>
public static class CancellableConsumers
{
    /// <summary>Takes items and works on them until a sentinel comes, or it is asked to stop.</summary>
    /// <param name="name">Its name in the printed lines.</param>
    /// <param name="queue">Where the items come from.</param>
    /// <param name="stats">Counts each item that was worked on to the end.</param>
    /// <param name="work">The work takes time, and prints.</param>
    /// <param name="token">Asks it to stop.</param>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static async Task ConsumeAsync(
        string name, JoinableQueue<QueueMessage<Item>> queue,
        Stats stats, SimulatedWork work, CancellationToken token)
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
                    queue.MarkDone();
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
