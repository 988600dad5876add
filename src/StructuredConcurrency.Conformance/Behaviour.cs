namespace StructuredConcurrency.Conformance;

/// <summary>What a behaviour is about.</summary>
public enum Concept
{
    /// <summary>One task group: completion, errors, cancellation.</summary>
    TaskGroup,

    /// <summary>Task groups inside task groups.</summary>
    NestedGroups,

    /// <summary>What flows into children and where code runs.</summary>
    Context,

    /// <summary>Deadlines.</summary>
    TimeoutScope,

    /// <summary>Code that cancellation does not reach.</summary>
    Shield,

    /// <summary>Queues that know what is unfinished.</summary>
    JoinableQueue,
}

/// <summary>One thing that an implementation of structured concurrency must do, with the check that it does.</summary>
public sealed class Behaviour
{
    private readonly Func<Trial, Task> _check;

    internal Behaviour(Concept concept, string id, string name, Func<Trial, Task> check, QueueOrder? order = null)
    {
        Concept = concept;
        Id = id;
        Name = name;
        Order = order;
        _check = check;
    }

    /// <summary>What it is about.</summary>
    public Concept Concept { get; }

    /// <summary>
    /// Its number in the list of behaviours: <c>11</c>; with an S, in the list of settled points: <c>S16</c>; a letter alone is a contested choice.
    /// A number that says several things has several behaviours.
    /// </summary>
    public string Id { get; }

    /// <summary>What it says, in words.</summary>
    public string Name { get; }

    /// <summary>The kind of queue that it is tried on; <see langword="null"/>: not about queues.</summary>
    public QueueOrder? Order { get; }

    /// <inheritdoc />
    public override string ToString() => Order is { } order ? $"{Id} {Name} ({order})" : $"{Id} {Name}";

    /// <summary>Tries it on an implementation.</summary>
    /// <param name="implementation">What is tried.</param>
    /// <param name="floor">Where it runs.</param>
    /// <returns>The verdict; a failed check is in it, not thrown.</returns>
    public async Task<BehaviourResult> RunAsync(Implementation implementation, Floor floor)
    {
        ArgumentNullException.ThrowIfNull(implementation);
        ArgumentNullException.ThrowIfNull(floor);
        NotOfferedException.Note? lacking = null;
        string? failure = null;
        var ended = false;
        try
        {
            await floor.RunAsync(async () =>
            {
                lacking = NotOfferedException.Watch(floor.IsLoop);
                var check = CheckAsync(lacking);
                if (await Task.WhenAny(check, lacking.Taken) == check)
                    await check;
            }).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failure ??= e.Message; // the floor says what was wrong
        }

        if (lacking?.Feature is { } feature)
            return new BehaviourResult(this, Verdict.NotOffered, $"{feature} is not offered");
        if (failure is not null)
            return new BehaviourResult(this, Verdict.Failed, failure);
        return ended
            ? new BehaviourResult(this, Verdict.Passed, null)
            : new BehaviourResult(this, Verdict.Failed, "it never ended: somebody waits for what nobody will do.");

        async Task CheckAsync(NotOfferedException.Note note)
        {
            try
            {
                await _check(new Trial(implementation, floor, Order, note));
                ended = true;
            }
            catch (Exception e)
            {
                failure = Reason(e);
            }
        }
    }

    /// <summary>Does what the behaviour does, on the loop of the caller, and tells what was found instead of judging it.</summary>
    /// <remarks>
    /// For those who judge somewhere else than where the implementation runs: what was expected are the answers of an implementation that conforms, such as
    /// <see cref="Implementation.Library"/>. The last answer says that the behaviour came to its end; where it is lacking, something waits for ever.
    /// </remarks>
    /// <param name="implementation">What is tried.</param>
    /// <param name="clock">The clock of the loop that the caller runs on.</param>
    /// <param name="tell">Takes each answer, as soon as it is found.</param>
    public async Task AnswerAsync(Implementation implementation, TimeProvider clock, Action<Answer> tell)
    {
        ArgumentNullException.ThrowIfNull(implementation);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(tell);
        Expect.Tell(tell);
        try
        {
            await _check(new Trial(implementation, Floor.Here(clock), Order, NotOfferedException.Watch(onLoop: true)));
            tell(new Answer(Answer.End, "normally"));
        }
        catch (Exception e)
        {
            tell(new Answer(Answer.End, Reason(e)));
        }
    }

    private static string Reason(Exception failure) => failure switch
    {
        BehaviourFailedException failed => failed.Message,
        NotImplementedException or NotSupportedException => $"not done yet: {failure.Message}",
        _ => $"it was not expected to throw {Expect.Describe(failure)}{Where(failure)}.",
    };

    private static string Where(Exception e) =>
        e.StackTrace?.Split('\n').FirstOrDefault(line => !line.Contains(typeof(Behaviour).Namespace!, StringComparison.Ordinal) && !line.Contains("System.", StringComparison.Ordinal)) is { } line
            ? $", {line.Trim()}" : "";
}

/// <summary>How an implementation did on a behaviour.</summary>
public enum Verdict
{
    /// <summary>It behaves as it says.</summary>
    Passed,

    /// <summary>It does not.</summary>
    Failed,

    /// <summary>It lacks what the behaviour is about.</summary>
    NotOffered,
}

/// <summary>What came of one behaviour.</summary>
/// <param name="Behaviour">Which.</param>
/// <param name="Verdict">How it did.</param>
/// <param name="Reason">What was expected and what happened, or what is lacking; <see langword="null"/> where it passed.</param>
public sealed record BehaviourResult(Behaviour Behaviour, Verdict Verdict, string? Reason);

/// <summary>Says in words what a behaviour expected and what happened instead.</summary>
public sealed class BehaviourFailedException : Exception
{
    internal BehaviourFailedException(string message)
        : base(message)
    {
    }
}
