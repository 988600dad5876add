namespace StructuredConcurrency.Conformance;

/// <summary>Handles of children: cancelling one, and what its end looks like.</summary>
internal static class GroupChildren
{
    public static IReadOnlyList<Behaviour> Behaviours { get; } =
    [
        Of("37", "cancelling one child leaves its siblings and the group alone", async x =>
        {
            IChildTask? lonely = null;
            var siblingWentOn = false;
            await x.Groups.RunAsync(async g =>
            {
                var release = new Signal();
                lonely = g.Start(Forever.WaitAsync);
                g.Start(async token =>
                {
                    await release.Task;
                    siblingWentOn = !token.IsCancellationRequested;
                });
                lonely.Cancel();
                await Expect.ThrowsAsync<OperationCanceledException>(() => lonely.Completion, "the completion of a child that was cancelled");
                Expect.That(!g.Token.IsCancellationRequested, "cancelling one child cancelled the group.");
                release.Set();
            });
            Expect.Equal(ChildTaskStatus.Cancelled, lonely!.Status, "the cancelled child's status");
            Expect.That(siblingWentOn, "the sibling was cancelled too.");
        }),
        Of("S5", "awaiting a child that was cancelled alone names it, and leaving the body with that is an error", async x =>
        {
            var errors = await Expect.FailsAsync(() => x.Groups.RunAsync(async g =>
            {
                var child = g.Start(Forever.WaitAsync, "lonely");
                child.Cancel();
                await child.Completion;
            }));
            var error = Expect.Single<OperationCanceledException>(errors);
            Expect.That(error.Message.Contains("lonely", StringComparison.Ordinal), $"the exception does not name the child: '{error.Message}'.");
        }),
        Of("S16", "a child's end is one step: when its completion is seen, the error is recorded and the group cancelled", async x =>
        {
            var errors = await Expect.FailsAsync(() => x.Groups.RunAsync(async g =>
            {
                for (var i = 0; i < 20; i++)
                {
                    var release = new Signal();
                    var failing = g.Start(async _ =>
                    {
                        await release.Task;
                        throw new Boom();
                    });
                    release.Set();
                    await Expect.ThrowsAsync<Boom>(() => failing.Completion, "the completion of a failing child");
                    Expect.That(g.Token.IsCancellationRequested, "a child's failure could be seen before the group was cancelled.");
                    if (g.Token.IsCancellationRequested)
                        return;
                }
            }));
            Expect.Single<Boom>(errors);
        }),
        Of("S21", "status, completion and ActiveCount agree and are final before the completion completes", x => x.Groups.RunAsync(async g =>
        {
            using var stop = new CancellationTokenSource();
            var succeeded = g.Start(async _ => await Task.Yield());
            await succeeded.Completion;
            Expect.Equal((ChildTaskStatus.Succeeded, TaskStatus.RanToCompletion, 0), (succeeded.Status, succeeded.Completion.Status, g.ActiveCount), "status, completion and active count after success");

            var cancelled = g.Start(Forever.WaitAsync);
            cancelled.Cancel();
            await Expect.ThrowsAsync<OperationCanceledException>(() => cancelled.Completion, "the completion of a cancelled child");
            Expect.Equal((ChildTaskStatus.Cancelled, TaskStatus.Canceled, 0), (cancelled.Status, cancelled.Completion.Status, g.ActiveCount), "status, completion and active count after cancellation");
        })),
        Of("S21", "a cancellation that nobody asked for makes status and completion Faulted", async x =>
        {
            IChildTask? child = null;
            await Expect.FailsAsync(() => x.GroupAsync(g => child = g.Start(_ => throw new OperationCanceledException())));
            Expect.Equal((ChildTaskStatus.Faulted, TaskStatus.Faulted), (child!.Status, child.Completion.Status), "status and completion");
        }),
        Of("S21", "a cancellation that nobody asked for makes status and completion Cancelled where the options ignore it", async x =>
        {
            IChildTask? child = null;
            await x.Groups.RunAsync(new GroupOptions { IgnoreForeignCancellation = true }, g =>
            {
                child = g.Start(_ => throw new OperationCanceledException());
                return Task.CompletedTask;
            });
            Expect.Equal((ChildTaskStatus.Cancelled, TaskStatus.Canceled), (child!.Status, child.Completion.Status), "status and completion");
        }),
    ];

    private static Behaviour Of(string id, string name, Func<Trial, Task> check) => new(Concept.TaskGroup, id, name, check);
}
