namespace StructuredConcurrency.Conformance;

/// <summary>Groups inside groups.</summary>
internal static class NestedGroups
{
    public static IReadOnlyList<Behaviour> Behaviours { get; } =
    [
        Of("44", "a failing child of an inner group: the outer group's error holds the inner group's, which holds the child's", async x =>
        {
            var outer = await Expect.FailsAsync(() => x.GroupAsync(g => g.Start(token => x.GroupAsync(inner => inner.Start(_ => Task.FromException(new Boom())), token))));
            var inner = Expect.Single<AggregateException>(outer, "the outer group's errors");
            Expect.Single<Boom>(inner.InnerExceptions, "the inner group's errors");
        }),
        Of("45", "a failing child of the outer group ends the inner group by cancellation only: one level of errors", async x =>
        {
            var innerEnd = "";
            await Expect.FailsWithAsync(
                () => x.GroupAsync(g =>
                {
                    var waiting = new Signal();
                    g.Start(async token =>
                    {
                        try
                        {
                            await x.Groups.RunAsync(
                                async inner =>
                                {
                                    inner.Start(Forever.WaitAsync);
                                    waiting.Set();
                                    await Forever.WaitAsync(inner.Token);
                                },
                                token);
                        }
                        catch (Exception e)
                        {
                            innerEnd = e is OperationCanceledException ? "cancelled" : Expect.Describe(e);
                            throw;
                        }
                    });
                    g.Start(async _ =>
                    {
                        await waiting.Task;
                        throw new Boom();
                    });
                }),
                "boom");
            Expect.Equal("cancelled", innerEnd, "how the inner group ended");
        }),
        Of("46", "the caller cancels and children of the inner group crash: two levels of errors", async x =>
        {
            using var caller = new CancellationTokenSource();
            var waiting = new Signal();
            var run = x.GroupAsync(
                g => g.Start(token => x.GroupAsync(
                    inner => inner.Start(async t =>
                    {
                        waiting.Set();
                        await Forever.WaitQuietlyAsync(t);
                        throw new Boom("cleanup");
                    }),
                    token)),
                caller.Token);
            await waiting.Task;
            caller.Cancel();
            var inner = Expect.Single<AggregateException>(await Expect.FailsAsync(() => run), "the outer group's errors");
            Expect.Single<Boom>(inner.InnerExceptions, "the inner group's errors");
        }),
        Of("47", "both groups fail and the body catches the inner failure: the outer still throws its own", x => Expect.FailsWithAsync(
            () => x.Groups.RunAsync(async g =>
            {
                g.Start(async token =>
                {
                    await Forever.WaitQuietlyAsync(token);
                    throw new Boom("late");
                });
                g.Start(_ => Task.FromException(new Boom("outer")));
                await Expect.FailsWithAsync(() => x.GroupAsync(inner => inner.Start(_ => Task.FromException(new Boom("inner")))), "inner");
            }),
            "outer",
            "late")),
        Of("48", "an inner group that was not given the outer token is still waited for", async x =>
        {
            var waiting = new Signal();
            var release = new Signal();
            var innerEnded = false;
            var run = x.GroupAsync(g =>
            {
                g.Start(async _ =>
                {
                    await x.GroupAsync(inner => inner.Start(async _ =>
                    {
                        waiting.Set();
                        await release.Task;
                    }));
                    innerEnded = true;
                });
                g.Start(async _ =>
                {
                    await waiting.Task;
                    throw new Boom();
                });
            });
            await waiting.Task;
            await Trial.SettleAsync();
            Expect.That(!run.IsCompleted, "the outer group ended although the inner one still ran.");
            release.Set();
            await Expect.FailsWithAsync(() => run, "boom");
            Expect.That(innerEnded, "the inner group had not ended when the outer one did.");
        }),
        Of("S2", "cancelling a group cancels every token below it at once, also while a body in between still unwinds", async x =>
        {
            using var caller = new CancellationTokenSource();
            var innermost = default(CancellationToken);
            var ready = new Signal();
            var reached = new Signal();
            var release = new Signal();
            var run = x.GroupAsync(
                outer => outer.Start(middleToken => x.Groups.RunAsync(
                    async middle =>
                    {
                        middle.Start(token => x.Groups.RunAsync(
                            async inner =>
                            {
                                innermost = inner.Token;
                                inner.Token.Register(reached.Set);
                                ready.Set();
                                await Forever.WaitAsync(inner.Token);
                            },
                            token));
                        try
                        {
                            await Forever.WaitAsync(middle.Token);
                        }
                        finally
                        {
                            await release.Task;
                        }
                    },
                    middleToken)),
                caller.Token);
            await ready.Task;
            await Trial.SettleAsync();
            caller.Cancel();
            if (x.OnLoop)
                Expect.That(innermost.IsCancellationRequested, "the innermost token was not cancelled at once.");
            await reached.Task;
            Expect.That(!run.IsCompleted, "the group ended although a body still unwound.");
            release.Set();
            await Expect.CancelledAsync(() => run, caller.Token);
        }),
    ];

    private static Behaviour Of(string id, string name, Func<Trial, Task> check) => new(Concept.NestedGroups, id, name, check);
}
