using StructuredConcurrency;

namespace Workshop.Lesson;

/// <summary>The producer as notebook 4 makes it: asked to stop, it says so and passes the cancellation on.</summary>
public static class CancellableProducer
{
    /// <summary>Makes items, puts them into a queue, and at the end puts one sentinel for each consumer.</summary>
    /// <param name="queue">Where they go.</param>
    /// <param name="items">How many.</param>
    /// <param name="consumers">How many sentinels.</param>
    /// <param name="stats">Counts each item that was put.</param>
    /// <param name="work">The making takes time, and prints.</param>
    /// <param name="token">Asks it to stop.</param>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static async Task ProduceAsync(
        JoinableQueue<QueueMessage<Item>> queue, int items, int consumers,
        Stats stats, SimulatedWork work, CancellationToken token)
    {
        try
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
        catch (OperationCanceledException)
        {
            work.Print("PROD_CANCEL");
            throw;   // or the group would take this for a success
        }
    }
}
