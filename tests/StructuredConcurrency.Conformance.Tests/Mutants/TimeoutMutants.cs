namespace StructuredConcurrency.Conformance.Tests;

/// <summary>Timeout scopes and shields that break one rule each.</summary>
internal static class TimeoutMutants
{
    // As it was before any scope: code that runs in it does not know what encloses it.
    private static readonly ExecutionContext s_nowhere = ExecutionContext.Capture()!;

    public static IReadOnlyList<Mutant> All { get; } =
    [
        Of("52", "lets its own cancellation out", () => new BrokenTimeouts { Around = Turn<TimeoutException>((e, _) => e.InnerException!) }),
        Of("52", "does not say what the timeout cut short", () => new BrokenTimeouts { Around = Turn<TimeoutException>((e, _) => new TimeoutException(e.Message)) }),
        Of("52", "never says that it expired", () => new BrokenTimeouts { Expired = _ => false }),
        Of("53", "says Expired of every end", () => new BrokenTimeouts { Expired = _ => true }),
        Of("54", "takes null for a second", () => new BrokenTimeouts { Around = (run, timeout, token) => run(timeout ?? TimeSpan.FromSeconds(1), token) }),
        Of("55", "does not start its body when there is no time", () => new BrokenTimeouts
        {
            Around = (run, timeout, token) => timeout == TimeSpan.Zero ? Task.FromException(new TimeoutException()) : run(timeout, token),
        }),
        Of("56", "takes a negative timeout for zero", () => new BrokenTimeouts
        {
            Around = (run, timeout, token) => run(timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan ? TimeSpan.Zero : timeout, token),
        }),
        Of("57", "does not start its body after a deadline in the past", () => new BrokenTimeouts { PastDeadlinesStartTheBody = false }),
        Of("58", "wraps its body's own exception", () => new BrokenTimeouts { Around = Turn<Exception>((e, _) => e is OperationCanceledException or TimeoutException or ArgumentException ? e : new InvalidOperationException("failed", e)) }),
        Of("59", "calls everything after its deadline a timeout", () => new BrokenTimeouts
        {
            Body = (scope, body) => Mutant.TurnAsync<Exception>(_ => body(), default, (e, _) => scope.Expired ? new TimeoutException("late", e) : e),
        }),
        Of("60", "calls its caller's cancellation a timeout", () => new BrokenTimeouts { Around = Turn<OperationCanceledException>((e, _) => new TimeoutException("too slow", e)) }),
        Of("60", "throws its caller's cancellation with a token of its own", () => new BrokenTimeouts { Around = Turn<OperationCanceledException>((e, _) => new OperationCanceledException(e.Message)) }),
        Of("61", "prefers its timeout to its caller's cancellation", () => new BrokenTimeouts
        {
            Body = (scope, body) => Mutant.TurnAsync<OperationCanceledException>(_ => body(), default, (e, _) => scope.Expired ? new TimeoutException("too slow", e) : e),
        }),
        Of("62", "throws its timeout though the body finished", () => new BrokenTimeouts
        {
            Body = async (scope, body) =>
            {
                await body();
                scope.Token.ThrowIfCancellationRequested();
            },
        }),
        Of("63", "does not look at the deadlines around it", () => new BrokenTimeouts { Around = (run, timeout, token) => Nowhere(() => run(timeout, token)) }),
        Of("65", "does not move its deadline", () => new BrokenTimeouts { Reschedule = (_, _) => { } }),
        Of("66", "says nothing when it is too late to move the deadline", () => new BrokenTimeouts
        {
            Reschedule = (scope, timeout) =>
            {
                if (scope.State == TimeoutScopeState.Active)
                    scope.Reschedule(timeout);
            },
        }),
        Of("67", "calls an error during its clean-up a timeout", () => new BrokenTimeouts { Around = Turn<AggregateException>((e, _) => new TimeoutException("too slow", e)) }),
        Of("68", "ends quietly at its deadline", () => new BrokenTimeouts { Around = Quietly }),
        Of("69", "forgets its timer", () => new BrokenTimeouts { Clock = clock => new Forgetful(clock) }),
        Of("69a", "drops a timer that comes early", () => new BrokenTimeouts { Clock = clock => new DropsEarlyTimers(clock) }),
        Of("69a", "trusts a timer that comes early, and the order of timers, as CancelAfter does", () => new CancelAfterTimeouts()),
        Of("70", "lets TryRun swallow everything", () => new BrokenTimeouts { TryRunThrows = false }),
        Of("S13", "says Expired only of what it cut short", () => new BrokenTimeouts { Expired = scope => scope.Expired && scope.Remaining > TimeSpan.Zero }),
        Of("S15", "adds a rescheduled timeout to what was left", () => new BrokenTimeouts { Reschedule = (scope, timeout) => scope.Reschedule(timeout + scope.Remaining) }),
        Of("S20", "counts on the wall clock", () => new BrokenTimeouts { Clock = clock => new WallClock(clock) }),
        Of("S26", "calls an expired scope finished", () => new BrokenTimeouts { State = scope => scope.State == TimeoutScopeState.Active ? TimeoutScopeState.Active : TimeoutScopeState.Finished }),

        Shield("71", "hands the caller's cancellation to the clean-up", (real, cleanup, grace, clock) => cleanup(new CancellationToken(canceled: true))),
        Shield("71", "lets the clean-up run on alone", (real, cleanup, grace, clock) =>
        {
            _ = cleanup(CancellationToken.None);
            return Task.CompletedTask;
        }),
        Shield("72", "knows no grace period", (real, cleanup, grace, clock) => real.RunAsync(cleanup, null, clock)),
        Shield("72", "ends its grace period with a cancellation", (real, cleanup, grace, clock) => Mutant.TurnAsync<TimeoutException>(_ => real.RunAsync(cleanup, grace, clock), default, (e, _) => e.InnerException!)),
        Shield("72", "is none, and only keeps the cancellation out", (real, cleanup, grace, clock) => cleanup(CancellationToken.None)),
        Shield("73", "has a grace period where none was asked for", (real, cleanup, grace, clock) => real.RunAsync(cleanup, grace ?? TimeSpan.FromSeconds(1), clock)),
        Shield("S9", "throws the cancellation when the clean-up is done", async (real, cleanup, grace, clock) =>
        {
            await real.RunAsync(cleanup, grace, clock);
            throw new OperationCanceledException();
        }),
    ];

    private static Mutant Of(string caughtBy, string flaw, Func<ITimeoutScopes> timeouts) =>
        new(caughtBy, $"a timeout scope that {flaw}", () => Implementation.Library with { TimeoutScopes = timeouts() })
        {
            Behaviours = ConformanceSuite.Behaviours.Where(b => b.Concept is Concept.TimeoutScope or Concept.Shield),
        };

    private static Mutant Shield(string caughtBy, string flaw, Func<IShields, Func<CancellationToken, Task>, TimeSpan?, TimeProvider, Task> run) =>
        new(caughtBy, $"a shield that {flaw}", () => Implementation.Library with { Shields = new BrokenShields(run) })
        {
            Behaviours = ConformanceSuite.Behaviours.Where(b => b.Concept == Concept.Shield),
        };

    private static Func<Func<TimeSpan?, CancellationToken, Task>, TimeSpan?, CancellationToken, Task> Turn<TException>(Func<TException, CancellationToken, Exception> turn)
        where TException : Exception => (run, timeout, token) => Mutant.TurnAsync(t => run(timeout, t), token, turn);

    private static Task Nowhere(Func<Task> run)
    {
        Task? running = null;
        ExecutionContext.Run(s_nowhere, _ => running = run(), null);
        return running!;
    }

    private static async Task Quietly(Func<TimeSpan?, CancellationToken, Task> run, TimeSpan? timeout, CancellationToken token)
    {
        try
        {
            await run(timeout, token);
        }
        catch (TimeoutException)
        {
            // the group will not hear of it
        }
    }

    private sealed class BrokenShields(Func<IShields, Func<CancellationToken, Task>, TimeSpan?, TimeProvider, Task> run) : IShields
    {
        public Task RunAsync(Func<CancellationToken, Task> cleanup, TimeSpan? gracePeriod, TimeProvider clock) => run(Implementation.Library.Shields!, cleanup, gracePeriod, clock);
    }

    private sealed class Forgetful(TimeProvider real) : BrokenClock(real)
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            base.CreateTimer(_ => { }, null, dueTime, period);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }

    private sealed class DropsEarlyTimers(TimeProvider real) : BrokenClock(real)
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var due = GetTimestamp() + (dueTime.Ticks * TimestampFrequency / TimeSpan.TicksPerSecond);
            return base.CreateTimer(
                s =>
                {
                    if (GetTimestamp() >= due)
                        callback(s);
                },
                state,
                dueTime,
                period);
        }
    }

    private sealed class WallClock(TimeProvider real) : BrokenClock(real)
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => GetUtcNow().Ticks;
    }
}
