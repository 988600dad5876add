namespace StructuredConcurrency.Conformance;

/// <summary>Deadlines: nested, moved, and the clocks that they hang on.</summary>
internal static class TimeoutScopeDeadlines
{
    public static IReadOnlyList<Behaviour> Behaviours { get; } =
    [
        Of("63", "of nested scopes with equal deadlines the outer one reports", async x =>
        {
            Exception? fromInner = null;
            var run = x.TimeoutAsync(Trial.Second, async outer =>
            {
                try
                {
                    await x.TimeoutAsync(Trial.Second, inner => Forever.WaitAsync(inner.Token), outer.Token);
                }
                catch (Exception e)
                {
                    fromInner = e;
                    throw;
                }
            });
            await x.PassAsync(Trial.Second);
            await Expect.ThrowsAsync<TimeoutException>(() => run, "the outer scope");
            Expect.That(fromInner is OperationCanceledException, $"the inner scope should let the cancellation through, but threw {(fromInner is null ? "nothing" : Expect.Describe(fromInner))}.");
        }),
        Of("63", "of nested scopes with equal deadlines the outer one reports, even if only the inner timer has come", async x =>
        {
            var clock = new ManualClock();
            Exception? fromInner = null;
            var run = x.Timeouts.RunAsync(Trial.Second, clock, async outer =>
            {
                try
                {
                    await x.Timeouts.RunAsync(Trial.Second, clock, inner => Forever.WaitAsync(inner.Token), outer.Token);
                }
                catch (Exception e)
                {
                    fromInner = e;
                    throw;
                }
            });
            clock.AdvanceWithoutTimers(Trial.Second);
            clock.FireNewest();
            await Trial.SettleAsync();
            clock.Advance(TimeSpan.Zero);
            await Expect.ThrowsAsync<TimeoutException>(() => run, "the outer scope");
            Expect.That(fromInner is OperationCanceledException, $"the inner scope should let the cancellation through, but threw {(fromInner is null ? "nothing" : Expect.Describe(fromInner))}.");
        }),
        Of("64", "a shorter inner scope reports its own timeout, the outer body goes on and the outer deadline still counts", async x =>
        {
            var outerWentOn = new Signal();
            var run = x.TimeoutAsync(2 * Trial.Second, async outer =>
            {
                try
                {
                    await Expect.ThrowsAsync<TimeoutException>(() => x.TimeoutAsync(Trial.Second, inner => Forever.WaitAsync(inner.Token), outer.Token), "the inner scope");
                    Expect.That(!outer.Token.IsCancellationRequested, "the outer scope was cancelled with the inner one.");
                }
                finally
                {
                    outerWentOn.Set();
                }

                await Forever.WaitAsync(outer.Token);
            });
            await x.PassAsync(Trial.Second);
            await outerWentOn.Task;
            await x.PassAsync(Trial.Second);
            await Expect.ThrowsAsync<TimeoutException>(() => run, "the outer scope");
        }),
        Of("65", "Reschedule moves the deadline to later", async x =>
        {
            var run = Rescheduled(x, 3 * Trial.Second);
            await x.PassAsync(2 * Trial.Second);
            Expect.That(!run.IsCompleted, "the scope expired at its old deadline.");
            await x.PassAsync(Trial.Second);
            await Expect.ThrowsAsync<TimeoutException>(() => run, "the scope");
        }),
        Of("65", "Reschedule moves the deadline to earlier", async x =>
        {
            var start = x.Clock.GetTimestamp();
            var run = Rescheduled(x, Trial.Second / 2);
            await x.PassAsync(Trial.Second / 2);
            await Expect.ThrowsAsync<TimeoutException>(() => run, "the scope");
            Expect.That(x.Clock.GetElapsedTime(start) < Trial.Second, "the scope did not expire at its new deadline, but later.");
        }),
        Of("65", "Reschedule with null takes the deadline away, and another call sets one again", async x =>
        {
            ITimeoutScope? kept = null;
            var run = x.TimeoutAsync(Trial.Second, scope =>
            {
                kept = scope;
                scope.Reschedule(null);
                return Forever.WaitAsync(scope.Token);
            });
            await x.PassAsync(5 * Trial.Second);
            Expect.That(!run.IsCompleted, "the scope expired although its deadline had been taken away.");
            kept!.RescheduleAt(x.Clock.GetUtcNow() + Trial.Second);
            await x.PassAsync(Trial.Second);
            await Expect.ThrowsAsync<TimeoutException>(() => run, "the scope");
        }),
        Of("66", "Reschedule after expiry or end throws InvalidOperationException and names the state", async x =>
        {
            ITimeoutScope? kept = null;
            await x.TimeoutAsync(Trial.Second, scope =>
            {
                kept = scope;
                return Task.CompletedTask;
            });
            var finished = Expect.Throws<InvalidOperationException>(() => kept!.Reschedule(Trial.Second), "Reschedule after the end");
            Expect.That(finished.Message.Contains("Finished", StringComparison.Ordinal), $"the message does not say that the scope is Finished: '{finished.Message}'.");
            await x.TimeoutAsync(Trial.Second, async scope =>
            {
                await x.PassAsync(Trial.Second);
                var expired = Expect.Throws<InvalidOperationException>(() => scope.Reschedule(Trial.Second), "Reschedule after expiry");
                Expect.That(expired.Message.Contains("Expired", StringComparison.Ordinal), $"the message does not say that the scope is Expired: '{expired.Message}'.");
            });
        }),
        Of("69", "the timer is disposed at the end, and none comes later", async x =>
        {
            var clock = new ManualClock();
            ITimeoutScope? kept = null;
            await x.Timeouts.RunAsync(Trial.Second, clock, scope =>
            {
                kept = scope;
                return Task.CompletedTask;
            });
            Expect.Equal(0, clock.TimerCount, "timers that are left after the scope's end");
            clock.Advance(Trial.Minute);
            await Trial.SettleAsync();
            Expect.That(!kept!.Token.IsCancellationRequested, "the token was cancelled after the scope had ended.");
        }),
        Of("69a", "a timer that comes early neither expires the scope nor loses the timeout", async x =>
        {
            var clock = new ManualClock();
            var run = x.Timeouts.RunAsync(Trial.Second, clock, scope => Forever.WaitAsync(scope.Token));
            clock.AdvanceWithoutTimers(Trial.Second - TimeSpan.FromTicks(1));
            clock.FireNewest();
            await Trial.SettleAsync();
            Expect.That(!run.IsCompleted, "the scope expired before its deadline, because its timer came early.");
            clock.Advance(Trial.Second); // real timers count in whole milliseconds
            await Expect.ThrowsAsync<TimeoutException>(() => run, "the scope");
        }),
        Of("69b", "200 nested scopes with equal deadlines on a real clock: one timeout, and none hangs", x =>
        {
            return Expect.ThrowsAsync<TimeoutException>(() => NestAsync(200, CancellationToken.None), "the outermost scope");

            Task NestAsync(int depth, CancellationToken token) => x.Timeouts.RunAsync(
                TimeSpan.FromMilliseconds(20),
                x.OnLoop ? x.Clock : TimeProvider.System,
                scope => depth == 0 ? Forever.WaitAsync(scope.Token) : NestAsync(depth - 1, scope.Token),
                token);
        }),
        Of("S1", "the enclosing deadline of a child is its group's, whoever calls Start: a scope around the call is none", async x =>
        {
            var entered = new Signal();
            var childEnded = new Signal();
            var run = x.Groups.RunAsync(async g =>
            {
                await Expect.ThrowsAsync<TimeoutException>(
                    () => x.TimeoutAsync(Trial.Second, async around =>
                    {
                        g.Start(async token =>
                        {
                            try
                            {
                                await x.TimeoutAsync(
                                    Trial.Second,
                                    scope =>
                                    {
                                        entered.Set();
                                        return Forever.WaitAsync(scope.Token);
                                    },
                                    token);
                            }
                            finally
                            {
                                childEnded.Set();
                            }
                        });
                        await Forever.WaitQuietlyAsync(around.Token);
                        await childEnded.Task; // so that it is still open when the child's own deadline passes
                        around.Token.ThrowIfCancellationRequested();
                    }),
                    "the scope around the call of Start");
            });
            await entered.Task;
            await x.PassAsync(Trial.Second);
            Expect.Single<TimeoutException>(await Expect.FailsAsync(() => run));
        }),
        Of("S15", "Reschedule counts from now, and zero expires the scope at once", async x =>
        {
            ITimeoutScope? kept = null;
            var run = x.TimeoutAsync(2 * Trial.Second, scope =>
            {
                kept = scope;
                return Forever.WaitAsync(scope.Token);
            });
            await x.PassAsync(Trial.Second);
            kept!.Reschedule(2 * Trial.Second);
            await x.PassAsync(1.5 * Trial.Second);
            Expect.That(!run.IsCompleted, "the new timeout was counted from the start of the scope.");
            kept.Reschedule(TimeSpan.Zero);
            Expect.That(kept.Token.IsCancellationRequested, "rescheduled to zero, the scope did not expire at once.");
            await Expect.ThrowsAsync<TimeoutException>(() => run, "the scope");
        }),
        Of("S18", "equal deadlines with a group in between: the outer scope reports, and the group sees no stranger's cancellation", async x =>
        {
            var clock = new ManualClock();
            var entered = new Signal();
            var run = x.Timeouts.RunAsync(Trial.Second, clock, outer => x.GroupAsync(
                g => g.Start(token => x.Timeouts.RunAsync(
                    Trial.Second,
                    clock,
                    scope =>
                    {
                        entered.Set();
                        return Forever.WaitAsync(scope.Token);
                    },
                    token)),
                outer.Token));
            await entered.Task;
            await Trial.SettleAsync();
            clock.AdvanceWithoutTimers(Trial.Second);
            clock.FireNewest();
            await Trial.SettleAsync();
            clock.Advance(TimeSpan.Zero);
            await Expect.ThrowsAsync<TimeoutException>(() => run, "the outer scope");
        }),
        Of("S18", "a scope that has ended encloses nothing: code left over from it reports timeouts of its own", async x =>
        {
            var outerEnded = new Signal();
            var entered = new Signal();
            Task? stray = null;
            var outer = x.TimeoutAsync(Trial.Second, scope =>
            {
                stray = StrayAsync();
                return Forever.WaitAsync(scope.Token);
            });
            await x.PassAsync(Trial.Second);
            await Expect.ThrowsAsync<TimeoutException>(() => outer, "the scope");
            outerEnded.Set();
            await entered.Task;
            await x.PassAsync(Trial.Second);
            await Expect.ThrowsAsync<TimeoutException>(() => stray!, "a scope opened by code that outlived another scope");

            async Task StrayAsync()
            {
                await outerEnded.Task;
                await x.TimeoutAsync(Trial.Second, scope =>
                {
                    entered.Set();
                    return Forever.WaitAsync(scope.Token);
                });
            }
        }),
        Of("S20", "a deadline further away than the runtime's timers reach is kept", async x =>
        {
            var clock = new ManualClock();
            var run = x.Timeouts.RunAsync(TimeSpan.FromDays(60), clock, scope => Forever.WaitAsync(scope.Token));
            clock.Advance(TimeSpan.FromDays(59.9));
            await Trial.SettleAsync();
            Expect.That(!run.IsCompleted, "the scope expired before its 60 days were over.");
            clock.Advance(TimeSpan.FromDays(0.1));
            await Expect.ThrowsAsync<TimeoutException>(() => run, "the scope");
        }),
        Of("S20", "a relative timeout ignores changes of the wall clock", async x =>
        {
            var clock = new ManualClock();
            var run = x.Timeouts.RunAsync(Trial.Minute, clock, scope => Forever.WaitAsync(scope.Token));
            clock.ShiftWallClock(TimeSpan.FromHours(1));
            clock.Advance(Trial.Second);
            clock.FireNewest();
            await Trial.SettleAsync();
            Expect.That(!run.IsCompleted, "the wall clock was set forward by an hour, and the scope expired.");
            clock.ShiftWallClock(TimeSpan.FromHours(-2));
            clock.Advance(Trial.Minute);
            await Expect.ThrowsAsync<TimeoutException>(() => run, "the scope, after the wall clock was set back");
        }),
    ];

    private static Behaviour Of(string id, string name, Func<Trial, Task> check) => new(Concept.TimeoutScope, id, name, check);

    private static Task Rescheduled(Trial x, TimeSpan timeout) => x.TimeoutAsync(Trial.Second, scope =>
    {
        scope.Reschedule(timeout);
        return Forever.WaitAsync(scope.Token);
    });
}
