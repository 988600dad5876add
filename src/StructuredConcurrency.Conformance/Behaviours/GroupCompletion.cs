using System.Runtime.CompilerServices;

namespace StructuredConcurrency.Conformance;

/// <summary>When a group ends, and how its children begin.</summary>
internal static class GroupCompletion
{
    [ThreadStatic]
    private static bool s_starting;

    public static IReadOnlyList<Behaviour> Behaviours { get; } =
    [
        Of("1", "RunAsync ends only after every child has ended", async x =>
        {
            var release = new Signal();
            var ended = 0;
            var run = x.GroupAsync(g =>
            {
                for (var i = 0; i < 3; i++)
                {
                    g.Start(async _ =>
                    {
                        await release.Task;
                        Interlocked.Increment(ref ended);
                    });
                }
            });
            await Trial.SettleAsync();
            Expect.That(!run.IsCompleted, "RunAsync ended although three children still ran: it must wait for all of them.");
            release.Set();
            await run;
            Expect.Equal(3, ended, "children that had ended when RunAsync ended");
        }),
        Of("2", "the results of children can be read in the body and after it", async x =>
        {
            IChildTask<int>? child = null;
            await x.Groups.RunAsync(async g =>
            {
                child = g.Start(async _ =>
                {
                    await Task.Yield();
                    return 40;
                });
                Expect.Equal(40, await child.Completion, "a child's value, awaited in the body");
            });
            Expect.Equal(40, child!.Result, "a child's value, read after the group");
        }),
        Of("3", "RunAsync<T> returns the body's value", async x => Expect.Equal(
            42,
            await x.Groups.RunAsync(async g =>
            {
                g.Start(async _ => await Task.Yield());
                await Task.Yield();
                return 42;
            }),
            "the value of a group")),
        Of("4", "an empty group is its body and nothing else", async x =>
        {
            var ran = 0;
            var run = x.GroupAsync(_ => ran++);
            await run;
            Expect.Equal(1, ran, "runs of the body");
        }),
        Of("5", "a child may start children, also when the body has already returned", async x =>
        {
            var bodyReturned = new Signal();
            var grandchild = false;
            var run = x.GroupAsync(g => g.Start(async _ =>
            {
                await bodyReturned.Task;
                g.Start(async _ =>
                {
                    await Task.Yield();
                    grandchild = true;
                });
            }));
            await Trial.SettleAsync();
            bodyReturned.Set();
            await run;
            Expect.That(grandchild, "a child that another child had started was not waited for.");
        }),
        Of("6", "ActiveCount returns to 0 while the body still runs", x => x.Groups.RunAsync(async g =>
        {
            var release = new Signal();
            var children = Enumerable.Range(0, 5).Select(_ => g.Start(_ => release.Task)).ToList();
            Expect.Equal(5, g.ActiveCount, "active children while five of them wait");
            release.Set();
            foreach (var child in children)
                await child.Completion;
            Expect.Equal(0, g.ActiveCount, "active children after all have ended");
        })),
        Of("6", "a child that has ended is released: the group keeps no reference to it", x => x.Groups.RunAsync(async g =>
        {
            var loads = new List<WeakReference>();
            for (var i = 0; i < 20; i++)
            {
                var ended = new Signal();
                StartWithLoad(g, loads, ended);
                await ended.Task;
            }

            await Trial.SettleAsync();

            Collect();
            var alive = loads.Count(load => load.IsAlive);
            Expect.That(alive <= 5, $"20 children have ended one after the other, and the memory of {alive} of them is still held while the group runs.");
        })),
        Of("7", "Start never runs the child's code on the caller's stack", async x =>
        {
            var onCallersStack = false;
            var ran = false;
            await x.GroupAsync(g =>
            {
                s_starting = true;
                g.Start(_ =>
                {
                    onCallersStack = s_starting;
                    ran = true;
                    return Task.CompletedTask;
                });
                s_starting = false;
                if (x.OnLoop)
                    Expect.That(!ran, "the child ran before the caller's next await: on an event loop it must wait for its turn.");
            });
            Expect.That(ran && !onCallersStack, "the child's code ran inside the call of Start.");
        }),
        Of("8", "a child that completes synchronously is treated as one that completes later", async x =>
        {
            var statuses = new List<ChildTaskStatus>();
            var run = x.Groups.RunAsync(async g =>
            {
                var atOnce = g.Start(_ => Task.FromResult(1));
                var later = g.Start(async _ =>
                {
                    await Task.Yield();
                    return 1;
                });
                Expect.Equal(await later.Completion, await atOnce.Completion, "the value of a child that completes at once");
                statuses.AddRange([atOnce.Status, later.Status]);
            });
            await run;
            Expect.Sequence([ChildTaskStatus.Succeeded, ChildTaskStatus.Succeeded], statuses, "the statuses of both");
        }),
        Of("9", "a delegate that throws before its first await is the child's failure, not Start's", async x =>
        {
            var startReturned = false;
            await Expect.FailsWithAsync(
                () => x.GroupAsync(g =>
                {
                    g.Start(_ => throw new Boom());
                    startReturned = true;
                }),
                "boom");
            Expect.That(startReturned, "Start threw what the child's delegate threw.");
        }),
        Of("10", "Start on a finished group throws InvalidOperationException and never calls the delegate", async x =>
        {
            ITaskGroup? kept = null;
            await x.GroupAsync(g => kept = g);
            var called = false;
            Expect.Throws<InvalidOperationException>(
                () => kept!.Start(_ =>
                {
                    called = true;
                    return Task.CompletedTask;
                }),
                "Start on a group that has ended");
            await Trial.SettleAsync();
            Expect.That(!called, "Start refused the child, and yet its code ran.");
        }),
        Of("S10", "Start asks first whether the group has finished, then whether it is cancelling", async x =>
        {
            ITaskGroup? kept = null;
            using var caller = new CancellationTokenSource();
            await x.GroupAsync(
                g =>
                {
                    kept = g;
                    caller.Cancel();
                    Expect.That(g.Token.IsCancellationRequested, "the caller's token was cancelled, but not the group's.");
                    Expect.Throws<OperationCanceledException>(() => g.Start(_ => Task.CompletedTask), "Start on a group that its caller has cancelled");
                },
                caller.Token);
            Expect.Throws<InvalidOperationException>(() => kept!.Start(_ => Task.CompletedTask), "Start on a group that has ended, and had been cancelled");
        }),
    ];

    internal static void Collect()
    {
        // Finalizers run on a thread of their own: waiting for them is no deadlock, whatever an event loop may think of a blocked thread.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            for (var i = 0; i < 3; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private static Behaviour Of(string id, string name, Func<Trial, Task> check) => new(Concept.TaskGroup, id, name, check);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StartWithLoad(ITaskGroup group, List<WeakReference> loads, Signal ended)
    {
        var load = new byte[1000];
        loads.Add(new WeakReference(load));
        group.Start(async _ =>
        {
            await Task.Yield();
            load[0] = 1;
            ended.Set();
        });
    }
}
