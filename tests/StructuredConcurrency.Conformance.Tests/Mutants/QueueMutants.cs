namespace StructuredConcurrency.Conformance.Tests;

/// <summary>Queues that break one rule each.</summary>
internal static class QueueMutants
{
    public static IReadOnlyList<Mutant> All { get; } =
    [
        Of("74", "gives its items in another order", (order, capacity) => Real((QueueOrder)(((int)order + 1) % 3), capacity)),
        Of("74", "gives the newest first among equals", (order, capacity) => new Unstable(Real(order, capacity)), QueueOrder.Priority),
        Of("75", "never is full", (order, _) => Real(order, null)),
        Of("75", "puts in vain when it is full", (order, capacity) => new DropsWhenFull(Real(order, capacity))),
        Of("75", "takes no limit of 0 amiss", (order, capacity) => Real(order, capacity == 0 ? 1 : capacity)),
        Of("76", "loses an item to a getter that has left", (order, capacity) => new GetsInVain(Real(order, capacity))),
        Of("76", "puts the item of a putter that has left", (order, capacity) => new PutsLate(Real(order, capacity))),
        Of("77", "takes an item for done when it is taken", (order, capacity) => new DoneWhenTaken(Real(order, capacity))),
        Of("77", "ends Join at the first MarkDone", (order, capacity) => new JoinsEarly(Real(order, capacity))),
        Of("77", "does not count MarkDone", (order, capacity) => new Careless(Real(order, capacity))),
        Of("77", "counts an item as done when a Join is cancelled", (order, capacity) => new JoinCosts(Real(order, capacity))),
        Of("78", "drops what waits at every shutdown", (order, capacity) => new AlwaysImmediate(Real(order, capacity))),
        Of("78", "keeps what waits at an immediate shutdown", (order, capacity) => new NeverImmediate(Real(order, capacity))),
        Of("78", "forgets whoever waits when it is shut down", (order, capacity) => new ForgetsWaiters(Real(order, capacity))),
        Of("78", "drops items at an immediate shutdown and still counts them", (order, capacity) => new CountsDropped(Real(order, capacity))),
        Of("S3", "looks at the token only when it must wait", (order, capacity) => new LateLook(Real(order, capacity))),
        Of("S4", "lets anybody barge in on an item", (order, capacity) => new Barging(Real(order, capacity))),
        Of("S4", "takes back what it gave", (order, capacity) => new TakesBack(Real(order, capacity))),
        Of("S12", "counts below zero", (order, capacity) => new BelowZero(Real(order, capacity))),
        Of("S26", "takes items by TryPut after its shutdown", (order, capacity) => new OpenBackDoor(Real(order, capacity))),
        Of("S26", "handles all items at once", (order, capacity) => new AtOnce(Real(order, capacity))),
    ];

    /// <param name="tried">Most flaws are alike in every order.</param>
    private static Mutant Of(string caughtBy, string flaw, Func<QueueOrder, int?, IJoinableQueue> create, QueueOrder tried = QueueOrder.Fifo) =>
        new(caughtBy, $"a queue that {flaw}", () => new Implementation("broken") { Queues = new BrokenQueues(create) })
        {
            Behaviours = ConformanceSuite.Behaviours.Where(b => b.Order == tried),
        };

    private static IJoinableQueue Real(QueueOrder order, int? capacity) => Implementation.Library.Queues!.Create(order, capacity);

    private sealed class BrokenQueues(Func<QueueOrder, int?, IJoinableQueue> create) : IJoinableQueues
    {
        public IJoinableQueue Create(QueueOrder order, int? capacity) => create(order, capacity);
    }

    /// <summary>A queue of the library; a mutant overrides what it breaks.</summary>
    private abstract class Broken(IJoinableQueue real) : IJoinableQueue
    {
        public virtual int Count => real.Count;

        public virtual int UnfinishedCount => real.UnfinishedCount;

        public virtual bool IsShutDown => real.IsShutDown;

        protected IJoinableQueue Real => real;

        public virtual Task PutAsync(QueueItem item, CancellationToken cancellationToken) => real.PutAsync(item, cancellationToken);

        public virtual Task<QueueItem> GetAsync(CancellationToken cancellationToken) => real.GetAsync(cancellationToken);

        public virtual bool TryPut(QueueItem item) => real.TryPut(item);

        public virtual QueueItem? TryGet() => real.TryGet();

        public virtual void MarkDone() => real.MarkDone();

        public virtual Task JoinAsync(CancellationToken cancellationToken) => real.JoinAsync(cancellationToken);

        public virtual void Shutdown(bool immediate) => real.Shutdown(immediate);

        public virtual Task ForEachAsync(Func<QueueItem, CancellationToken, Task> handler, CancellationToken cancellationToken) => real.ForEachAsync(handler, cancellationToken);
    }

    private sealed class Unstable(IJoinableQueue real) : Broken(real)
    {
        private const int Puts = 10_000;
        private int _puts;

        public override Task PutAsync(QueueItem item, CancellationToken cancellationToken) => Real.PutAsync(Ranked(item), cancellationToken);

        public override bool TryPut(QueueItem item) => Real.TryPut(Ranked(item));

        public override async Task<QueueItem> GetAsync(CancellationToken cancellationToken) => Unranked(await Real.GetAsync(cancellationToken));

        public override QueueItem? TryGet() => Real.TryGet() is { } item ? Unranked(item) : null;

        private static QueueItem Unranked(QueueItem item) => item with { Priority = (item.Priority + Puts - 1) / Puts };

        private QueueItem Ranked(QueueItem item) => item with { Priority = (item.Priority * Puts) - (_puts++ % Puts) };
    }

    private sealed class DropsWhenFull(IJoinableQueue real) : Broken(real)
    {
        public override Task PutAsync(QueueItem item, CancellationToken cancellationToken) => Real.TryPut(item) ? Task.CompletedTask : IsShutDown ? Real.PutAsync(item, cancellationToken) : Task.CompletedTask;
    }

    private sealed class GetsInVain(IJoinableQueue real) : Broken(real)
    {
        public override Task<QueueItem> GetAsync(CancellationToken cancellationToken) => Mutant.AbandonAsync(Real.GetAsync(CancellationToken.None), cancellationToken);
    }

    private sealed class PutsLate(IJoinableQueue real) : Broken(real)
    {
        public override Task PutAsync(QueueItem item, CancellationToken cancellationToken) => Mutant.AbandonAsync(PutAsync(item), cancellationToken);

        private async Task<QueueItem> PutAsync(QueueItem item)
        {
            await Real.PutAsync(item, CancellationToken.None);
            return item;
        }
    }

    private sealed class DoneWhenTaken(IJoinableQueue real) : Broken(real)
    {
        public override async Task<QueueItem> GetAsync(CancellationToken cancellationToken)
        {
            var item = await Real.GetAsync(cancellationToken);
            Real.MarkDone();
            return item;
        }

        public override void MarkDone()
        {
        }
    }

    private sealed class JoinsEarly(IJoinableQueue real) : Broken(real)
    {
        public override void MarkDone()
        {
            Real.MarkDone();
            while (UnfinishedCount > Count)
                Real.MarkDone();
        }
    }

    private sealed class Careless(IJoinableQueue real) : Broken(real)
    {
        public override void MarkDone()
        {
            if (UnfinishedCount > 0)
                Real.MarkDone();
        }
    }

    private sealed class JoinCosts(IJoinableQueue real) : Broken(real)
    {
        public override async Task JoinAsync(CancellationToken cancellationToken)
        {
            try
            {
                await Real.JoinAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                if (UnfinishedCount > 0)
                    Real.MarkDone();
                throw;
            }
        }
    }

    private sealed class AlwaysImmediate(IJoinableQueue real) : Broken(real)
    {
        public override void Shutdown(bool immediate) => Real.Shutdown(immediate: true);
    }

    private sealed class NeverImmediate(IJoinableQueue real) : Broken(real)
    {
        public override void Shutdown(bool immediate) => Real.Shutdown();
    }

    private sealed class ForgetsWaiters(IJoinableQueue real) : Broken(real)
    {
        private bool _isShutDown;

        public override bool IsShutDown => _isShutDown;

        public override void Shutdown(bool immediate)
        {
            _isShutDown = true;
            while (immediate && Real.TryGet() is not null)
                Real.MarkDone();
        }

        public override bool TryPut(QueueItem item) => !_isShutDown && Real.TryPut(item);

        public override Task PutAsync(QueueItem item, CancellationToken cancellationToken) =>
            _isShutDown ? throw new InvalidOperationException("shut down") : Real.PutAsync(item, cancellationToken);

        public override Task<QueueItem> GetAsync(CancellationToken cancellationToken) =>
            _isShutDown && Count == 0 ? throw new InvalidOperationException("shut down") : Real.GetAsync(cancellationToken);
    }

    private sealed class CountsDropped(IJoinableQueue real) : Broken(real)
    {
        public override void Shutdown(bool immediate)
        {
            Real.Shutdown();
            while (immediate && Real.TryGet() is not null)
            {
                // gone, and nobody marks it done
            }
        }
    }

    private sealed class LateLook(IJoinableQueue real) : Broken(real)
    {
        public override Task PutAsync(QueueItem item, CancellationToken cancellationToken) => Real.TryPut(item) ? Task.CompletedTask : Real.PutAsync(item, cancellationToken);

        public override Task<QueueItem> GetAsync(CancellationToken cancellationToken) => Real.TryGet() is { } item ? Task.FromResult(item) : Real.GetAsync(cancellationToken);
    }

    private sealed class Barging(IJoinableQueue real) : Broken(real)
    {
        private TaskCompletionSource _changed = new();

        public override async Task<QueueItem> GetAsync(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (true)
            {
                if (Real.TryGet() is { } item)
                    return item;
                if (IsShutDown)
                    throw new InvalidOperationException("shut down");
                await Mutant.AbandonAsync(_changed.Task, cancellationToken);
                await Task.Yield(); // the moment in which somebody else takes the item
            }
        }

        public override bool TryPut(QueueItem item) => Real.TryPut(item) && Change();

        public override async Task PutAsync(QueueItem item, CancellationToken cancellationToken)
        {
            await Real.PutAsync(item, cancellationToken);
            Change();
        }

        public override void Shutdown(bool immediate)
        {
            Real.Shutdown(immediate);
            Change();
        }

        private bool Change()
        {
            var changed = _changed;
            _changed = new TaskCompletionSource();
            changed.SetResult();
            return true;
        }
    }

    private sealed class TakesBack(IJoinableQueue real) : Broken(real)
    {
        public override async Task<QueueItem> GetAsync(CancellationToken cancellationToken)
        {
            var item = await Real.GetAsync(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            return item;
        }
    }

    private sealed class BelowZero(IJoinableQueue real) : Broken(real)
    {
        private int _early;

        public override int UnfinishedCount => Real.UnfinishedCount - _early;

        public override void MarkDone()
        {
            if (Count > 0 && UnfinishedCount == Count)
                _early++;
            Real.MarkDone();
        }
    }

    private sealed class OpenBackDoor(IJoinableQueue real) : Broken(real)
    {
        public override bool TryPut(QueueItem item) => Real.TryPut(item) || IsShutDown;
    }

    private sealed class AtOnce(IJoinableQueue real) : Broken(real)
    {
        public override async Task ForEachAsync(Func<QueueItem, CancellationToken, Task> handler, CancellationToken cancellationToken)
        {
            var running = new List<Task>();
            await Real.ForEachAsync(
                (item, token) =>
                {
                    running.Add(handler(item, token));
                    return Task.CompletedTask;
                },
                cancellationToken);
            foreach (var handling in running)
                await handling;
        }
    }
}
