using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

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
    private readonly SpinGate _gate = new();
    private readonly ItemStore<T> _items;
    private readonly int _room;

    // Invariants, under the lock: someone waits for an item only while there is none; someone waits for room only while
    // the queue is full; someone waits to join only while something is unfinished; nobody waits for item or room after shutdown.
    // Whoever is taken out of a line under the lock is woken after it.
    private Line _getters;
    private Line _putters;
    private Line _joiners;
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
        _room = capacity ?? int.MaxValue;
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
            using (_gate.Hold())
                return _items.Count;
        }
    }

    /// <summary>Items put and not yet marked done: those that wait, and those that somebody has taken and works on.</summary>
    public int UnfinishedCount
    {
        get
        {
            using (_gate.Hold())
                return _unfinished;
        }
    }

    /// <summary>Whether <see cref="Shutdown"/> was called: nothing more can be put.</summary>
    public bool IsShutDown
    {
        get
        {
            using (_gate.Hold())
                return _isShutDown;
        }
    }

    /// <summary>Puts an item, and waits for room while the queue is full.</summary>
    /// <param name="item">The item.</param>
    /// <param name="cancellationToken">Ends the wait; a token that is cancelled already ends it at once, and nothing is put.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled before the item was put.</exception>
    /// <exception cref="QueueShutDownException">The queue was shut down before the item was put.</exception>
    public ValueTask PutAsync(T item, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(Observed(cancellationToken));
        Waiter? getter = null, self = null;
        using (_gate.Hold())
        {
            if (_isShutDown)
                return ValueTask.FromException(ShutDown());
            if (_items.Count < _room)
                getter = Add(item, ScopeFrame.Observed);
            else
                self = Enlist(ref _putters, ScopeWait.Room, item);
        }

        getter?.Wake();
        return self is null ? ValueTask.CompletedTask : new ValueTask(self.ListeningTo(cancellationToken), self.Version);
    }

    /// <summary>Takes the oldest item, and waits for one while the queue is empty.</summary>
    /// <param name="cancellationToken">Ends the wait; a token that is cancelled already ends it at once, and nothing is taken.</param>
    /// <returns>The item, for which <see cref="MarkDone"/> is now due.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled before an item was given.</exception>
    /// <exception cref="QueueShutDownException">The queue was shut down, and is empty.</exception>
    public ValueTask<T> GetAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<T>(Observed(cancellationToken));
        T item = default!;
        Waiter? putter = null, self = null;
        using (_gate.Hold())
        {
            if (_items.Count > 0)
                item = Take(out putter);
            else if (_isShutDown)
                return ValueTask.FromException<T>(ShutDown());
            else
                self = Enlist(ref _getters, ScopeWait.Item, default!);
        }

        putter?.Wake();
        return self is null ? new ValueTask<T>(item) : new ValueTask<T>(self.ListeningTo(cancellationToken), self.Version);
    }

    /// <summary>Puts an item if there is room now.</summary>
    /// <param name="item">The item.</param>
    /// <returns>False when the queue is full or shut down.</returns>
    public bool TryPut(T item)
    {
        Waiter? getter;
        using (_gate.Hold())
        {
            if (_items.Count >= _room || _isShutDown)
                return false;
            getter = Add(item, ScopeFrame.Observed);
        }

        getter?.Wake();
        return true;
    }

    /// <summary>Takes the oldest item if there is one now.</summary>
    /// <param name="item">The item, for which <see cref="MarkDone"/> is then due.</param>
    /// <returns>False when the queue is empty.</returns>
    public bool TryGet([MaybeNullWhen(false)] out T item)
    {
        Waiter? putter;
        using (_gate.Hold())
        {
            if (_items.Count == 0)
            {
                item = default;
                return false;
            }

            item = Take(out putter);
        }

        putter?.Wake();
        return true;
    }

    /// <summary>Says that one item taken earlier is finished with, whether its work succeeded or not.</summary>
    /// <exception cref="InvalidOperationException">Called more often than items were put.</exception>
    public void MarkDone()
    {
        Waiter? joiners = null;
        using (_gate.Hold())
        {
            if (_unfinished == 0)
                throw new InvalidOperationException($"MarkDone was called more often than items were put into '{Name}'. Call it once for each item taken.");
            _unfinished--;
            var done = TellDone();
            if (_unfinished == 0)
                joiners = _joiners.RemoveAll(done);
        }

        joiners?.Wake();
    }

    /// <summary>Waits until every item that was put has been marked done; at once when nothing is unfinished.</summary>
    /// <param name="cancellationToken">Ends the wait, not the work.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public Task JoinAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(Observed(cancellationToken));
        Waiter? self = null;
        using (_gate.Hold())
        {
            if (_unfinished > 0)
                self = Enlist(ref _joiners, ScopeWait.Join, default!);
            else if (ScopeFrame.Observed is { } frame)
                Emit(ScopeEventKind.Joined, frame);
        }

        return self is null ? Task.CompletedTask : JoinWhenWokenAsync(self.ListeningTo(cancellationToken));
    }

    /// <summary>Ends the queue for everybody: nothing more can be put.</summary>
    /// <remarks>
    /// Whoever waits for room or for an item gets a <see cref="QueueShutDownException"/>; items that wait in the queue can still be taken. May be called again,
    /// and immediately after gracefully. Counterpart: <c>asyncio.Queue.shutdown</c>.
    /// </remarks>
    /// <param name="immediate">Also drop the items that wait in the queue: they count as done, and those that somebody has in hand are all that is left to join.</param>
    public void Shutdown(bool immediate = false)
    {
        Waiter? getters, putters, joiners = null;
        using (_gate.Hold())
        {
            _isShutDown = true;
            if (immediate)
            {
                _unfinished = Math.Max(0, _unfinished - _items.Count); // somebody may have marked done what nobody took
                _items.Clear();
            }

            var shutDown = ScopeFrame.Observed is { } frame ? Emit(ScopeEventKind.ShutDown, frame) : 0;
            getters = _getters.RemoveAll(shutDown);
            putters = _putters.RemoveAll(shutDown);
            if (_unfinished == 0)
                joiners = _joiners.RemoveAll(shutDown);
        }

        getters?.Fail();
        putters?.Fail();
        joiners?.Wake();
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

    /// <summary>The story hears that the caller has met a cancelled token.</summary>
    private static CancellationToken Observed(CancellationToken cancelled)
    {
        ScopeTracing.CancelObserved();
        return cancelled;
    }

    private QueueShutDownException ShutDown() => new(Name);

    /// <summary>Puts an item where there is room: into the hands of whoever waits longest, or into the store.</summary>
    /// <returns>Who was given it, to be woken outside the lock.</returns>
    private Waiter? Add(T item, ScopeFrame? putter)
    {
        if (_getters.First is { } getter)
        {
            _unfinished++;
            var put = TellPut(putter, item);
            TellGet(getter.Frame, item, put);
            _getters.Remove(getter, put);
            getter.Item = item;
            return getter;
        }

        _unfinished++;
        _items.Add(item, TellPut(putter, item));
        return null;
    }

    /// <param name="putter">Who was given the room that this made, to be woken outside the lock. It belongs to whoever waits longest for it: nobody barges in.</param>
    private T Take(out Waiter? putter)
    {
        var (item, put) = _items.Take();
        var get = TellGet(ScopeFrame.Observed, item, put);
        putter = _putters.First;
        if (putter is not null)
        {
            Add(putter.Item, putter.Frame); // first: should a comparer throw, the putter is still in line, and can be cancelled
            _putters.Remove(putter, get);
        }

        return item;
    }

    private Waiter Enlist(ref Line line, ScopeWait wait, T item)
    {
        var waiter = new Waiter(this, wait, item, ScopeFrame.Observed);
        if (waiter.Frame is { } frame)
            Emit(ScopeEventKind.WaitStarted, frame, wait: wait);
        line.Add(waiter);
        return waiter;
    }

    /// <summary>Takes a waiter out of its line, unless it has been served: what was given is not taken back.</summary>
    private void Abandon(Waiter waiter, CancellationToken token)
    {
        using (_gate.Hold())
        {
            if (!waiter.IsInLine)
                return;
            LineOf(waiter.Wait).Remove(waiter, cause: 0);
        }

        waiter.Cancel(token);
    }

    private ref Line LineOf(ScopeWait wait)
    {
        if (wait == ScopeWait.Item)
            return ref _getters;
        return ref wait == ScopeWait.Room ? ref _putters : ref _joiners;
    }

    private static async Task JoinWhenWokenAsync(Waiter waiter) =>
        await new ValueTask(waiter, waiter.Version).ConfigureAwait(ScopeScheduler.Current is not null);

    private void TellWaitEnded(Waiter waiter, ScopeFrame frame, ScopeOutcome outcome)
    {
        if (outcome == ScopeOutcome.Cancelled)
            frame.Scope?.EmitCancelObserved(frame.Task!);
        using (_gate.Hold())
        {
            if (waiter.Wait == ScopeWait.Join && outcome == ScopeOutcome.Succeeded)
                Emit(ScopeEventKind.Joined, frame, cause: waiter.WokenBySequence);
            Emit(ScopeEventKind.WaitEnded, frame, cause: waiter.WokenBySequence, wait: waiter.Wait, outcome: outcome, by: waiter.WokenByTask);
        }
    }

    // Events of the ready queue: what they need is put together only where somebody listens.
    private long TellPut(ScopeFrame? putter, T item) =>
        putter is null ? 0 : Emit(ScopeEventKind.Put, putter, item, depth: _items.Count + 1);

    private long TellGet(ScopeFrame? getter, T item, long put) =>
        getter is null ? 0 : Emit(ScopeEventKind.Get, getter, item, put);

    private long TellDone() =>
        ScopeFrame.Observed is { } frame ? Emit(ScopeEventKind.ItemDone, frame) : 0;

    private long Emit(
        ScopeEventKind kind,
        ScopeFrame frame,
        T? item = default,
        long cause = 0,
        int? depth = null,
        ScopeWait? wait = null,
        ScopeOutcome? outcome = null,
        int? by = null)
    {
        var task = frame.Task!;
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

    /// <summary>Those who wait for one thing, in the order in which they came. Lives under the queue's lock.</summary>
    private struct Line
    {
        private Waiter? _last;

        public Waiter? First { get; private set; }

        public void Add(Waiter waiter)
        {
            waiter.IsInLine = true;
            waiter.Previous = _last;
            if (_last is null)
                First = waiter;
            else
                _last.Next = waiter;
            _last = waiter;
        }

        /// <param name="waiter">Someone in this line.</param>
        /// <param name="cause">The event that served the waiter, for the story; 0: none did.</param>
        public void Remove(Waiter waiter, long cause)
        {
            if (waiter.Previous is null)
                First = waiter.Next;
            else
                waiter.Previous.Next = waiter.Next;
            if (waiter.Next is null)
                _last = waiter.Previous;
            else
                waiter.Next.Previous = waiter.Previous;
            waiter.Previous = waiter.Next = null;
            waiter.Leave(cause);
        }

        /// <returns>The first of them; the others follow as its <see cref="Waiter.Next"/>.</returns>
        public Waiter? RemoveAll(long cause)
        {
            var all = First;
            for (var waiter = all; waiter is not null; waiter = waiter.Next)
                waiter.Leave(cause);
            First = _last = null;
            return all;
        }
    }

    /// <summary>Someone who waits in one of the three lines, and what the waiter awaits: allocated once for each wait.</summary>
    private sealed class Waiter : IValueTaskSource<T>, IValueTaskSource
    {
        private readonly JoinableQueue<T> _queue;
        private CancellationTokenRegistration _cancellation;
        private ManualResetValueTaskSourceCore<T> _woken;

        public Waiter(JoinableQueue<T> queue, ScopeWait wait, T item, ScopeFrame? frame)
        {
            _queue = queue;
            Wait = wait;
            Item = item;
            Frame = frame;

            // Whoever wakes a waiter does not run the waiter's code. On an event loop the loop sees to that, and the way over the pool would leave it.
            _woken.RunContinuationsAsynchronously = ScopeScheduler.Current is null;
        }

        public ScopeWait Wait { get; }

        /// <summary>A putter's item; a getter's once it is served.</summary>
        public T Item { get; set; }

        /// <summary>Who waits, when observed.</summary>
        public ScopeFrame? Frame { get; }

        public short Version => _woken.Version;

        public Waiter? Previous { get; set; }

        public Waiter? Next { get; set; }

        public bool IsInLine { get; set; }

        public long WokenBySequence { get; private set; }

        public int? WokenByTask { get; private set; }

        /// <summary>Called outside the lock, once, before the waiter is awaited.</summary>
        public Waiter ListeningTo(CancellationToken cancellationToken)
        {
            _cancellation = cancellationToken.UnsafeRegister(
                static (state, token) =>
                {
                    var waiter = (Waiter)state!;
                    waiter._queue.Abandon(waiter, token);
                },
                this);
            return this;
        }

        /// <summary>Called under the lock: from now on the waiter is served, and its cancellation comes too late.</summary>
        public void Leave(long cause)
        {
            IsInLine = false;
            WokenBySequence = cause;
            WokenByTask = cause == 0 ? null : ScopeFrame.Observed?.Task?.Id;
        }

        /// <summary>Lets this waiter go on, and those behind it. Called outside the lock.</summary>
        public void Wake()
        {
            for (var waiter = this; waiter is not null;)
            {
                var next = waiter.Next;
                waiter.Next = null;
                waiter._woken.SetResult(waiter.Item);
                waiter = next;
            }
        }

        /// <summary>Tells this waiter, and those behind it, that the queue was shut down. Called outside the lock.</summary>
        public void Fail()
        {
            for (var waiter = this; waiter is not null;)
            {
                var next = waiter.Next;
                waiter.Next = null;
                waiter._woken.SetException(_queue.ShutDown());
                waiter = next;
            }
        }

        public void Cancel(CancellationToken token) => _woken.SetException(new OperationCanceledException(token));

        public ValueTaskSourceStatus GetStatus(short token) => _woken.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _woken.OnCompleted(continuation, state, token, flags);

        public T GetResult(short token)
        {
            var status = _woken.GetStatus(token);
            _cancellation.Unregister();
            if (Frame is { } frame && status != ValueTaskSourceStatus.Pending)
            {
                _queue.TellWaitEnded(this, frame, status switch
                {
                    ValueTaskSourceStatus.Succeeded => ScopeOutcome.Succeeded,
                    ValueTaskSourceStatus.Canceled => ScopeOutcome.Cancelled,
                    _ => ScopeOutcome.Faulted,
                });
            }

            return _woken.GetResult(token);
        }

        void IValueTaskSource.GetResult(short token) => GetResult(token);
    }
}
