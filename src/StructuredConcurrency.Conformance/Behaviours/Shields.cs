namespace StructuredConcurrency.Conformance;

/// <summary>Code that the cancellation around it does not reach.</summary>
internal static class Shields
{
    public static IReadOnlyList<Behaviour> Behaviours { get; } =
    [
        Of("71", "inside a shield the token is not cancelled although the caller's is, and the clean-up is finished", async x =>
        {
            using var caller = new CancellationTokenSource();
            var cleaned = false;
            var run = x.GroupAsync(
                g => g.Start(async token =>
                {
                    try
                    {
                        await Forever.WaitAsync(token);
                    }
                    finally
                    {
                        await x.Shields.RunAsync(
                            async shielded =>
                            {
                                await Trial.SettleAsync();
                                cleaned = !shielded.IsCancellationRequested;
                            },
                            null,
                            x.Clock);
                    }
                }),
                caller.Token);
            await Trial.SettleAsync();
            caller.Cancel();
            await Expect.CancelledAsync(() => run, caller.Token);
            Expect.That(cleaned, "the token given to the clean-up was cancelled, or the clean-up was not waited for.");
        }),
        Of("72", "when the grace period is over the shield's token is cancelled: TimeoutException", async x =>
        {
            var token = default(CancellationToken);
            var run = x.Shields.RunAsync(
                shielded =>
                {
                    token = shielded;
                    return Forever.WaitAsync(shielded);
                },
                Trial.Second,
                x.Clock);
            await x.PassAsync(Trial.Second / 2);
            Expect.That(!token.IsCancellationRequested, "the token was cancelled before the grace period was over.");
            await x.PassAsync(Trial.Second / 2);
            await Expect.ThrowsAsync<TimeoutException>(() => run, "the shield");
        }),
        Of("73", "a timeout scope inside a shield inside a cancelled scope works on its own", async x =>
        {
            var inShield = new Signal();
            var innerReported = false;
            var run = x.TimeoutAsync(Trial.Second, async outer =>
            {
                await Forever.WaitQuietlyAsync(outer.Token);
                await x.Shields.RunAsync(
                    async shielded =>
                    {
                        await Expect.ThrowsAsync<TimeoutException>(
                            () => x.TimeoutAsync(
                                Trial.Second,
                                scope =>
                                {
                                    inShield.Set();
                                    Expect.That(!scope.Token.IsCancellationRequested, "the scope inside the shield began cancelled.");
                                    return Forever.WaitAsync(scope.Token);
                                },
                                shielded),
                            "the scope inside the shield");
                        innerReported = true;
                    },
                    null,
                    x.Clock);
            });
            await x.PassAsync(Trial.Second);
            await inShield.Task;
            await x.PassAsync(Trial.Second);
            await run;
            Expect.That(innerReported, "the scope inside the shield did not report its timeout.");
        }),
        Of("S9", "a shield never throws its caller's cancellation itself; the next await with the caller's token does", async x =>
        {
            using var caller = new CancellationTokenSource();
            var afterShield = false;
            await Expect.CancelledAsync(
                () => x.Groups.RunAsync(
                    async g =>
                    {
                        caller.Cancel();
                        await x.Shields.RunAsync(_ => Task.CompletedTask, null, x.Clock);
                        afterShield = true;
                        await Forever.WaitAsync(g.Token);
                    },
                    caller.Token),
                caller.Token);
            Expect.That(afterShield, "the shield threw the cancellation.");
        }),
        Of("S2", "a cancellation does not reach through a shield, whatever lies between", async x =>
        {
            using var caller = new CancellationTokenSource();
            var ready = new Signal();
            var release = new Signal();
            var reached = false;
            var run = x.GroupAsync(
                g => g.Start(_ => x.Shields.RunAsync(
                    shielded => x.GroupAsync(
                        inner => inner.Start(async token =>
                        {
                            ready.Set();
                            await release.Task;
                            reached = token.IsCancellationRequested;
                        }),
                        shielded),
                    null,
                    x.Clock)),
                caller.Token);
            await ready.Task;
            caller.Cancel();
            await Trial.SettleAsync();
            release.Set();
            await run;
            Expect.That(!reached, "the cancellation came through the shield.");
        }),
    ];

    private static Behaviour Of(string id, string name, Func<Trial, Task> check) => new(Concept.Shield, id, name, check);
}
