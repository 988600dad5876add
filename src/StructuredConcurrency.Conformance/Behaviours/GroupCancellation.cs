namespace StructuredConcurrency.Conformance;

/// <summary>What happens when a group is asked to stop.</summary>
internal static class GroupCancellation
{
    private const int MostHeads = 20_000;

    public static IReadOnlyList<Behaviour> Behaviours { get; } =
    [
        Of("26", "the caller's cancellation cancels the children and comes out as the caller's own", async x =>
        {
            using var caller = new CancellationTokenSource();
            var childCancelled = false;
            var run = x.GroupAsync(
                g => g.Start(async token =>
                {
                    try
                    {
                        await Forever.WaitAsync(token);
                    }
                    finally
                    {
                        childCancelled = token.IsCancellationRequested;
                    }
                }),
                caller.Token);
            await Trial.SettleAsync();
            caller.Cancel();
            await Expect.CancelledAsync(() => run, caller.Token);
            Expect.Equal(TaskStatus.Canceled, run.Status, "the status of the group's task");
            Expect.That(childCancelled, "the child's token was not cancelled.");
        }),
        Of("27", "the caller's cancellation reaches a waiting body and its children", async x =>
        {
            using var caller = new CancellationTokenSource();
            var child = false;
            var body = false;
            var run = x.Groups.RunAsync(
                async g =>
                {
                    g.Start(async token =>
                    {
                        await Forever.WaitQuietlyAsync(token);
                        child = true;
                    });
                    try
                    {
                        await Forever.WaitAsync(g.Token);
                    }
                    finally
                    {
                        body = true;
                    }
                },
                caller.Token);
            await Trial.SettleAsync();
            caller.Cancel();
            await Expect.CancelledAsync(() => run, caller.Token);
            Expect.That(body && child, $"cut short: body {body}, child {child}; both should be.");
        }),
        Of("28", "an error beats the caller's cancellation, and the caller's token stays cancelled", async x =>
        {
            using var caller = new CancellationTokenSource();
            var run = x.GroupAsync(
                g =>
                {
                    g.Start(Forever.WaitAsync);
                    g.Start(async token =>
                    {
                        await Forever.WaitQuietlyAsync(token);
                        throw new Boom();
                    });
                },
                caller.Token);
            caller.Cancel();
            await Expect.FailsWithAsync(() => run, "boom");
            Expect.That(caller.IsCancellationRequested, "the caller's token is no longer cancelled.");
        }),
        Of("29", "a body that answers the cancellation with an error of its own fails the group with it", async x =>
        {
            using var caller = new CancellationTokenSource();
            var run = x.Groups.RunAsync(
                async g =>
                {
                    await Forever.WaitQuietlyAsync(g.Token);
                    throw new Boom("body");
                },
                caller.Token);
            caller.Cancel();
            await Expect.FailsWithAsync(() => run, "body");
        }),
        Of("30", "with a token that is cancelled before, the body still starts and sees it", async x =>
        {
            var seen = false;
            var cancelled = new CancellationToken(canceled: true);
            await Expect.CancelledAsync(
                () => x.Groups.RunAsync(
                    g =>
                    {
                        seen = g.Token.IsCancellationRequested;
                        return Forever.WaitAsync(g.Token);
                    },
                    cancelled),
                cancelled);
            Expect.That(seen, "the body was not started, or its token was not cancelled.");
        }),
        Of("31", "when the caller cancels but nothing is cut short, the value is returned", async x =>
        {
            using var caller = new CancellationTokenSource();
            var value = await x.Groups.RunAsync(
                async g =>
                {
                    g.Start(Forever.WaitQuietlyAsync);
                    caller.Cancel();
                    await Task.Yield();
                    return 7;
                },
                caller.Token);
            Expect.Equal(7, value, "the body's value");
        }),
        Of("32", "after a failed group the caller can go on with its own token", async x =>
        {
            using var caller = new CancellationTokenSource();
            await Expect.FailsWithAsync(() => x.GroupAsync(g => g.Start(_ => Task.FromException(new Boom())), caller.Token), "boom");
            Expect.That(!caller.IsCancellationRequested, "the failure of a group cancelled its caller's token.");
            var ran = false;
            await x.GroupAsync(
                g => g.Start(token =>
                {
                    ran = !token.IsCancellationRequested;
                    return Task.CompletedTask;
                }),
                caller.Token);
            Expect.That(ran, "a second group with the caller's token began cancelled.");
        }),
        Of("33", "Cancel ends the group quietly", async x =>
        {
            var childCancelled = false;
            await x.Groups.RunAsync(async g =>
            {
                g.Start(async token =>
                {
                    try
                    {
                        await Forever.WaitAsync(token);
                    }
                    finally
                    {
                        childCancelled = true;
                    }
                });
                g.Cancel();
                await Forever.WaitAsync(g.Token);
            });
            Expect.That(childCancelled, "the child was not cancelled.");
        }),
        Of("34", "RunAsync<T> that Cancel cut short throws OperationCanceledException; a value that was still produced is returned", async x =>
        {
            await Expect.ThrowsAsync<OperationCanceledException>(
                () => x.Groups.RunAsync<int>(async g =>
                {
                    g.Cancel();
                    await Forever.WaitAsync(g.Token);
                    return 5;
                }),
                "a group cancelled before its body produced a value");
            Expect.Equal(
                5,
                await x.Groups.RunAsync(g =>
                {
                    g.Start(Forever.WaitAsync);
                    g.Cancel();
                    return Task.FromResult(5);
                }),
                "the value of a body that returned after Cancel");
        }),
        Of("35", "Cancel may be called twice, after the end, and by a child before its first await", async x =>
        {
            ITaskGroup? kept = null;
            await x.GroupAsync(g =>
            {
                kept = g;
                g.Start(Forever.WaitAsync);
                g.Start(_ =>
                {
                    g.Cancel();
                    g.Cancel();
                    return Task.CompletedTask;
                });
            });
            kept!.Cancel();
            await Trial.SettleAsync();
        }),
        Of("36", "errors while Cancel takes effect are thrown", x => Expect.FailsWithAsync(
            () => x.GroupAsync(g =>
            {
                g.Start(async token =>
                {
                    await Forever.WaitQuietlyAsync(token);
                    throw new Boom("cleanup");
                });
                g.Cancel();
            }),
            "cleanup")),
        Of("38", "Start while cancelling throws OperationCanceledException with the group's token and adds no error", async x =>
        {
            using var caller = new CancellationTokenSource();
            var called = false;
            await x.GroupAsync(
                g =>
                {
                    caller.Cancel();
                    var refused = Expect.Throws<OperationCanceledException>(
                        () => g.Start(_ =>
                        {
                            called = true;
                            return Task.CompletedTask;
                        }),
                        "Start on a group that is stopping");
                    Expect.That(refused.CancellationToken == g.Token, "the exception does not carry the group's token.");
                },
                caller.Token);
            Expect.That(!called, "Start refused the child, and yet its code ran.");
        }),
        Of("39", "children that start children are stopped by a failing sibling", async x =>
        {
            var heads = 0;
            var enough = new Signal();
            ITaskGroup? group = null;
            await Expect.FailsWithAsync(
                () => x.GroupAsync(g =>
                {
                    group = g;
                    g.Start(HeadAsync);
                    g.Start(async _ =>
                    {
                        await enough.Task;
                        throw new Boom();
                    });
                }),
                "boom");
            Expect.That(heads < MostHeads, $"{MostHeads} children had been started, and the group still took more.");

            async Task HeadAsync(CancellationToken token)
            {
                if (Interlocked.Increment(ref heads) == 100)
                    enough.Set();
                await Task.Yield();
                for (var twice = 0; twice < 2 && Volatile.Read(ref heads) < MostHeads; twice++)
                    group!.Start(HeadAsync);
            }
        }),
        Of("40", "a child that ignores its token is waited for", async x =>
        {
            using var caller = new CancellationTokenSource();
            var release = new Signal();
            var run = x.GroupAsync(g => g.Start(_ => release.Task), caller.Token);
            caller.Cancel();
            await Trial.SettleAsync();
            Expect.That(!run.IsCompleted, "RunAsync ended although a child still ran: a child is never abandoned.");
            release.Set();
            await run;
        }),
        Of("41", "a child that swallows its cancellation and returns has succeeded, and nothing hangs", async x =>
        {
            IChildTask? child = null;
            await x.GroupAsync(g =>
            {
                child = g.Start(Forever.WaitQuietlyAsync);
                g.Cancel();
            });
            Expect.Equal(ChildTaskStatus.Succeeded, child!.Status, "the child's status");
        }),
        Of("42", "ten thousand groups leave nothing behind on their caller's token", async x =>
        {
            using var caller = new CancellationTokenSource();
            var witnesses = new List<WeakReference>();
            for (var i = 0; i < 10_000; i++)
                await x.GroupAsync(g => Note(g, witnesses), caller.Token);
            GroupCompletion.Collect();
            var alive = witnesses.Count(witness => witness.IsAlive);
            Expect.That(alive <= 5, $"{alive} of 10000 groups that have ended are still held by their caller's token: a registration or a linked source was not disposed.");

            // The group's token holds the witness; whoever still holds the group's token holds it as well.
            static void Note(ITaskGroup group, List<WeakReference> witnesses)
            {
                var witness = new object();
                witnesses.Add(new WeakReference(witness));
                group.Token.UnsafeRegister(static _ => { }, witness);
            }
        }),
        Of("43", "two that start children while a third fails lose no child and see nothing but the cancellation", async x =>
        {
            for (var round = 0; round < 100; round++)
            {
                var started = 0;
                var ended = 0;
                await Expect.FailsWithAsync(
                    () => x.GroupAsync(g =>
                    {
                        for (var starter = 0; starter < 2; starter++)
                        {
                            g.Start(async _ =>
                            {
                                while (Volatile.Read(ref started) < MostHeads)
                                {
                                    g.Start(_ =>
                                    {
                                        Interlocked.Increment(ref ended);
                                        return Task.CompletedTask;
                                    });
                                    Interlocked.Increment(ref started);
                                    await Task.Yield();
                                }
                            });
                        }

                        g.Start(async _ =>
                        {
                            await Task.Yield();
                            throw new Boom();
                        });
                    }),
                    "boom");
                Expect.Equal(started, ended, "children that ended, of those that Start had accepted");
            }
        }),
        Of("43", "a Start that meets the group's end is refused, or its child is waited for", async x =>
        {
            ITaskGroup? group = null;
            var ended = false;
            var late = false;
            var go = new Signal();
            var open = new Signal();
            var starter = x.BesideAsync(async () =>
            {
                await open.Task;
                for (var i = 0; i < 20; i++)
                {
                    try
                    {
                        group!.Start(async _ =>
                        {
                            await Task.Yield();
                            late |= Volatile.Read(ref ended);
                        });
                    }
                    catch (InvalidOperationException)
                    {
                        return; // the group has ended
                    }

                    await Task.Yield();
                }
            });
            var run = RunAsync();
            await run;
            await starter;
            await Trial.SettleAsync();
            Expect.That(!late, "a child that Start had accepted still ran after RunAsync had ended.");

            async Task RunAsync()
            {
                await x.GroupAsync(g =>
                {
                    group = g;
                    open.Set();
                    g.Start(_ => go.Task);
                    g.Start(async _ =>
                    {
                        await Task.Yield();
                        go.Set();
                    });
                });
                Volatile.Write(ref ended, true);
            }
        }),
        Of("S6", "RunAsync<T> cut short by its own Cancel carries the group's token, and an enclosing group counts that as an error", async x =>
        {
            var sameToken = false;
            var errors = await Expect.FailsAsync(() => x.GroupAsync(outer => outer.Start(async token =>
            {
                var inner = default(CancellationToken);
                try
                {
                    await x.Groups.RunAsync<int>(
                        async g =>
                        {
                            inner = g.Token;
                            g.Cancel();
                            await Forever.WaitAsync(g.Token);
                            return 1;
                        },
                        token);
                }
                catch (OperationCanceledException e)
                {
                    sameToken = e.CancellationToken == inner;
                    throw;
                }
            })));
            Expect.Single<OperationCanceledException>(errors, "the outer group's errors");
            Expect.That(sameToken, "the exception does not carry the token of the group that was cancelled.");
        }),
        Of("S7", "the caller's cancellation comes out when a child was cut short by it, though the body had returned a value", async x =>
        {
            using var caller = new CancellationTokenSource();
            var run = x.Groups.RunAsync(
                g =>
                {
                    g.Start(Forever.WaitAsync);
                    return Task.FromResult(1);
                },
                caller.Token);
            await Trial.SettleAsync();
            caller.Cancel();
            await Expect.CancelledAsync(() => run, caller.Token);
        }),
        Of("S7", "a child that only its handle cancelled does not count as cut short by the caller", async x =>
        {
            using var caller = new CancellationTokenSource();
            await x.Groups.RunAsync(
                async g =>
                {
                    var child = g.Start(Forever.WaitAsync);
                    child.Cancel();
                    await Expect.ThrowsAsync<OperationCanceledException>(() => child.Completion, "the completion of a cancelled child");
                    caller.Cancel();
                },
                caller.Token);
        }),
        Of("S8", "the caller's cancellation comes out even if Cancel was called as well", async x =>
        {
            using var caller = new CancellationTokenSource();
            await Expect.CancelledAsync(
                () => x.Groups.RunAsync(
                    g =>
                    {
                        g.Cancel();
                        caller.Cancel();
                        return Forever.WaitAsync(g.Token);
                    },
                    caller.Token),
                caller.Token);
        }),
        Of("S11", "a cancellation that nobody asked for is an error when the body throws it, whatever the options say of children", async x =>
        {
            var errors = await Expect.FailsAsync(() => x.Groups.RunAsync(new GroupOptions { IgnoreForeignCancellation = true }, _ => throw new OperationCanceledException()));
            Expect.Single<OperationCanceledException>(errors);
        }),
        Of("F", "a child that was started just before the cancellation still runs, with a cancelled token", async x =>
        {
            var seen = false;
            await x.GroupAsync(g =>
            {
                g.Start(async token =>
                {
                    await Forever.WaitQuietlyAsync(token);
                    seen = token.IsCancellationRequested;
                });
                g.Cancel();
            });
            Expect.That(seen, "the child never ran: its finally would not have run either.");
        }),
    ];

    private static Behaviour Of(string id, string name, Func<Trial, Task> check) => new(Concept.TaskGroup, id, name, check);
}
