using static StructuredConcurrency.Simulation.Tests.Corpus.Words;

namespace StructuredConcurrency.Simulation.Tests.Corpus;

/// <summary>Something is read, then written, and not still what was read.</summary>
public static class Updates
{
    public static IEnumerable<BuggyProgram> All =>
    [
        new("lost update", 100, () => LostUpdateAsync(false), () => LostUpdateAsync(true)),
        new("double-checked initialisation", 100, () => InitialiseAsync(false), () => InitialiseAsync(true)),
        new("check then act on a queue's count", 100, () => CheckThenActAsync(false), () => CheckThenActAsync(true)),
        new("double take", 100, () => DoubleTakeAsync(false), () => DoubleTakeAsync(true)),
        new("overdrawn account", 100, () => OverdrawAsync(false), () => OverdrawAsync(true)),
        new("retry of what was done already", 300, () => RetryAsync(false), () => RetryAsync(true)),
        new("stale cache", 200, () => StaleCacheAsync(false), () => StaleCacheAsync(true)),
    ];

    private static async Task LostUpdateAsync(bool mended)
    {
        var counter = 0;
        using var gate = new SemaphoreSlim(1);
        await Together(
            _ => Task.FromResult(counter++),
            async _ =>
            {
                await Task.Yield();
                if (mended)
                {
                    await Task.Yield();
                    counter++;
                    return;
                }

                var read = counter;
                await Task.Yield();
                counter = read + 1;
            });
        Rule(counter == 2, $"two added one, and the counter is {counter}");
    }

    private static async Task InitialiseAsync(bool mended)
    {
        object? service = null;
        var made = 0;
        using var gate = new SemaphoreSlim(1);
        await Together(Use, async token =>
        {
            await Task.Yield(); // late in the plain order: the service is there by then
            await Task.Yield();
            await Use(token);
        });
        Rule(made == 1, $"the service was made {made} times");

        async Task Use(CancellationToken token)
        {
            if (service is not null)
                return;
            await gate.WaitAsync(CancellationToken.None);
            if (mended ? service is null : made >= 0) // forgot to check again under the lock
            {
                await Task.Yield();
                made++;
                service = new object();
            }

            gate.Release();
        }
    }

    private static async Task CheckThenActAsync(bool mended)
    {
        var queue = new JoinableQueue<int>();
        await queue.PutAsync(1);
        var taken = 0;
        await Together(Take, async token =>
        {
            await Task.Yield();
            await Task.Yield();
            await Take(token);
        });
        Rule(taken == 1, $"{taken} took the one item");

        async Task Take(CancellationToken token)
        {
            if (mended)
            {
                taken += queue.TryGet(out _) ? 1 : 0;
                return;
            }

            if (queue.Count == 0)
                return;
            await Task.Yield(); // someone else may take it now
            await queue.GetAsync(token);
            taken++;
        }
    }

    private static async Task DoubleTakeAsync(bool mended)
    {
        var jobs = new List<string> { "job" };
        var done = 0;
        await Together(Work, async token =>
        {
            await Task.Yield();
            await Task.Yield();
            await Work(token);
        });
        Rule(done == 1, $"the job was done {done} times");

        async Task Work(CancellationToken token)
        {
            if (jobs.Count == 0)
                return;
            if (mended)
                jobs.RemoveAt(0);
            await Task.Yield();
            done++;
            if (!mended && jobs.Count > 0)
                jobs.RemoveAt(0); // removed only when it is done
        }
    }

    private static async Task OverdrawAsync(bool mended)
    {
        var balance = 100;
        await Together(_ => WithdrawAsync(80, 0), _ => WithdrawAsync(70, 2));
        Rule(balance >= 0, $"the balance is {balance}");

        async Task WithdrawAsync(int amount, int later)
        {
            for (var i = 0; i < later; i++)
                await Task.Yield();
            if (balance < amount)
                return;
            if (!mended)
                await Task.Yield(); // asks the bank
            balance -= amount;
        }
    }

    private static async Task RetryAsync(bool mended)
    {
        var charged = new List<int>();
        await Together(async token =>
        {
            for (var attempt = 1; attempt <= 2; attempt++)
            {
                using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(20), Clock);
                try
                {
                    await ChargeAsync(deadline.Token);
                    return;
                }
                catch (OperationCanceledException)
                {
                    // no answer in time: once more
                }
            }
        });
        Rule(charged.Count <= 1, $"charged {charged.Count} times");

        async Task ChargeAsync(CancellationToken token)
        {
            await Pause(10, CancellationToken.None);
            if (!mended || charged.Count == 0)
                charged.Add(7); // the money is gone, and the answer may be late
            await Pause(5, token);
        }
    }

    private static async Task StaleCacheAsync(bool mended)
    {
        var (stored, version) = (1, 0);
        (int Value, int Version)? cached = null;
        await Together(
            async _ =>
            {
                var seen = version;
                var read = stored;
                await Task.Yield(); // on its way into the cache
                if (!mended || seen == version)
                    cached = (read, seen);
            },
            async _ =>
            {
                await Task.Yield();
                await Task.Yield();
                stored = 2;
                version++;
                cached = null; // emptied, and filled again with what was read before
            });
        Rule(cached is null || cached.Value.Value == stored, "the cache holds an old value for ever");
    }
}
