namespace StructuredConcurrency.Conformance.Tests;

/// <summary>An implementation that breaks one rule.</summary>
/// <param name="CaughtBy">The behaviour that says the rule, and must fail.</param>
/// <param name="Flaw">What it does wrong, in words.</param>
/// <param name="Create">Makes it, for each behaviour anew.</param>
internal sealed record Mutant(string CaughtBy, string Flaw, Func<Implementation> Create)
{
    /// <summary>Where the flaw can be seen.</summary>
    public Floor Floor { get; init; } = Floors.Loop;

    /// <summary>The behaviours that judge it.</summary>
    public IEnumerable<Behaviour> Behaviours { get; init; } = ConformanceSuite.Behaviours;

    public override string ToString() => $"{CaughtBy}: {Flaw}";

    /// <summary>Ends, normally, when the token is cancelled.</summary>
    public static async Task CancelledAsync(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource();
        using var registration = token.Register(() => cancelled.TrySetResult());
        await cancelled.Task;
    }

    /// <summary>Runs code and turns what it throws into something else.</summary>
    public static async Task TurnAsync<TException>(Func<CancellationToken, Task> run, CancellationToken token, Func<TException, CancellationToken, Exception> turn)
        where TException : Exception
    {
        try
        {
            await run(token);
        }
        catch (TException e)
        {
            var turned = turn(e, token);
            if (ReferenceEquals(turned, e))
                throw;
            throw turned;
        }
    }

    /// <summary>Waits no longer than the token allows; what it waits for goes on.</summary>
    public static async Task<T> AbandonAsync<T>(Task<T> running, CancellationToken token)
    {
        await Task.WhenAny(running, CancelledAsync(token));
        return running.IsCompleted ? await running : throw new OperationCanceledException(token);
    }

    /// <summary>Waits no longer than the token allows; what it waits for goes on.</summary>
    public static async Task AbandonAsync(Task running, CancellationToken token)
    {
        await Task.WhenAny(running, CancelledAsync(token));
        if (!running.IsCompleted)
            throw new OperationCanceledException(token);
        await running;
    }
}
