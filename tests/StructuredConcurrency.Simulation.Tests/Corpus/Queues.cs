using static StructuredConcurrency.Simulation.Tests.Corpus.Words;

namespace StructuredConcurrency.Simulation.Tests.Corpus;

/// <summary>Producers and consumers.</summary>
public static class Queues
{
    public static IEnumerable<BuggyProgram> All =>
    [
        new("forgotten sentinel", 50, () => SentinelAsync(false), () => SentinelAsync(true)),
        new("cancelled between taking and marking done", 300, () => MarkDoneAsync(false), () => MarkDoneAsync(true)),
        new("joined before anything was put", 100, () => EarlyJoinAsync(false), () => EarlyJoinAsync(true)),
        new("used after it was closed", 200, () => UseAfterCloseAsync(false), () => UseAfterCloseAsync(true)),
        new("two that fill each other's queue", 200, () => FullBothWaysAsync(false), () => FullBothWaysAsync(true)),
        new("order assumed among consumers", 200, () => AssumedOrderAsync(false), () => AssumedOrderAsync(true)),
    ];

    private static async Task SentinelAsync(bool mended)
    {
        var queue = new JoinableQueue<int>(2);
        await Together(
            async token =>
            {
                for (var i = 1; i <= 4; i++)
                    await queue.PutAsync(i, token);
                for (var i = 0; i < (mended ? 2 : 1); i++)
                    await queue.PutAsync(0, token);
            },
            Consume,
            Consume);

        async Task Consume(CancellationToken token)
        {
            while (await queue.GetAsync(token) != 0)
                await Task.Yield();
        }
    }

    private static async Task MarkDoneAsync(bool mended)
    {
        var queue = new JoinableQueue<int>();
        await queue.PutAsync(1);
        await TaskGroup.RunAsync(async group =>
        {
            var worker = group.Start(async token =>
            {
                await queue.GetAsync(token);
                try
                {
                    await Pause(10, token);
                    if (!mended)
                        queue.MarkDone();
                }
                finally
                {
                    if (mended)
                        queue.MarkDone();
                }
            }, "worker");
            group.Start(async _ =>
            {
                await Pause(12, CancellationToken.None);
                worker.Cancel();
            }, "canceller");
            await queue.JoinAsync(group.Token);
        });
    }

    private static async Task EarlyJoinAsync(bool mended)
    {
        var queue = new JoinableQueue<int>();
        var done = 0;
        await TaskGroup.RunAsync(async group =>
        {
            var producer = group.Start(async token => await queue.PutAsync(1, token), "producer");
            group.Start(async token =>
            {
                await queue.GetAsync(token);
                done++;
                queue.MarkDone();
            }, "consumer");
            if (mended)
                await producer.Completion;
            else
                await Task.Yield();
            await queue.JoinAsync(group.Token);
            Rule(done == 1, "joined, and nothing was done");
        });
    }

    private static async Task UseAfterCloseAsync(bool mended)
    {
        var queue = new JoinableQueue<int>();
        var sent = new TaskCompletionSource();
        await Together(
            async token =>
            {
                await Task.Yield();
                await queue.PutAsync(1, token);
                sent.SetResult();
            },
            async _ =>
            {
                await Task.Yield();
                await Task.Yield();
                if (mended)
                    await sent.Task;
                queue.Shutdown();
            });
    }

    private static async Task FullBothWaysAsync(bool mended)
    {
        var there = new JoinableQueue<int>(mended ? 2 : 1) { Name = "there" };
        var back = new JoinableQueue<int>(mended ? 2 : 1) { Name = "back" };
        await Together(
            async _ =>
            {
                await PutTwoAsync(there);
                await GetTwoAsync(back);
            },
            async _ =>
            {
                var speaksFirst = there.Count == 0; // nothing to answer yet
                if (speaksFirst)
                    await PutTwoAsync(back);
                await GetTwoAsync(there);
                if (!speaksFirst)
                    await PutTwoAsync(back);
            });

        static async Task PutTwoAsync(JoinableQueue<int> queue)
        {
            await queue.PutAsync(1);
            await queue.PutAsync(2);
        }

        static async Task GetTwoAsync(JoinableQueue<int> queue)
        {
            await queue.GetAsync();
            await queue.GetAsync();
        }
    }

    private static async Task AssumedOrderAsync(bool mended)
    {
        var queue = new JoinableQueue<int>();
        for (var i = 0; i < 4; i++)
            await queue.PutAsync(i);
        var results = new SortedDictionary<int, int>();
        var order = new List<int>();
        await Times(2, async token =>
        {
            while (queue.TryGet(out var item))
            {
                await Task.Yield();
                results[item] = item * item;
                order.Add(item * item);
            }
        });
        IEnumerable<int> list = mended ? results.Values : order;
        Rule(list.SequenceEqual([0, 1, 4, 9]), "results in the order in which they came");
    }
}
