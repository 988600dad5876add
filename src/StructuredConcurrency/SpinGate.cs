namespace StructuredConcurrency;

/// <summary>A lock for sections of a few nanoseconds, which the same thread may enter again.</summary>
/// <remarks>
/// Leaving it is a plain write, where <see cref="Lock"/> needs a second atomic operation: that halves what an uncontended queue costs
/// (figures in <c>bench/</c>). The price is that a thread that must wait spins, yields, and in the end sleeps, rather than being woken: right where nobody stays inside
/// for long. The runtime guards the callbacks of a <see cref="CancellationTokenSource"/> in the same way.
/// </remarks>
internal sealed class SpinGate
{
    private int _owner; // managed thread id; 0: free
    private int _reentries; // used by the owner alone

    public Holder Hold()
    {
        var me = Environment.CurrentManagedThreadId;
        if (Interlocked.CompareExchange(ref _owner, me, 0) != 0)
            WaitToEnter(me);
        return new Holder(this);
    }

    private void WaitToEnter(int me)
    {
        // What runs under a queue's gate is ours, but for a comparer, an observer and an item's ToString: they may look at the queue.
        if (Volatile.Read(ref _owner) == me)
        {
            _reentries++;
            return;
        }

        var spin = default(SpinWait);
        do
        {
            spin.SpinOnce();
        }
        while (Interlocked.CompareExchange(ref _owner, me, 0) != 0);
    }

    private void Leave()
    {
        if (_reentries > 0)
            _reentries--;
        else
            Volatile.Write(ref _owner, 0);
    }

    public readonly ref struct Holder(SpinGate gate)
    {
        public void Dispose() => gate.Leave();
    }
}
