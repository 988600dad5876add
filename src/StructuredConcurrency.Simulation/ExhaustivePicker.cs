namespace StructuredConcurrency.Simulation;

/// <summary>Makes, over many runs of one program, every choice in every combination, depth first: the first run is the plain order.</summary>
/// <remarks>
/// <code>
/// var picker = new ExhaustivePicker();
/// do
///     EventLoop.Run(program, new EventLoopOptions { Picker = picker });
/// while (picker.MoveNext());
/// </code>
/// <para><b>Pitfall.</b> The number of schedules grows with the factorial of what is ready at once: for small programs only.</para>
/// </remarks>
public sealed class ExhaustivePicker : ISchedulePicker
{
    private readonly List<(int Choice, int Width)> _path = [];
    private int _depth;

    /// <summary>Whether, after the same choices, the program had others to offer than before: it depends on something outside the run, and not every schedule of it was run.</summary>
    public bool ProgramVaries { get; private set; }

    /// <summary>Goes on to the next schedule, after a run.</summary>
    /// <returns>False when all have been run; see <see cref="ProgramVaries"/>.</returns>
    public bool MoveNext()
    {
        ProgramVaries |= _depth < _path.Count; // a run that ends before its path
        _path.RemoveRange(_depth, _path.Count - _depth);
        _depth = 0;
        while (_path.Count > 0)
        {
            var (choice, width) = _path[^1];
            _path.RemoveAt(_path.Count - 1);
            if (choice + 1 < width)
            {
                _path.Add((choice + 1, width));
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc />
    public int Pick(ReadOnlySpan<ReadyStep> ready)
    {
        if (_depth == _path.Count)
            _path.Add((0, ready.Length));
        var (choice, width) = _path[_depth++];
        ProgramVaries |= width != ready.Length;
        return Math.Min(choice, ready.Length - 1);
    }
}
