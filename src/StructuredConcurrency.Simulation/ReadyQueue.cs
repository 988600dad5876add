namespace StructuredConcurrency.Simulation;

/// <summary>The steps that are ready, in the order in which they became so. Taking the first, as the plain order always does, costs the same however many there are.</summary>
internal sealed class ReadyQueue
{
    private ReadyStep[] _steps = new ReadyStep[8];
    private Work[] _work = new Work[8];
    private int _first;

    public int Count { get; private set; }

    public ReadOnlySpan<ReadyStep> Steps => _steps.AsSpan(_first, Count);

    public void Add(in Work work)
    {
        if (_first + Count == _steps.Length)
            MakeRoom();
        _steps[_first + Count] = work.Context.Step;
        _work[_first + Count] = work;
        Count++;
    }

    public Work Take(int index)
    {
        CheckIndex(index, Count);
        var work = _work[_first + index];

        // Those before it close up: none in the plain order.
        if (index > 0)
        {
            Array.Copy(_steps, _first, _steps, _first + 1, index);
            Array.Copy(_work, _first, _work, _first + 1, index);
        }

        _work[_first] = default; // holds on to nothing that has run
        _first = --Count == 0 ? 0 : _first + 1;
        return work;
    }

    public static void CheckIndex(int index, int count) => ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)count, nameof(index));

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
/// <param name="Context">The task.</param>
/// <param name="Callback">The code.</param>
/// <param name="State">What it is given.</param>
/// <param name="By">In whose step it became ready; <see langword="null"/>: by code outside the loop.</param>
internal readonly record struct Work(LoopContext Context, SendOrPostCallback Callback, object? State, LoopContext? By);
