namespace StructuredConcurrency.Simulation;

/// <summary>A step that is ready to run: the next piece of a task, up to its next await.</summary>
/// <param name="Task">Number of the task in the loop: 0 is the main program, -1 the clock, whose steps are timers.</param>
/// <param name="Name">Name of the task.</param>
public readonly record struct ReadyStep(int Task, string Name);

/// <summary>Chooses which of the steps that are ready runs next: the choices made in a run are its schedule.</summary>
public interface ISchedulePicker
{
    /// <summary>Chooses one.</summary>
    /// <param name="ready">The steps, the one that became ready first in front; at least two.</param>
    /// <returns>Its index.</returns>
    int Pick(ReadOnlySpan<ReadyStep> ready);
}

/// <summary>First in, first out: the plain order, as an event loop without a picker has it.</summary>
public sealed class FifoPicker : ISchedulePicker
{
    /// <inheritdoc />
    public int Pick(ReadOnlySpan<ReadyStep> ready) => 0;
}

/// <summary>Every ready step is as likely as any other; the same seed makes the same choices.</summary>
/// <param name="seed">The seed.</param>
public sealed class RandomPicker(ulong seed) : ISchedulePicker
{
    private readonly SplitMix64 _random = new(seed);

    /// <inheritdoc />
    public int Pick(ReadOnlySpan<ReadyStep> ready) => _random.Next(ready.Length);
}
