namespace StructuredConcurrency.Simulation;

/// <summary>Makes the choices of a trace again, and after its last the plain order. To reproduce a run whole, with its jitter, use <see cref="EventLoop.Replay"/>.</summary>
/// <param name="choices">The index chosen, for each choice.</param>
public sealed class ReplayPicker(ReadOnlyMemory<byte> choices) : ISchedulePicker
{
    private int _next;

    /// <summary>The first choice, counted from 1, that named a step which was not there: the program is not the one that was recorded.</summary>
    public int? FirstImpossible { get; private set; }

    /// <summary>How many choices of the trace have not been made.</summary>
    public int Left => Math.Max(0, choices.Length - _next);

    /// <inheritdoc />
    public int Pick(ReadOnlySpan<ReadyStep> ready)
    {
        var choice = _next < choices.Length ? choices.Span[_next] : 0;
        _next++;
        if (choice < ready.Length)
            return choice;
        FirstImpossible ??= _next;
        return ready.Length - 1;
    }
}
