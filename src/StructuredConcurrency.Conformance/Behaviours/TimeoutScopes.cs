namespace StructuredConcurrency.Conformance;

/// <summary>How a timeout scope ends.</summary>
internal static class TimeoutScopes
{
    public static IReadOnlyList<Behaviour> Behaviours { get; } =
    [
        Of("52", "a body that is too slow: TimeoutException with the cancellation inside, and Expired is true", async x =>
        {
            ITimeoutScope? kept = null;
            var run = x.TimeoutAsync(Trial.Second, scope =>
            {
                kept = scope;
                return Forever.WaitAsync(scope.Token);
            });
            await x.PassAsync(Trial.Second);
            var error = await Expect.ThrowsAsync<TimeoutException>(() => run, "the scope");
            Expect.That(error.InnerException is OperationCanceledException, "the TimeoutException does not hold the body's OperationCanceledException as its inner exception.");
            Expect.That(kept!.Expired, "Expired is false after the deadline cut the body short.");
        }),
        Of("53", "a body in time: its value, and Expired is false", async x =>
        {
            ITimeoutScope? kept = null;
            var value = await x.Timeouts.RunAsync(Trial.Second, x.Clock, async scope =>
            {
                kept = scope;
                await x.PassAsync(Trial.Second / 2);
                return 3;
            });
            Expect.Equal(3, value, "the scope's value");
            Expect.That(!kept!.Expired, "Expired is true although the body ended in time.");
        }),
        Of("54", "null and InfiniteTimeSpan mean never", async x =>
        {
            foreach (var never in new TimeSpan?[] { null, Timeout.InfiniteTimeSpan })
            {
                var cancelled = true;
                await x.TimeoutAsync(never, async scope =>
                {
                    await x.PassAsync(TimeSpan.FromDays(30));
                    cancelled = scope.Token.IsCancellationRequested;
                });
                Expect.That(!cancelled, $"with a timeout of {(never is null ? "null" : "InfiniteTimeSpan")} the scope expired.");
            }
        }),
        Of("55", "a timeout of zero starts the body with a cancelled token", async x =>
        {
            var seen = false;
            await Expect.ThrowsAsync<TimeoutException>(
                () => x.TimeoutAsync(TimeSpan.Zero, scope =>
                {
                    seen = scope.Token.IsCancellationRequested;
                    return Forever.WaitAsync(scope.Token);
                }),
                "the scope");
            Expect.That(seen, "the body was not started, or not with a cancelled token.");
        }),
        Of("56", "a negative timeout is refused and the body not started", async x =>
        {
            var started = false;
            await Expect.ThrowsAsync<ArgumentOutOfRangeException>(
                () => x.TimeoutAsync(TimeSpan.FromSeconds(-2), _ =>
                {
                    started = true;
                    return Task.CompletedTask;
                }),
                "the scope");
            Expect.That(!started, "the body was started.");
        }),
        Of("57", "a deadline in the past is as a timeout of zero", async x =>
        {
            var seen = false;
            await Expect.ThrowsAsync<TimeoutException>(
                () => x.Timeouts.RunUntilAsync(DateTimeOffset.UnixEpoch, x.Clock, scope =>
                {
                    seen = scope.Token.IsCancellationRequested;
                    return Forever.WaitAsync(scope.Token);
                }),
                "the scope");
            Expect.That(seen, "the body was not started, or not with a cancelled token.");
        }),
        Of("58", "the body's own exception before the deadline passes unchanged, and Expired is false", async x =>
        {
            ITimeoutScope? kept = null;
            var boom = new Boom();
            var thrown = await Expect.ThrowsAsync<Boom>(
                () => x.TimeoutAsync(Trial.Second, scope =>
                {
                    kept = scope;
                    return Task.FromException(boom);
                }),
                "the scope");
            Expect.That(ReferenceEquals(boom, thrown), "the exception is not the one that the body threw.");
            Expect.That(!kept!.Expired, "Expired is true although the deadline had not passed.");
        }),
        Of("59", "an exception from a finally after the deadline passes unchanged, and Expired is true", async x =>
        {
            ITimeoutScope? kept = null;
            var run = x.TimeoutAsync(Trial.Second, async scope =>
            {
                kept = scope;
                await Forever.WaitQuietlyAsync(scope.Token);
                throw new Boom("finally");
            });
            await x.PassAsync(Trial.Second);
            await Expect.ThrowsAsync<Boom>(() => run, "the scope");
            Expect.That(kept!.Expired, "Expired is false although the deadline had passed.");
        }),
        Of("60", "the caller's cancellation before the deadline is no timeout", async x =>
        {
            using var caller = new CancellationTokenSource();
            ITimeoutScope? kept = null;
            var run = x.TimeoutAsync(
                Trial.Second,
                scope =>
                {
                    kept = scope;
                    return Forever.WaitAsync(scope.Token);
                },
                caller.Token);
            await x.PassAsync(Trial.Second / 2);
            caller.Cancel();
            await Expect.CancelledAsync(() => run, caller.Token, "the scope");
            Expect.That(!kept!.Expired, "Expired is true although the deadline had not passed.");
        }),
        Of("61", "the deadline has passed and the caller has cancelled: OperationCanceledException, not TimeoutException", async x =>
        {
            using var caller = new CancellationTokenSource();
            var cleanUp = new Signal();
            var run = x.TimeoutAsync(
                Trial.Second,
                async scope =>
                {
                    try
                    {
                        await Forever.WaitAsync(scope.Token);
                    }
                    finally
                    {
                        await cleanUp.Task;
                    }
                },
                caller.Token);
            await x.PassAsync(Trial.Second);
            caller.Cancel();
            cleanUp.Set();
            await Expect.CancelledAsync(() => run, caller.Token, "the scope");
        }),
        Of("62", "a body that finishes in spite of the deadline returns its value", async x =>
        {
            var value = await x.Timeouts.RunAsync(Trial.Second, x.Clock, async _ =>
            {
                await x.PassAsync(2 * Trial.Second);
                return 3;
            });
            Expect.Equal(3, value, "the scope's value");
        }),
        Of("67", "around a group: a timeout when children only got cancelled, the group's error when one crashed", async x =>
        {
            var polite = x.TimeoutAsync(Trial.Second, scope => x.GroupAsync(g => g.Start(Forever.WaitAsync), scope.Token));
            await x.PassAsync(Trial.Second);
            await Expect.ThrowsAsync<TimeoutException>(() => polite, "the scope around children that were only cancelled");

            var crashing = x.TimeoutAsync(Trial.Second, scope => x.GroupAsync(
                g => g.Start(async token =>
                {
                    await Forever.WaitQuietlyAsync(token);
                    throw new Boom("cleanup");
                }),
                scope.Token));
            await x.PassAsync(Trial.Second);
            await Expect.FailsWithAsync(() => crashing, "cleanup");
        }),
        Of("68", "in a child: the timeout is an error of the group", async x =>
        {
            var entered = new Signal();
            var run = x.GroupAsync(g => g.Start(token => x.TimeoutAsync(
                Trial.Second,
                scope =>
                {
                    entered.Set();
                    return Forever.WaitAsync(scope.Token);
                },
                token)));
            await entered.Task;
            await x.PassAsync(Trial.Second);
            Expect.Single<TimeoutException>(await Expect.FailsAsync(() => run));
        }),
        Of("70", "TryRun is false after its own timeout and true after success", async x =>
        {
            Expect.That(await x.Timeouts.TryRunAsync(Trial.Second, x.Clock, _ => Task.CompletedTask), "TryRun was false although the body ended in time.");
            var late = x.Timeouts.TryRunAsync(Trial.Second, x.Clock, scope => Forever.WaitAsync(scope.Token));
            await x.PassAsync(Trial.Second);
            Expect.That(!await late, "TryRun was true although the deadline cut the body short.");
        }),
        Of("70", "TryRun throws everything else: an error, another's timeout, the caller's cancellation", async x =>
        {
            await Expect.ThrowsAsync<Boom>(() => x.Timeouts.TryRunAsync(Trial.Second, x.Clock, _ => throw new Boom()), "TryRun of a body that fails");
            await Expect.ThrowsAsync<TimeoutException>(() => x.Timeouts.TryRunAsync(Trial.Second, x.Clock, _ => throw new TimeoutException("another's")), "TryRun of a body that throws another's timeout");
            using var caller = new CancellationTokenSource();
            var run = x.Timeouts.TryRunAsync(Trial.Second, x.Clock, scope => Forever.WaitAsync(scope.Token), caller.Token);
            caller.Cancel();
            await Expect.CancelledAsync(() => run, caller.Token, "TryRun");
        }),
        Of("S13", "Expired is true whenever the deadline had passed at the end, also with a timeout of zero and a body that ended normally", async x =>
        {
            ITimeoutScope? kept = null;
            await x.TimeoutAsync(TimeSpan.Zero, scope =>
            {
                kept = scope;
                return Task.CompletedTask;
            });
            Expect.That(kept!.Expired, "Expired is false after a timeout of zero.");
            await x.TimeoutAsync(Trial.Second, async scope =>
            {
                kept = scope;
                await x.PassAsync(Trial.Second);
            });
            Expect.That(kept.Expired, "Expired is false although the deadline passed before the body ended.");
        }),
        Of("S14", "a caller that cancelled before the scope opened wins over the deadline, though the body swallowed it", async x =>
        {
            var caller = new CancellationToken(canceled: true);
            await Expect.CancelledAsync(
                () => x.TimeoutAsync(
                    Trial.Second,
                    async scope =>
                    {
                        await Forever.WaitQuietlyAsync(scope.Token);
                        await x.PassAsync(2 * Trial.Second);
                        scope.Token.ThrowIfCancellationRequested();
                    },
                    caller),
                caller,
                "the scope");
        }),
        Of("S26", "the state of a scope is Active, then Expired or Finished", async x =>
        {
            ITimeoutScope? kept = null;
            await x.TimeoutAsync(Trial.Second, scope =>
            {
                kept = scope;
                Expect.Equal(TimeoutScopeState.Active, scope.State, "the state while the body runs");
                return Task.CompletedTask;
            });
            Expect.Equal(TimeoutScopeState.Finished, kept!.State, "the state after a body in time");
            await x.TimeoutAsync(Trial.Second, async scope =>
            {
                kept = scope;
                await x.PassAsync(Trial.Second);
                Expect.Equal(TimeoutScopeState.Expired, scope.State, "the state after the deadline, while the body still runs");
            });
            Expect.Equal(TimeoutScopeState.Expired, kept.State, "the state after a body that was too slow");
        }),
    ];

    private static Behaviour Of(string id, string name, Func<Trial, Task> check) => new(Concept.TimeoutScope, id, name, check);
}
