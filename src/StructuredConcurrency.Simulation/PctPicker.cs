namespace StructuredConcurrency.Simulation;

/// <summary>
/// Probabilistic concurrency testing: every task has a random priority, the ready step of the highest runs, and at a few random places the task in
/// front falls behind all others. Finds orders that chance hardly ever produces, such as one task that never gets its turn.
/// </summary>
/// <remarks>
/// A bug that needs <c>depth</c> ordering constraints is found with a probability of at least 1 / (tasks · choices^(depth−1)) in each run
/// (Burckhardt, Kothari, Musuvathi and Nagarakatte, 2010). Steps of one task keep their order, so it needs tasks that the loop can tell
/// apart: children of a group, <see cref="EventLoop.Run(string, Func{CancellationToken, Task}, CancellationToken)"/>.
/// </remarks>
public sealed class PctPicker : ISchedulePicker
{
    private readonly SplitMix64 _random;
    private readonly int[] _changes;
    private ulong[] _priorities = new ulong[16]; // 0: not drawn yet
    private int _choices;

    /// <summary>Prepares the choices of one run.</summary>
    /// <param name="depth">The number of ordering constraints of the bug looked for, at least 1: one less is the number of changes of priority.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="choices">About how many choices the run will make, among which the places of the changes are drawn.</param>
    public PctPicker(int depth, ulong seed, int choices)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        _random = new SplitMix64(seed);
        _changes = new int[depth - 1];
        for (var i = 0; i < _changes.Length; i++)
            _changes[i] = _random.Next(Math.Max(1, choices));
    }

    /// <inheritdoc />
    public int Pick(ReadOnlySpan<ReadyStep> ready)
    {
        var best = Highest(ready);
        for (var i = 0; i < _changes.Length; i++)
        {
            if (_changes[i] != _choices)
                continue;
            _priorities[ready[best].Task + 1] = (ulong)(_changes.Length - i); // below all that were drawn
            best = Highest(ready);
        }

        _choices++;
        return best;
    }

    private int Highest(ReadOnlySpan<ReadyStep> ready)
    {
        var best = 0;
        for (var i = 1; i < ready.Length; i++)
        {
            if (Priority(ready[i]) > Priority(ready[best]))
                best = i;
        }

        return best;
    }

    private ulong Priority(ReadyStep step)
    {
        var place = step.Task + 1; // the clock is -1
        if (place >= _priorities.Length)
            Array.Resize(ref _priorities, 2 * place);
        if (_priorities[place] == 0)
            _priorities[place] = _random.NextUInt64() | (1UL << 63);
        return _priorities[place];
    }
}
