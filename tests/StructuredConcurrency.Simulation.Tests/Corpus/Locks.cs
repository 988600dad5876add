using static StructuredConcurrency.Simulation.Tests.Corpus.Words;

namespace StructuredConcurrency.Simulation.Tests.Corpus;

/// <summary>Semaphores, and what is forgotten about them.</summary>
public static class Locks
{
    public static IEnumerable<BuggyProgram> All =>
    [
        new("AB-BA", 100, () => CrossedLocksAsync(false), () => CrossedLocksAsync(true)),
        new("dining philosophers", 300, () => PhilosophersAsync(false), () => PhilosophersAsync(true)),
        new("permit lost by an exception", 100, () => LeakedPermitAsync(false), () => LeakedPermitAsync(true)),
        new("permit lost by a cancellation", 300, () => CancelledPermitAsync(false), () => CancelledPermitAsync(true)),
        new("writer starved by readers", 500, () => StarvedWriterAsync(false), () => StarvedWriterAsync(true)),
        new("order that starves", 500, () => StarvationAsync(false), () => StarvationAsync(true)),
        new("lock taken twice by one task", 50, () => ReenteredAsync(false), () => ReenteredAsync(true)),
    ];

    private static async Task CrossedLocksAsync(bool mended)
    {
        using var a = new SemaphoreSlim(1);
        using var b = new SemaphoreSlim(1);
        await Together(_ => BothAsync(a, b, 0), _ => mended ? BothAsync(a, b, 1) : BothAsync(b, a, 1));

        static async Task BothAsync(SemaphoreSlim first, SemaphoreSlim second, int later)
        {
            for (var i = 0; i < later; i++)
                await Task.Yield();
            await first.WaitAsync(CancellationToken.None);
            await Task.Yield();
            await second.WaitAsync(CancellationToken.None);
            second.Release();
            first.Release();
        }
    }

    private static async Task PhilosophersAsync(bool mended)
    {
        const int Seats = 3;
        var forks = Enumerable.Range(0, Seats).Select(_ => new SemaphoreSlim(1)).ToArray();
        await Together([.. Enumerable.Range(0, Seats).Select(Philosopher)]);

        Func<CancellationToken, Task> Philosopher(int seat) => async _ =>
        {
            for (var i = 0; i < seat; i++)
                await Task.Yield();
            var (left, right) = (seat, (seat + 1) % Seats);
            var (first, second) = mended && left > right ? (right, left) : (left, right);
            await forks[first].WaitAsync(CancellationToken.None);
            await Task.Yield();
            await forks[second].WaitAsync(CancellationToken.None);
            forks[second].Release();
            forks[first].Release();
        };
    }

    private static async Task LeakedPermitAsync(bool mended)
    {
        using var gate = new SemaphoreSlim(1);
        var isOpen = false;
        await Together(
            _ => Task.FromResult(isOpen = true),
            _ => CallAsync(),
            async _ =>
            {
                await Task.Yield();
                await CallAsync();
            });

        async Task CallAsync()
        {
            await gate.WaitAsync(CancellationToken.None);
            try
            {
                if (!isOpen)
                    throw new InvalidOperationException("closed");
                if (!mended)
                    gate.Release();
            }
            catch (InvalidOperationException)
            {
                // refused; never mind
            }
            finally
            {
                if (mended)
                    gate.Release();
            }
        }
    }

    private static async Task CancelledPermitAsync(bool mended)
    {
        using var gate = new SemaphoreSlim(1);
        await TaskGroup.RunAsync(group =>
        {
            var hasty = group.Start(token => HoldAsync(10, token), "hasty");
            group.Start(async _ =>
            {
                await Pause(12, CancellationToken.None);
                hasty.Cancel();
            }, "canceller");
            group.Start(async _ =>
            {
                await Pause(30, CancellationToken.None);
                await HoldAsync(1, CancellationToken.None);
            }, "next");
            return Task.CompletedTask;
        });

        async Task HoldAsync(int time, CancellationToken token)
        {
            await gate.WaitAsync(CancellationToken.None);
            try
            {
                await Pause(time, token);
                if (!mended)
                    gate.Release();
            }
            finally
            {
                if (mended)
                    gate.Release();
            }
        }
    }

    private static async Task StarvedWriterAsync(bool mended)
    {
        var (readers, passes) = (0, 0);
        TaskCompletionSource? drained = null; // set while a writer waits: no new reader comes in then
        var written = new TaskCompletionSource();
        await Together(ReadAsync, ReadAsync, async token =>
        {
            if (mended && readers > 0)
            {
                drained = new TaskCompletionSource();
                await drained.Task;
            }

            while (readers > 0)
            {
                await Task.Yield();
                Rule(++passes < 12, "the writer never gets its turn");
            }

            written.SetResult();
        });

        async Task ReadAsync(CancellationToken token)
        {
            for (var i = 0; i < 30; i++)
            {
                if (drained is not null)
                    await written.Task;
                readers++;
                await Task.Yield();
                readers--;
                if (readers == 0)
                    drained?.TrySetResult();
            }
        }
    }

    private static async Task StarvationAsync(bool mended)
    {
        var finished = 0;
        var begun = new TaskCompletionSource();
        await Together(Busy, Busy, async _ =>
        {
            await Task.Yield();
            Rule(finished < 2, "it began when all others had finished");
            begun.SetResult();
        });

        async Task Busy(CancellationToken token)
        {
            if (mended)
                await begun.Task;
            for (var i = 0; i < 12; i++)
                await Task.Yield();
            finished++;
        }
    }

    private static async Task ReenteredAsync(bool mended)
    {
        using var gate = new SemaphoreSlim(1);
        await Times(2, _ => OuterAsync());

        async Task OuterAsync()
        {
            await gate.WaitAsync(CancellationToken.None);
            if (mended)
                gate.Release();
            await InnerAsync();
            if (!mended)
                gate.Release();
        }

        async Task InnerAsync()
        {
            await gate.WaitAsync(CancellationToken.None);
            await Task.Yield();
            gate.Release();
        }
    }
}
