using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace StructuredConcurrency;

/// <summary>
/// A first-in-first-out queue between tasks that knows not only which items wait in it but which are unfinished: an item counts from the moment it is
/// put until somebody who took it marks it done. Joining the queue waits for that count to reach zero.
/// </summary>
/// <remarks>
/// <para>Getters and putters that must wait are served in the order in which they came; what a putter or getter was given is never taken back. Safe
/// for any number of threads.</para>
/// <para>A queue ends by <see cref="Shutdown"/>, for all its users at once, or by sentinels (<see cref="QueueMessage{T}"/>), one for each consumer.</para>
/// <para><b>Pitfall.</b> Taking an item is not finishing it: call <see cref="MarkDone"/> once for each item taken, in a <c>finally</c>, sentinels
/// included. And joining an empty queue ends at once: join after everything was put.</para>
/// <para>Counterpart: <c>asyncio.Queue</c>, with <c>task_done</c> and <c>join</c>.</para>
/// </remarks>
/// <typeparam name="T">Type of the items.</typeparam>
public class JoinableQueue<T>
{
    private readonly Lock _gate = new();
    private readonly ItemStore<T> _items;

    // Invariants, under the lock: someone waits for an item only while there is none; someone waits for room only while
    // the queue is full; someone waits to join only while something is unfinished; nobody waits for item or room after shutdown.
    private readonly LinkedList<Waiter> _getters = [];
    private readonly LinkedList<Waiter> _putters = [];
    private readonly LinkedList<Waiter> _joiners = [];
    private int _unfinished;
    private bool _isShutDown;
    private string? _tracedName;

    /// <summary>Makes an empty queue.</summary>
    /// <param name="capacity">Most items that may wait in it, at least 1; <see langword="null"/>: no limit.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is below 1.</exception>
    public JoinableQueue(int? capacity = null)
        : this(capacity, new FifoStore<T>())
    {
    }

    private protected JoinableQueue(int? capacity, ItemStore<T> store)
    {
        if (capacity is { } limit)
            ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1, nameof(capacity));
        Capacity = capacity;
        _items = store;
    }

    /// <summary>The queue's name in logs and messages.</summary>
    public string Name { get; init; } = "queue";

    /// <summary>Most items that may wait in the queue; <see langword="null"/>: no limit.</summary>
    public int? Capacity { get; }

    /// <summary>Items that wait in the queue.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _items.Count;
        }
    }

    /// <summary>Items put and not yet marked done: those that wait, and those that somebody has taken and works on.</summary>
    public int UnfinishedCount
    {
        get
        {
            lock (_gate)
                return _unfinished;
        }
    }

    /// <summary>Whether <see cref="Shutdown"/> was called: nothing more can be put.</summary>
    public bool IsShutDown
    {
        get
        {
            lock (_gate)
                return _isShutDown;
        }
    }

    private bool IsFull => _items.Count >= Capacity;

    /// <summary>Puts an item, and waits for room while the queue is full.</summary>
    /// <param name="item">The item.</param>
    /// <param name="cancellationToken">Ends the wait; a token that is cancelled already ends it at once, and nothing is put.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled before the item was put.</exception>
    /// <exception cref="QueueShutDownException">The queue was shut down before the item was put.</exception>
    public ValueTask PutAsync(T item, CancellationToken cancellationToken = default)
    {
        if (IsCancelled(cancellationToken))
            return ValueTask.FromCanceled(cancellationToken);
        Waiter waiter;
        lock (_gate)
        {
            if (_isShutDown)
                return ValueTask.FromException(ShutDown());
            if (!IsFull)
            {
                Add(item, ScopeFrame.Current);
                return ValueTask.CompletedTask;
            }

            waiter = Enlist(_putters, ScopeWait.Room, item);
        }

        return new ValueTask(WaitAsync(waiter, cancellationToken));
    }

    /// <summary>Takes the oldest item, and waits for one while the queue is empty.</summary>
    /// <param name="cancellationToken">Ends the wait; a token that is cancelled already ends it at once, and nothing is taken.</param>
    /// <returns>The item, for which <see cref="MarkDone"/> is now due.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled before an item was given.</exception>
    /// <exception cref="QueueShutDownException">The queue was shut down, and is empty.</exception>
    public ValueTask<T> GetAsync(CancellationToken cancellationToken = default)
    {
        if (IsCancelled(cancellationToken))
            return ValueTask.FromCanceled<T>(cancellationToken);
        Waiter waiter;
        lock (_gate)
        {
            if (_items.Count > 0)
                return new ValueTask<T>(Take());
            if (_isShutDown)
                return ValueTask.FromException<T>(ShutDown());
            waiter = Enlist(_getters, ScopeWait.Item, default!);
        }

        return WaitForItemAsync(waiter, cancellationToken);
    }

    /// <summary>Puts an item if there is room now.</summary>
    /// <param name="item">The item.</param>
    /// <returns>False when the queue is full or shut down.</returns>
    public bool TryPut(T item)
    {
        lock (_gate)
        {
            if (IsFull || _isShutDown)
                return false;
            Add(item, ScopeFrame.Current);
            return true;
        }
    }

    /// <summary>Takes the oldest item if there is one now.</summary>
    /// <param name="item">The item, for which <see cref="MarkDone"/> is then due.</param>
    /// <returns>False when the queue is empty.</returns>
    public bool TryGet([MaybeNullWhen(false)] out T item)
    {
        lock (_gate)
        {
            if (_items.Count == 0)
            {
                item = default;
                return false;
            }

            item = Take();
            return true;
        }
    }

    /// <summary>Says that one item taken earlier is finished with, whether its work succeeded or not.</summary>
    /// <exception cref="InvalidOperationException">Called more often than items were put.</exception>
    public void MarkDone()
    {
        lock (_gate)
        {
            if (_unfinished == 0)
                throw new InvalidOperationException($"MarkDone was called more often than items were put into '{Name}'. Call it once for each item taken.");
            _unfinished--;
            ReleaseJoiners(Emit(ScopeEventKind.ItemDone, ScopeFrame.Current));
        }
    }

    /// <summary>Waits until every item that was put has been marked done; at once when nothing is unfinished.</summary>
    /// <param name="cancellationToken">Ends the wait, not the work.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public Task JoinAsync(CancellationToken cancellationToken = default)
    {
        if (IsCancelled(cancellationToken))
            return Task.FromCanceled(cancellationToken);
        Waiter waiter;
        lock (_gate)
        {
            if (_unfinished == 0)
            {
                Emit(ScopeEventKind.Joined, ScopeFrame.Current);
                return Task.CompletedTask;
            }

            waiter = Enlist(_joiners, ScopeWait.Join, default!);
        }

        return WaitAsync(waiter, cancellationToken);
    }

    /// <summary>Ends the queue for everybody: nothing more can be put.</summary>
    /// <remarks>
    /// Whoever waits for room or for an item gets a <see cref="QueueShutDownException"/>; items that wait in the queue can still be taken. May be called again,
    /// and immediately after gracefully. Counterpart: <c>asyncio.Queue.shutdown</c>.
    /// </remarks>
    /// <param name="immediate">Also drop the items that wait in the queue: they count as done, and those that somebody has in hand are all that is left to join.</param>
    public void Shutdown(bool immediate = false)
    {
        lock (_gate)
        {
            _isShutDown = true;
            var dropped = immediate ? _items.Count : 0;
            if (immediate)
                _items.Clear();
            _unfinished = Math.Max(0, _unfinished - dropped); // somebody may have marked done what nobody took
            var shutDown = Emit(ScopeEventKind.ShutDown, ScopeFrame.Current);
            foreach (var line in new[] { _getters, _putters })
            {
                while (line.First is { } waiter)
                {
                    line.RemoveFirst();
                    waiter.Value.Fail(ShutDown(), shutDown);
                }
            }

            ReleaseJoiners(shutDown);
        }
    }

    /// <summary>Takes items until the queue is shut down and empty. Marking each done is the caller's.</summary>
    /// <param name="cancellationToken">Ends the wait for the next item.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async IAsyncEnumerable<T> GetAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            T item;
            try
            {
                item = await GetAsync(cancellationToken).ConfigureAwait(ScopeScheduler.Current is not null);
            }
            catch (QueueShutDownException)
            {
                yield break;
            }

            yield return item;
        }
    }

    /// <summary>Takes items, one after the other, handles each and marks it done, until the queue is shut down and empty.</summary>
    /// <remarks>An item is marked done whether its handling succeeded or not; a failure ends the loop and is the caller's.</remarks>
    /// <param name="handler">Handles an item; given <paramref name="cancellationToken"/>.</param>
    /// <param name="cancellationToken">Ends the wait for the next item, and reaches the handler.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task ForEachAsync(Func<T, CancellationToken, Task> handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        var onContext = ScopeScheduler.Current is not null;
        await foreach (var item in GetAllAsync(cancellationToken).ConfigureAwait(onContext))
        {
            try
            {
                await handler(item, cancellationToken).ConfigureAwait(onContext);
            }
            finally
            {
                MarkDone();
            }
        }
    }

    private static bool IsCancelled(CancellationToken token)
    {
        if (token.IsCancellationRequested)
            ScopeTracing.CancelObserved();
        return token.IsCancellationRequested;
    }

    private QueueShutDownException ShutDown() => new(Name);

    private void ReleaseJoiners(long cause)
    {
        while (_unfinished == 0 && _joiners.First is { } joiner)
        {
            _joiners.RemoveFirst();
            joiner.Value.Wake(default!, cause);
        }
    }

    /// <summary>Puts an item where there is room: into the hands of whoever waits longest, or into the store.</summary>
    private void Add(T item, ScopeFrame? putter)
    {
        _unfinished++;
        var put = Emit(ScopeEventKind.Put, putter, item, depth: _items.Count + 1);
        if (_getters.First is { } getter)
        {
            _getters.RemoveFirst();
            Emit(ScopeEventKind.Get, getter.Value.Frame, item, put);
            getter.Value.Wake(item, put);
        }
        else
        {
            _items.Add(item, put);
        }
    }

    private T Take()
    {
        var (item, put) = _items.Take();
        var get = Emit(ScopeEventKind.Get, ScopeFrame.Current, item, put);

        // The room that this made belongs to whoever waits longest for it: nobody barges in.
        if (_putters.First is { } putter)
        {
            _putters.RemoveFirst();
            Add(putter.Value.Item, putter.Value.Frame);
            putter.Value.Wake(default!, get);
        }

        return item;
    }

    private Waiter Enlist(LinkedList<Waiter> line, ScopeWait wait, T item)
    {
        var waiter = new Waiter(line, wait, item, ScopeFrame.Current);
        Emit(ScopeEventKind.WaitStarted, waiter.Frame, wait: wait);
        return waiter;
    }

    private async ValueTask<T> WaitForItemAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        await WaitAsync(waiter, cancellationToken).ConfigureAwait(ScopeScheduler.Current is not null);
        return waiter.Item;
    }

    private async Task WaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        var cancellation = cancellationToken.UnsafeRegister(
            static (state, token) =>
            {
                var (queue, waiting) = ((JoinableQueue<T>, Waiter))state!;
                queue.Abandon(waiting, token);
            },
            (this, waiter));
        try
        {
            await waiter.Woken.ConfigureAwait(ScopeScheduler.Current is not null);
            EmitWaitEnded(waiter, ScopeOutcome.Succeeded);
        }
        catch (QueueShutDownException)
        {
            EmitWaitEnded(waiter, ScopeOutcome.Faulted);
            throw;
        }
        catch (OperationCanceledException)
        {
            ScopeTracing.CancelObserved();
            EmitWaitEnded(waiter, ScopeOutcome.Cancelled);
            throw;
        }
        finally
        {
            cancellation.Unregister();
        }
    }

    /// <summary>Takes a waiter out of its line, unless it has been served: what was given is not taken back.</summary>
    private void Abandon(Waiter waiter, CancellationToken token)
    {
        lock (_gate)
        {
            if (!waiter.TryLeave())
                return;
        }

        waiter.Cancel(token);
    }

    private void EmitWaitEnded(Waiter waiter, ScopeOutcome outcome)
    {
        if (waiter.Frame?.Task is null)
            return;
        lock (_gate)
        {
            if (waiter.Wait == ScopeWait.Join && outcome == ScopeOutcome.Succeeded)
                Emit(ScopeEventKind.Joined, waiter.Frame, cause: waiter.WokenBySequence);
            Emit(ScopeEventKind.WaitEnded, waiter.Frame, cause: waiter.WokenBySequence, wait: waiter.Wait, outcome: outcome, by: waiter.WokenByTask);
        }
    }

    private long Emit(
        ScopeEventKind kind,
        ScopeFrame? frame,
        T? item = default,
        long cause = 0,
        int? depth = null,
        ScopeWait? wait = null,
        ScopeOutcome? outcome = null,
        int? by = null)
    {
        if (frame?.Task is not { } task)
            return 0;
        _tracedName ??= task.Root.UniqueQueueName(Name);
        return task.Root.Emit(new ScopeEvent
        {
            Kind = kind,
            Task = task.Id,
            TaskName = task.Name,
            Scope = frame.Scope?.Id,
            ScopeName = frame.Scope?.Name,
            Queue = _tracedName,
            Item = kind is ScopeEventKind.Put or ScopeEventKind.Get ? item?.ToString() : null,
            Depth = depth ?? _items.Count,
            Capacity = Capacity,
            Unfinished = _unfinished,
            Wait = wait,
            Outcome = outcome,
            By = by,
            Cause = cause == 0 ? null : cause,
        });
    }

    /// <summary>Someone who waits in one of the three lines. Lives under the queue's lock until it is woken or leaves.</summary>
    private sealed class Waiter
    {
        private readonly LinkedListNode<Waiter> _place;

        // Whoever wakes a waiter holds the lock: its continuation must not run there.
        private readonly TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Waiter(LinkedList<Waiter> line, ScopeWait wait, T item, ScopeFrame? frame)
        {
            Wait = wait;
            Item = item;
            Frame = frame;
            _place = line.AddLast(this);
        }

        public ScopeWait Wait { get; }

        /// <summary>A putter's item; a getter's once it is woken.</summary>
        public T Item { get; private set; }

        public ScopeFrame? Frame { get; }

        public Task Woken => _woken.Task;

        public long WokenBySequence { get; private set; }

        public int? WokenByTask { get; private set; }

        /// <summary>Called under the lock, when the waiter has left its line.</summary>
        public void Wake(T item, long cause)
        {
            Item = item;
            NoteWaker(cause);
            _woken.SetResult();
        }

        /// <summary>Called under the lock, when the waiter has left its line.</summary>
        public void Fail(Exception error, long cause)
        {
            NoteWaker(cause);
            _woken.SetException(error);
        }

        /// <summary>Called under the lock.</summary>
        public bool TryLeave()
        {
            if (_place.List is null)
                return false;
            _place.List.Remove(_place);
            return true;
        }

        public void Cancel(CancellationToken token) => _woken.SetCanceled(token);

        private void NoteWaker(long cause)
        {
            WokenBySequence = cause;
            WokenByTask = ScopeFrame.Current?.Task?.Id;
        }
    }
}
