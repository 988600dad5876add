namespace StructuredConcurrency.Simulation;

/// <summary>Why a step was ready.</summary>
public enum StepReason
{
    /// <summary>It is the first step of its task, which <see cref="StepRecord.By"/> started.</summary>
    Started,

    /// <summary><see cref="StepRecord.By"/> completed what it was waiting for, or it yielded.</summary>
    Woken,

    /// <summary>Time came to it: a timer was due.</summary>
    Timer,

    /// <summary>Code outside the loop sent it.</summary>
    Outside,
}

/// <summary>One step of a run, for reports.</summary>
public sealed record StepRecord
{
    /// <summary>Its number, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>When, on the loop's clock.</summary>
    public required TimeSpan Time { get; init; }

    /// <summary>Number of its task in the loop: 0 is the main program, -1 the clock.</summary>
    public required int Task { get; init; }

    /// <summary>Name of its task.</summary>
    public required string Name { get; init; }

    /// <summary>How many steps were ready. Above 1 this one was chosen.</summary>
    public required int Ready { get; init; }

    /// <summary>Its place among them; 0: it was ready first.</summary>
    public required int Choice { get; init; }

    /// <summary>Why it was ready.</summary>
    public required StepReason Reason { get; init; }

    /// <summary>In whose step it became ready; <see langword="null"/>: in none.</summary>
    public required string? By { get; init; }

    /// <summary>What it did, as far as is known: what the log tells, or the line that it ran to.</summary>
    public string Did { get; internal set; } = "";

    internal int FirstEvent { get; init; }

    internal int EventCount { get; private set; }

    internal static StepRecord Begin(EventLoop loop, in Work work, int index, int ready, EventLog? log, int number) => new()
    {
        Number = number,
        Time = TimeSpan.FromTicks(loop.Now),
        Task = work.Context.Step.Task,
        Name = work.Context.Step.Name,
        Ready = ready,
        Choice = index,
        Reason = work.State is LoopTimer ? StepReason.Timer : work.By is null && number > 1 ? StepReason.Outside : work.State is LoopContext ? StepReason.Started : StepReason.Woken,
        By = work.By?.Step.Name,
        FirstEvent = log?.Count ?? 0,
    };

    /// <summary>After the step: notes where the task stands now.</summary>
    internal void End(in Work work, EventLog? log)
    {
        EventCount = (log?.Count ?? 0) - FirstEvent;
        if (Task < 0)
        {
            Did = work.State is LoopTimer { State: System.Threading.Tasks.Task } ? "a delay ends" : "a timer fires";
            return;
        }

        // The async method that this step resumed, where it has not ended; else the task's own.
        var resumed = (work.State as Delegate)?.Target is Task { IsCompleted: false } method ? method : work.Context.Body;
        if (work.Context.HasEnded)
            Did = work.Context.Body!.IsFaulted ? "ends: " + work.Context.Body.Exception!.InnerException!.GetType().Name : "ends";
        else if (AwaitChain.From(resumed) is { Own: { } own } chain)
            Did = own.Line is not { } line ? $"awaits {AwaitedThing.Describe(chain, work.Context.Loop)}" : $"to line {line.Line}: {line.Text ?? AwaitedThing.Describe(chain, work.Context.Loop)}";
    }
}
