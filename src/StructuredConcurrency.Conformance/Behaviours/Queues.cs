namespace StructuredConcurrency.Conformance;

/// <summary>What every joinable queue does, in whatever order it gives its items.</summary>
internal static class Queues
{
    private static readonly (string Id, string Name, Func<Trial, Task> Check)[] s_all =
    [
        ("74", "items come out in the queue's order, the oldest first among equals", async x =>
        {
            QueueItem[] items = [new("b", 2), new("a", 1), new("d", 2), new("c", 1), new("e", 1), new("f", 2)];
            var queue = x.NewQueue();
            foreach (var item in items)
                await queue.PutAsync(item);
            var taken = new List<string>();
            foreach (var _ in items)
                taken.Add((await queue.GetAsync()).Name);
            var expected = x.Order switch
            {
                QueueOrder.Fifo => items,
                QueueOrder.Lifo => items.Reverse(),
                _ => items.OrderBy(item => item.Priority), // a stable sort
            };
            Expect.Sequence(expected.Select(item => item.Name), taken, "the order of the items");
        }),
        ("75", "Put waits while the queue is full, and whoever waits is served in order of arrival", async x =>
        {
            var queue = x.NewQueue(1);
            await queue.PutAsync(Item(1));
            var second = queue.PutAsync(Item(9)); // with the highest number: no queue may prefer the third
            var third = queue.PutAsync(Item(3));
            await Trial.SettleAsync();
            Expect.That(!second.IsCompleted && !third.IsCompleted, "Put did not wait although the queue was full.");
            Expect.Equal(Item(1), await queue.GetAsync(), "the first item taken");
            await second;
            await Trial.SettleAsync();
            Expect.That(!third.IsCompleted, "the freed place was given to two.");
            Expect.Equal(Item(9), await queue.GetAsync(), "the second item taken");
            await third;
            Expect.Equal(Item(3), await queue.GetAsync(), "the third item taken");
        }),
        ("75", "TryPut is false when the queue is full, TryGet when it is empty", async x =>
        {
            var queue = x.NewQueue(1);
            Expect.Equal<QueueItem?>(null, queue.TryGet(), "TryGet on an empty queue");
            Expect.That(queue.TryPut(Item(1)), "TryPut was false although there was room.");
            Expect.That(!queue.TryPut(Item(2)), "TryPut was true although the queue was full.");
            Expect.Equal(Item(1), queue.TryGet(), "TryGet");
            await Expect.ThrowsAsync<ArgumentOutOfRangeException>(
                () =>
                {
                    x.NewQueue(0);
                    return Task.CompletedTask;
                },
                "a queue for no item");
        }),
        ("76", "a waiting getter that is cancelled is removed and loses no item", async x =>
        {
            using var leave = new CancellationTokenSource();
            var queue = x.NewQueue();
            var leaver = queue.GetAsync(leave.Token);
            var stayer = queue.GetAsync();
            leave.Cancel();
            await Expect.ThrowsAsync<OperationCanceledException>(() => leaver, "Get whose token was cancelled");
            await queue.PutAsync(Item(1));
            Expect.Equal(Item(1), await stayer, "what the getter that stayed got");
        }),
        ("76", "a waiting putter that is cancelled is removed, its item is not put and no room is lost", async x =>
        {
            using var leave = new CancellationTokenSource();
            var queue = x.NewQueue(1);
            await queue.PutAsync(Item(1));
            var leaver = queue.PutAsync(Item(2), leave.Token);
            var stayer = queue.PutAsync(Item(3));
            leave.Cancel();
            await Expect.ThrowsAsync<OperationCanceledException>(() => leaver, "Put whose token was cancelled");
            Expect.Equal(Item(1), await queue.GetAsync(), "the first item taken");
            await stayer;
            Expect.Equal(Item(3), await queue.GetAsync(), "the second item taken");
        }),
        ("76", "2000 getters and putters that are cancelled while they are served lose no item and no room", async x =>
        {
            await GettersRaceAsync(x);
            await PuttersRaceAsync(x);
        }),
        ("77", "Join ends at once on a queue that was never used", x => x.NewQueue().JoinAsync()),
        ("77", "Join waits for as many MarkDone as items were put", async x =>
        {
            var queue = x.NewQueue();
            await queue.PutAsync(Item(1));
            await queue.PutAsync(Item(2));
            var join = queue.JoinAsync();
            await queue.GetAsync();
            await queue.GetAsync();
            await Trial.SettleAsync();
            Expect.That(!join.IsCompleted, "Join ended when the items were taken: it must wait until they are marked done.");
            queue.MarkDone();
            await Trial.SettleAsync();
            Expect.That(!join.IsCompleted, "Join ended after one MarkDone for two items.");
            queue.MarkDone();
            await join;
        }),
        ("77", "one MarkDone too many throws InvalidOperationException", async x =>
        {
            var queue = x.NewQueue();
            await queue.PutAsync(Item(1));
            await queue.GetAsync();
            queue.MarkDone();
            Expect.Throws<InvalidOperationException>(queue.MarkDone, "one MarkDone too many");
        }),
        ("77", "cancelling Join leaves the queue as it was", async x =>
        {
            using var leave = new CancellationTokenSource();
            var queue = x.NewQueue();
            await queue.PutAsync(Item(1));
            var join = queue.JoinAsync(leave.Token);
            leave.Cancel();
            await Expect.ThrowsAsync<OperationCanceledException>(() => join, "Join whose token was cancelled");
            Expect.Equal(1, queue.UnfinishedCount, "unfinished items after the cancelled Join");
            Expect.Equal(Item(1), await queue.GetAsync(), "the item taken");
            queue.MarkDone();
            await queue.JoinAsync();
        }),
        ("78", "after Shutdown waiting putters fail, getters drain what is left and then fail; calling it twice is allowed", async x =>
        {
            var queue = x.NewQueue(1);
            await queue.PutAsync(Item(1));
            var putter = queue.PutAsync(Item(2));
            queue.Shutdown();
            queue.Shutdown();
            Expect.That(queue.IsShutDown, "IsShutDown is false.");
            await Expect.ThrowsAsync<InvalidOperationException>(() => putter, "a Put that waited when the queue was shut down");
            await Expect.ThrowsAsync<InvalidOperationException>(() => queue.PutAsync(Item(3)), "Put after Shutdown");
            Expect.Equal(Item(1), await queue.GetAsync(), "the item that was left");
            await Expect.ThrowsAsync<InvalidOperationException>(() => queue.GetAsync(), "Get after Shutdown, when nothing is left");
        }),
        ("78", "getters that wait when the queue is shut down are told at once", async x =>
        {
            var queue = x.NewQueue();
            var getter = queue.GetAsync();
            queue.Shutdown();
            await Expect.ThrowsAsync<InvalidOperationException>(() => getter, "a Get that waited when the queue was shut down");
        }),
        ("78", "Shutdown(immediate) drops what waits, also after a graceful one, and Join ends when the items in hand are done", async x =>
        {
            var queue = x.NewQueue();
            for (var i = 1; i <= 3; i++)
                await queue.PutAsync(Item(i));
            await queue.GetAsync();
            var join = queue.JoinAsync();
            queue.Shutdown();
            queue.Shutdown(immediate: true);
            Expect.Equal((0, 1), (queue.Count, queue.UnfinishedCount), "items that wait and unfinished items, with one in hand");
            await Trial.SettleAsync();
            Expect.That(!join.IsCompleted, "Join ended although one item was still in somebody's hands.");
            queue.MarkDone();
            await join;
        }),
        ("S3", "Put, Get and Join with a token that is cancelled already throw, even if they could complete at once, and change nothing", async x =>
        {
            var cancelled = new CancellationToken(canceled: true);
            var queue = x.NewQueue();
            await Expect.ThrowsAsync<OperationCanceledException>(() => queue.JoinAsync(cancelled), "Join of an unused queue with a cancelled token");
            await queue.PutAsync(Item(1));
            await Expect.ThrowsAsync<OperationCanceledException>(() => queue.PutAsync(Item(2), cancelled), "Put with a cancelled token");
            await Expect.ThrowsAsync<OperationCanceledException>(() => queue.GetAsync(cancelled), "Get with a cancelled token");
            Expect.Equal((1, 1), (queue.Count, queue.UnfinishedCount), "items that wait and unfinished items");
        }),
        ("S4", "an item goes to the getter that waits longest, and nobody barges in", async x =>
        {
            var queue = x.NewQueue();
            var first = queue.GetAsync();
            var second = queue.GetAsync();
            Expect.That(queue.TryPut(Item(1)), "TryPut was false on a queue without a limit.");
            Expect.Equal<QueueItem?>(null, queue.TryGet(), "TryGet just after an item was given to a getter that waited");
            Expect.That(queue.TryPut(Item(2)), "TryPut was false on a queue without a limit.");
            Expect.Equal((Item(1), Item(2)), (await first, await second), "what the two getters got");
        }),
        ("S4", "a freed place goes to the putter that waits longest, and nobody barges in", async x =>
        {
            var queue = x.NewQueue(1);
            Expect.That(queue.TryPut(Item(1)), "TryPut was false although there was room.");
            var waiting = queue.PutAsync(Item(2));
            Expect.Equal(Item(1), queue.TryGet(), "the first item taken");
            Expect.That(!queue.TryPut(Item(3)), "TryPut took the place that belonged to a putter that waited.");
            await waiting;
            Expect.Equal(Item(2), await queue.GetAsync(), "the second item taken");
        }),
        ("S4", "what was given is not taken back by a later cancellation", async x =>
        {
            using var late = new CancellationTokenSource();
            var queue = x.NewQueue();
            var getter = queue.GetAsync(late.Token);
            await queue.PutAsync(Item(1));
            late.Cancel();
            Expect.Equal(Item(1), await getter, "what the getter got before its token was cancelled");
        }),
        ("S12", "Shutdown(immediate) never counts below zero, even if MarkDone came before Get", async x =>
        {
            var queue = x.NewQueue();
            await queue.PutAsync(Item(1));
            queue.MarkDone();
            queue.Shutdown(immediate: true);
            Expect.Equal(0, queue.UnfinishedCount, "unfinished items");
            await queue.JoinAsync();
        }),
        ("S26", "after Shutdown TryPut is false, and TryGet drains what is left and then has nothing", async x =>
        {
            var queue = x.NewQueue();
            await queue.PutAsync(Item(1));
            queue.Shutdown();
            Expect.That(!queue.TryPut(Item(2)), "TryPut was true after Shutdown.");
            Expect.Equal(Item(1), queue.TryGet(), "TryGet of what was left");
            Expect.Equal<QueueItem?>(null, queue.TryGet(), "TryGet when nothing is left");
        }),
        ("S26", "ForEach handles one item at a time, marks each done, and ends normally at either kind of shutdown", async x =>
        {
            foreach (var immediate in new[] { false, true })
            {
                var queue = x.NewQueue();
                var handled = 0;
                var now = 0;
                var most = 0;
                var all = queue.ForEachAsync(
                    async (_, _) =>
                    {
                        most = Math.Max(most, ++now);
                        await Task.Yield();
                        now--;
                        handled++;
                    },
                    CancellationToken.None);
                for (var i = 0; i < 3; i++)
                    await queue.PutAsync(Item(i));
                await queue.JoinAsync();
                queue.Shutdown(immediate);
                await all;
                Expect.Equal((3, 1), (handled, most), "items handled, and the most at a time");
            }
        }),
    ];

    public static IReadOnlyList<Behaviour> Behaviours { get; } =
    [
        .. Enum.GetValues<QueueOrder>().SelectMany(order => s_all.Select(b => new Behaviour(Concept.JoinableQueue, b.Id, b.Name, b.Check, order))),
    ];

    private static QueueItem Item(int number) => new($"item {number}", number);

    private static async Task GettersRaceAsync(Trial x)
    {
        var queue = x.NewQueue();
        var received = 0;
        for (var round = 0; round < 1000; round++)
        {
            using var source = new CancellationTokenSource();
            var get = queue.GetAsync(source.Token);
            var put = x.BesideAsync(() => LaterAsync(x, round % 3, () => queue.PutAsync(Item(1))));
            var cancel = x.BesideAsync(() => LaterAsync(x, round / 3 % 3, () => CancelAsync(source)));
            try
            {
                await get;
                received++;
            }
            catch (OperationCanceledException)
            {
                await put;
                received += queue.TryGet() is null ? 0 : 1;
            }

            await put;
            await cancel;
        }

        Expect.Equal((1000, 0), (received, queue.Count), "items received of 1000, and items left over");
    }

    private static async Task PuttersRaceAsync(Trial x)
    {
        var queue = x.NewQueue(1);
        for (var round = 0; round < 1000; round++)
        {
            Expect.That(queue.TryPut(Item(1)), $"in round {round} an empty queue took no item: room was lost.");
            using var source = new CancellationTokenSource();
            var putter = queue.PutAsync(Item(2), source.Token);
            var get = x.BesideAsync(() => LaterAsync(x, round % 3, () => queue.GetAsync()));
            var cancel = x.BesideAsync(() => LaterAsync(x, round / 3 % 3, () => CancelAsync(source)));
            var wasPut = true;
            try
            {
                await putter;
            }
            catch (OperationCanceledException)
            {
                wasPut = false;
            }

            await get;
            await cancel;
            Expect.Equal(wasPut, queue.TryGet() is not null, $"in round {round}: whether the item whose Put raced with a cancellation is there");
        }
    }

    private static Task CancelAsync(CancellationTokenSource source)
    {
        source.Cancel();
        return Task.CompletedTask;
    }

    private static async Task LaterAsync(Trial x, int steps, Func<Task> action)
    {
        for (var i = 0; x.OnLoop && i < steps; i++)
            await Task.Yield();
        await action();
    }
}
