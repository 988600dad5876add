namespace StructuredConcurrency.Simulation;

/// <summary>The steps that are ready, in the order in which they became so, and beside each its code: pickers see steps, not callbacks.</summary>
/// <remarks>Both lie in one piece, as pickers want it, and taking the first costs the same however many wait behind it.</remarks>
internal sealed class ReadyQueue
{
    private ReadyStep[] _steps = new ReadyStep[16];
    private Work[] _work = new Work[16];
    private int _first;

    public int Count { get; private set; }

    public ReadOnlySpan<ReadyStep> Steps => _steps.AsSpan(_first, Count);

    public void Add(Work work)
    {
        if (_first + Count == _steps.Length)
            MakeRoom();
        _steps[_first + Count] = work.Context.Step;
        _work[_first + Count] = work;
        Count++;
    }

    public Work Take(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        var work = _work[_first + index];

        // Those before it close up: none in the plain order.
        Array.Copy(_steps, _first, _steps, _first + 1, index);
        Array.Copy(_work, _first, _work, _first + 1, index);
        _work[_first] = default; // holds on to nothing that has run
        _first = --Count == 0 ? 0 : _first + 1;
        return work;
    }

    private void MakeRoom()
    {
        var length = _first > _steps.Length / 2 ? _steps.Length : 2 * _steps.Length;
        var steps = new ReadyStep[length];
        var work = new Work[length];
        Array.Copy(_steps, _first, steps, 0, Count);
        Array.Copy(_work, _first, work, 0, Count);
        (_steps, _work, _first) = (steps, work, 0);
    }
}

/// <summary>A piece of code to run as a step of the task whose context this is.</summary>
internal readonly record struct Work(LoopContext Context, SendOrPostCallback Callback, object? State);
