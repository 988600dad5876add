namespace StructuredConcurrency.Conformance;

/// <summary>Limits, children that report when they are ready, and races.</summary>
internal static class GroupOptionsAndRaces
{
    public static IReadOnlyList<Behaviour> Behaviours { get; } =
    [
        Of("S23", "StartAndWait goes on when the child reports, and the child runs on", async x =>
        {
            var cancelled = false;
            await x.Groups.RunAsync(async g =>
            {
                var port = await g.StartAndWaitAsync<int>(async (report, token) =>
                {
                    await Task.Yield();
                    report(8080);
                    await Forever.WaitQuietlyAsync(token);
                    cancelled = true;
                });
                Expect.Equal(8080, port, "what the child reported");
                await Trial.SettleAsync();
                Expect.That(!cancelled, "the child ended when it had reported.");
                g.Cancel();
            });
            Expect.That(cancelled, "the child was not waited for after it had reported.");
        }),
        Of("S23", "a child that fails before it reports fails StartAndWait too, and the group lists its error once", x => Expect.FailsWithAsync(
            () => x.Groups.RunAsync(async g => await g.StartAndWaitAsync<int>((_, _) => Task.FromException(new Boom()))),
            "boom")),
        Of("S23", "a child that ends without reporting makes StartAndWait throw InvalidOperationException", x => x.Groups.RunAsync(g =>
            Expect.ThrowsAsync<InvalidOperationException>(() => g.StartAndWaitAsync<int>((_, _) => Task.CompletedTask), "StartAndWait"))),
        Of("S24", "the first to succeed wins the race; the rest are cancelled and waited for, and failures are dropped", async x =>
        {
            var cleaned = false;
            var winner = await x.Groups.RaceAsync<string>(race =>
            {
                race.Start(_ => Task.FromException<string>(new Boom()));
                race.Start(async token =>
                {
                    await Forever.WaitQuietlyAsync(token);
                    await Task.Yield();
                    cleaned = true;
                    throw new Boom("late");
                });
                race.Start(async _ =>
                {
                    await Task.Yield();
                    return "won";
                });
                return Task.CompletedTask;
            });
            Expect.Equal("won", winner, "the winner's value");
            Expect.That(cleaned, "the race ended before the loser had.");
        }),
        Of("S24", "a race that nobody wins throws every error", async x =>
        {
            var errors = await Expect.FailsAsync(() => x.Groups.RaceAsync<int>(race =>
            {
                race.Start(_ => Task.FromException<int>(new Boom("a")));
                race.Start(_ => Task.FromException<int>(new Boom("b")));
                return Task.CompletedTask;
            }));
            Expect.Sequence(["a", "b"], errors.Select(e => e.Message).Order(StringComparer.Ordinal), "the messages of the race's errors");
        }),
        Of("S24", "a race in which nobody starts is an InvalidOperationException", x =>
            Expect.ThrowsAsync<InvalidOperationException>(() => x.Groups.RaceAsync<int>(_ => Task.CompletedTask), "a race of nobody")),
        Of("S24", "a competitor that starts after the win is refused as cancelled", async x => await x.Groups.RaceAsync<int>(async race =>
        {
            race.Start(_ => Task.FromResult(1));
            await Forever.WaitQuietlyAsync(race.Token);
            Expect.Throws<OperationCanceledException>(() => race.Start(_ => Task.FromResult(2)), "Start after the win");
        })),
        Of("S24", "the caller's cancellation ends a race that nobody has won, as the caller's own", async x =>
        {
            using var caller = new CancellationTokenSource();
            var run = x.Groups.RaceAsync<int>(
                race =>
                {
                    race.Start(async token =>
                    {
                        await Forever.WaitAsync(token);
                        return 1;
                    });
                    return Task.CompletedTask;
                },
                caller.Token);
            caller.Cancel();
            await Expect.CancelledAsync(() => run, caller.Token, "the race");
        }),
        Of("S25", "with a limit Start never waits, no more children run than it says, and whoever waits counts as active", async x =>
        {
            var begun = new List<int>();
            var running = 0;
            var most = 0;
            var twoRun = new Signal();
            var release = new Signal();
            await x.Groups.RunAsync(new GroupOptions { MaxConcurrency = 2 }, async g =>
            {
                for (var i = 0; i < 6; i++)
                {
                    var number = i;
                    g.Start(async _ =>
                    {
                        lock (begun)
                        {
                            begun.Add(number);
                            most = Math.Max(most, ++running);
                            if (running == 2)
                                twoRun.Set();
                        }

                        await release.Task;
                        lock (begun)
                            running--;
                    });
                }

                await twoRun.Task;
                await Trial.SettleAsync();
                Expect.Equal(6, g.ActiveCount, "active children, of which four wait for a place");
                lock (begun)
                    Expect.Sequence([0, 1], begun.Order(), "children that run");
                release.Set();
            });
            Expect.Equal(2, most, "most children that ran at the same time");
            Expect.Equal(6, begun.Count, "children that ran");
        }),
        Of("S25", "with a limit places are given in the order of the starts", async x =>
        {
            var begun = new List<int>();
            await x.Groups.RunAsync(new GroupOptions { MaxConcurrency = 1 }, g =>
            {
                for (var i = 0; i < 6; i++)
                {
                    var number = i;
                    g.Start(async _ =>
                    {
                        begun.Add(number); // one at a time
                        await Task.Yield();
                    });
                }

                return Task.CompletedTask;
            });
            Expect.Sequence([0, 1, 2, 3, 4, 5], begun, "the order in which they began");
        }),
        Of("S25", "a child that had to wait for its place sees the AsyncLocals of its Start", async x =>
        {
            var local = new AsyncLocal<string>();
            var seen = "";
            await x.Groups.RunAsync(new GroupOptions { MaxConcurrency = 1 }, async g =>
            {
                var release = new Signal();
                g.Start(_ => release.Task);
                local.Value = "at start";
                g.Start(_ =>
                {
                    seen = local.Value;
                    return Task.CompletedTask;
                });
                local.Value = "later";
                await Trial.SettleAsync();
                release.Set();
            });
            Expect.Equal("at start", seen, "what the child saw");
        }),
        Of("S25", "a child that waits for its place when the group is cancelled still runs, with a cancelled token", async x =>
        {
            var seen = new List<bool>();
            await x.Groups.RunAsync(new GroupOptions { MaxConcurrency = 1 }, g =>
            {
                g.Start(Forever.WaitAsync);
                g.Start(token =>
                {
                    seen.Add(token.IsCancellationRequested);
                    return Task.CompletedTask;
                });
                g.Cancel();
                return Task.CompletedTask;
            });
            Expect.Sequence([true], seen, "whether the token was cancelled, for each run of the waiting child");
        }),
        Of("S25", "a limit below 1 is refused", x => Expect.ThrowsAsync<ArgumentOutOfRangeException>(
            () => x.Groups.RunAsync(new GroupOptions { MaxConcurrency = 0 }, _ => Task.CompletedTask),
            "a group for no child at a time")),
    ];

    private static Behaviour Of(string id, string name, Func<Trial, Task> check) => new(Concept.TaskGroup, id, name, check);
}
