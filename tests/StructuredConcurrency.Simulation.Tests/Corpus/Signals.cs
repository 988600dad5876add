using static StructuredConcurrency.Simulation.Tests.Corpus.Words;

namespace StructuredConcurrency.Simulation.Tests.Corpus;

/// <summary>Somebody says something, and nobody listens yet, or any more.</summary>
public static class Signals
{
    public static IEnumerable<BuggyProgram> All =>
    [
        new("missed signal", 100, () => MissedSignalAsync(false), () => MissedSignalAsync(true)),
        new("lost wake-up of a condition", 300, () => ConditionAsync(false), () => ConditionAsync(true)),
        new("barrier off by one", 50, () => BarrierAsync(false), () => BarrierAsync(true)),
        new("producer ends before consumers subscribe", 100, () => LateSubscriberAsync(false), () => LateSubscriberAsync(true)),
        new("started in the wrong order", 100, () => StartOrderAsync(false), () => StartOrderAsync(true)),
        new("early completion", 100, () => EarlyCompletionAsync(false), () => EarlyCompletionAsync(true)),
        new("timeout meets completion", 300, () => TimeoutRaceAsync(false), () => TimeoutRaceAsync(true)),
    ];

    private static async Task MissedSignalAsync(bool mended)
    {
        TaskCompletionSource? waiter = null;
        var isSet = false;
        await Together(
            async _ =>
            {
                if (mended && isSet)
                    return;
                waiter = new TaskCompletionSource();
                await waiter.Task;
            },
            _ =>
            {
                isSet = true;
                waiter?.SetResult(); // nobody waits yet: said to nobody
                return Task.CompletedTask;
            });
    }

    private static async Task ConditionAsync(bool mended)
    {
        // A condition on which two kinds of task wait; a single notify may wake one who cannot use it.
        var waiters = new Queue<TaskCompletionSource>();
        var items = 0;
        var room = 1;
        await Together(PutAsync, GetAsync, PutAsync, GetAsync);

        async Task PutAsync(CancellationToken token)
        {
            while (room == 0)
                await WaitAsync();
            room--;
            items++;
            Notify();
        }

        async Task GetAsync(CancellationToken token)
        {
            await Task.Yield();
            while (items == 0)
                await WaitAsync();
            items--;
            room++;
            Notify();
        }

        Task WaitAsync()
        {
            var waiter = new TaskCompletionSource();
            waiters.Enqueue(waiter);
            return waiter.Task;
        }

        void Notify()
        {
            do
            {
                if (waiters.TryDequeue(out var waiter))
                    waiter.SetResult();
            }
            while (mended && waiters.Count > 0);
            if (!mended)
                waiters.Clear(); // believes that all were woken
        }
    }

    private static async Task BarrierAsync(bool mended)
    {
        const int Parties = 3;
        var arrived = 0;
        var open = new TaskCompletionSource();
        await Times(Parties, async _ =>
        {
            await Task.Yield();
            arrived++;
            if (mended ? arrived == Parties : arrived > Parties)
                open.SetResult();
            await open.Task;
        });
    }

    private static async Task LateSubscriberAsync(bool mended)
    {
        Action<int>? subscribers = null;
        var received = 0;
        var subscribed = new TaskCompletionSource();
        await Together(
            _ =>
            {
                subscribers += item => received += item;
                subscribed.SetResult();
                return Task.CompletedTask;
            },
            async _ =>
            {
                if (mended)
                    await subscribed.Task;
                subscribers?.Invoke(1);
            });
        Rule(received == 1, "an item went to nobody");
    }

    private static async Task StartOrderAsync(bool mended)
    {
        string? configuration = null;
        var loaded = new TaskCompletionSource();
        await Together(
            async _ =>
            {
                await Task.Yield();
                configuration = "loaded";
                loaded.SetResult();
            },
            async _ =>
            {
                await Task.Yield();
                await Task.Yield();
                if (mended)
                    await loaded.Task;
                Rule(configuration is not null, "used before it was loaded");
            });
    }

    private static async Task EarlyCompletionAsync(bool mended)
    {
        var (begun, ended) = (0, 0);
        var all = new TaskCompletionSource();
        if (mended)
            begun = 2;
        await Together(
            Work,
            Work,
            async _ =>
            {
                await all.Task;
                Rule(ended == 2, $"told that all is done after {ended} of 2");
            });

        async Task Work(CancellationToken token)
        {
            if (!mended)
                begun++; // counts itself in only when it begins
            await Task.Yield();
            ended++;
            if (ended == begun)
                all.TrySetResult();
        }
    }

    private static async Task TimeoutRaceAsync(bool mended)
    {
        var answer = new TaskCompletionSource<string>();
        await Together(
            async _ =>
            {
                await Pause(10, CancellationToken.None);
                Complete("result");
            },
            async _ =>
            {
                await Pause(12, CancellationToken.None);
                if (!answer.Task.IsCompleted || !mended)
                    await GiveUpAsync();
            });

        async Task GiveUpAsync()
        {
            if (answer.Task.IsCompleted)
                return;
            await Task.Yield(); // writes to the log first
            Complete("timeout");
        }

        void Complete(string what)
        {
            if (mended)
                answer.TrySetResult(what);
            else
                answer.SetResult(what); // throws for the second
        }
    }
}
