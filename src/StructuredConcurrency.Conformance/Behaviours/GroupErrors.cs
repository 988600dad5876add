using System.Runtime.CompilerServices;

namespace StructuredConcurrency.Conformance;

/// <summary>What happens when something in a group fails.</summary>
internal static class GroupErrors
{
    public static IReadOnlyList<Behaviour> Behaviours { get; } =
    [
        Of("11", "a failing child cancels its siblings and is reported as exactly that error", async x =>
        {
            var boom = new Boom();
            var siblingCancelled = false;
            var errors = await Expect.FailsAsync(() => x.GroupAsync(g =>
            {
                g.Start(async token =>
                {
                    await Forever.WaitQuietlyAsync(token);
                    siblingCancelled = true;
                });
                g.Start(_ => Task.FromException(boom));
            }));
            Expect.That(ReferenceEquals(Expect.Single<Boom>(errors), boom), "the error is not the same exception instance that the child threw.");
            Expect.That(siblingCancelled, "the sibling's token was not cancelled.");
        }),
        Of("12", "after a failed group the code behind RunAsync does not run", async x =>
        {
            var after = false;
            await Expect.FailsWithAsync(ProgramAsync, "boom");
            Expect.That(!after, "the code after RunAsync ran although a child had failed.");

            async Task ProgramAsync()
            {
                await x.GroupAsync(g => g.Start(_ => Task.FromException(new Boom())));
                after = true;
            }
        }),
        Of("13", "a body that awaits with the group's token is cut short by a failing child", async x =>
        {
            var cut = false;
            await Expect.FailsWithAsync(
                () => x.Groups.RunAsync(async g =>
                {
                    g.Start(_ => Task.FromException(new Boom()));
                    try
                    {
                        await Forever.WaitAsync(g.Token);
                    }
                    finally
                    {
                        cut = g.Token.IsCancellationRequested;
                    }
                }),
                "boom");
            Expect.That(cut, "the body was not cut short.");
        }),
        Of("14", "a failing body cancels the children, and its error is wrapped as any other", async x =>
        {
            var childCancelled = false;
            await Expect.FailsWithAsync(
                () => x.GroupAsync(g =>
                {
                    g.Start(async token =>
                    {
                        await Forever.WaitQuietlyAsync(token);
                        childCancelled = true;
                    });
                    throw new Boom("body");
                }),
                "body");
            Expect.That(childCancelled, "the child's token was not cancelled.");
        }),
        Of("15", "when three children fail, all three errors are inside", async x =>
        {
            var errors = await Expect.FailsAsync(() => x.GroupAsync(g =>
            {
                var go = new Signal();
                foreach (var name in new[] { "a", "b", "c" })
                {
                    g.Start(async _ =>
                    {
                        await go.Task;
                        throw new Boom(name);
                    });
                }

                go.Set();
            }));
            Expect.Sequence(["a", "b", "c"], errors.Select(e => e.Message).Order(StringComparer.Ordinal), "the messages of the group's errors");
        }),
        Of("16", "errors of children and of the body are all kept, in the order in which children ended, the body's last", async x =>
        {
            var secondFailed = new Signal();
            await Expect.FailsWithAsync(
                () => x.Groups.RunAsync(async g =>
                {
                    g.Start(async _ =>
                    {
                        await secondFailed.Task;
                        await Trial.SettleAsync();
                        throw new Boom("started first");
                    });
                    g.Start(_ => Task.FromException(new Boom("ended first")));
                    await Forever.WaitQuietlyAsync(g.Token);
                    secondFailed.Set();
                    throw new Boom("body");
                }),
                "ended first",
                "started first",
                "body");
        }),
        Of("17", "cancellations of siblings that the failure caused are not among the errors", x => Expect.FailsWithAsync(
            () => x.GroupAsync(g =>
            {
                g.Start(Forever.WaitAsync);
                g.Start(Forever.WaitAsync);
                g.Start(_ => Task.FromException(new Boom()));
            }),
            "boom")),
        Of("18", "a child that throws from its finally while being cancelled is among the errors", x => Expect.FailsWithAsync(
            () => x.GroupAsync(g =>
            {
                g.Start(token => FailInFinallyAsync(token, "finally"));
                g.Start(_ => Task.FromException(new Boom("first")));
            }),
            "first",
            "finally")),
        Of("19", "a cancellation that nobody asked for is an error", async x =>
        {
            var errors = await Expect.FailsAsync(() => x.GroupAsync(g => g.Start(_ => throw new OperationCanceledException("an HTTP client's timeout, say"))));
            Expect.Single<OperationCanceledException>(errors);
        }),
        Of("19", "a cancellation that nobody asked for is dropped where the options say so, and siblings go on", async x =>
        {
            var siblingWentOn = false;
            await x.Groups.RunAsync(new GroupOptions { IgnoreForeignCancellation = true }, async g =>
            {
                var release = new Signal();
                g.Start(async token =>
                {
                    await release.Task;
                    siblingWentOn = !token.IsCancellationRequested;
                });
                g.Start(_ => throw new OperationCanceledException());
                await Trial.SettleAsync();
                release.Set();
            });
            Expect.That(siblingWentOn, "the sibling was cancelled.");
        }),
        Of("20", "an AggregateException thrown by a child is kept as one error, not flattened", async x =>
        {
            var thrown = new AggregateException(new Boom("a"), new Boom("b"));
            var errors = await Expect.FailsAsync(() => x.GroupAsync(g => g.Start(async _ =>
            {
                await Task.Yield();
                throw thrown;
            })));
            Expect.That(ReferenceEquals(Expect.Single<AggregateException>(errors), thrown), "the error is not the exception that the child threw.");
        }),
        Of("21", "the stack trace of an error still names the child's method", async x =>
        {
            var errors = await Expect.FailsAsync(() => x.GroupAsync(g => g.Start(_ => FailDeepInsideAsync())));
            Expect.That(
                Expect.Single<Boom>(errors).StackTrace?.Contains(nameof(FailDeepInsideAsync), StringComparison.Ordinal) == true,
                "the stack trace no longer shows where the child failed: rethrow with 'throw;', or keep the exception as it is.");
        }),
        Of("22", "no child's exception is left unobserved, in whichever way it failed", LeavesNothingUnobservedAsync),
        Of("23", "a callback of the group's token that throws is reported among the errors", x => Expect.FailsWithAsync(
            () => x.GroupAsync(g =>
            {
                g.Token.Register(() => throw new Boom("callback"));
                g.Start(_ => Task.FromException(new Boom("child")));
            }),
            "child",
            "callback")),
        Of("24", "with isolated failures siblings finish, and every error is thrown at the end", async x =>
        {
            var finished = false;
            var errors = await Expect.FailsAsync(() => x.Groups.RunAsync(new GroupOptions { IsolateFailures = true }, async g =>
            {
                var release = new Signal();
                g.Start(async token =>
                {
                    await release.Task;
                    token.ThrowIfCancellationRequested();
                    finished = true;
                });
                g.Start(_ => Task.FromException(new Boom("a")));
                g.Start(_ => Task.FromException(new Boom("b")));
                await Trial.SettleAsync();
                Expect.That(!g.Token.IsCancellationRequested, "the group was cancelled by a child's failure.");
                release.Set();
            }));
            Expect.Sequence(["a", "b"], errors.Select(e => e.Message).Order(StringComparer.Ordinal), "the messages of the group's errors");
            Expect.That(finished, "the sibling of a failing child did not finish.");
        }),
        Of("24", "with isolated failures a failing body still cancels the children", async x =>
        {
            var cancelled = false;
            await Expect.FailsWithAsync(
                () => x.Groups.RunAsync(new GroupOptions { IsolateFailures = true }, g =>
                {
                    g.Start(async token =>
                    {
                        await Forever.WaitQuietlyAsync(token);
                        cancelled = true;
                    });
                    throw new Boom("body");
                }),
                "body");
            Expect.That(cancelled, "the child was not cancelled.");
        }),
        Of("25", "await shows the group's exception, and the task has it as its single inner exception", async x =>
        {
            var run = x.GroupAsync(g =>
            {
                g.Start(_ => Task.FromException(new Boom("a")));
                g.Start(_ => Task.FromException(new Boom("b")));
            });
            var shown = await Expect.ThrowsAsync<AggregateException>(() => run, "awaiting the group");
            Expect.That(run.IsFaulted, $"the group's task is {run.Status}, and not Faulted.");
            Expect.That(
                run.Exception!.InnerExceptions.Count == 1 && ReferenceEquals(run.Exception.InnerException, shown),
                $"task.Exception should hold the one exception that await shows, but holds {Expect.Describe(run.Exception.InnerExceptions)}.");
        }),
        Of("S17", "an error that the body saw by awaiting its failed child is reported once", x => Expect.FailsWithAsync(
            () => x.Groups.RunAsync(g => g.Start(_ => Task.FromException(new Boom())).Completion),
            "boom")),
        Of("S19", "exceptions of token callbacks come after the children's errors and before the body's, flattened", x => Expect.FailsWithAsync(
            () => x.Groups.RunAsync(async g =>
            {
                g.Token.Register(() => throw new Boom("callback 1"));
                g.Token.Register(() => throw new Boom("callback 2")); // the last one registered runs first
                g.Start(_ => Task.FromException(new Boom("child")));
                await Forever.WaitQuietlyAsync(g.Token);
                throw new Boom("body");
            }),
            "child",
            "callback 2",
            "callback 1",
            "body")),
        Of("S19", "Cancel never throws, not even what callbacks of the token throw", async x =>
        {
            Exception? fromCancel = null;
            await Expect.FailsWithAsync(
                () => x.GroupAsync(g =>
                {
                    g.Token.Register(() => throw new Boom("callback"));
                    try
                    {
                        g.Cancel();
                    }
                    catch (Boom e)
                    {
                        fromCancel = e;
                    }
                    catch (AggregateException e)
                    {
                        fromCancel = e;
                    }
                }),
                "callback");
            Expect.That(fromCancel is null, $"Cancel threw {(fromCancel is null ? "" : Expect.Describe(fromCancel))}.");
        }),
        Of("S22", "a child that returns a task with several faults counts as one error that holds them all", async x =>
        {
            var errors = await Expect.FailsAsync(() => x.GroupAsync(g => g.Start(_ => Task.WhenAll(Task.FromException(new Boom("a")), Task.FromException(new Boom("b"))))));
            Expect.Equal(2, Expect.Single<AggregateException>(errors).InnerExceptions.Count, "faults inside that error");
        }),
        Of("L", "callbacks of the group's token run without any lock of the group held", async x =>
        {
            var refused = false;
            await x.GroupAsync(g =>
            {
                g.Start(Forever.WaitAsync);
                g.Token.Register(() => refused = x.OnLoop ? IsRefused(g) : Task.Run(() => IsRefused(g)).Wait(Trial.Second * 3));
                g.Cancel();
            });
            Expect.That(refused, "while a callback of the token ran, another thread could not call Start: a lock was held.");

            static bool IsRefused(ITaskGroup group)
            {
                try
                {
                    group.Start(_ => Task.CompletedTask);
                    return false;
                }
                catch (OperationCanceledException)
                {
                    return true;
                }
            }
        }),
    ];

    private static Behaviour Of(string id, string name, Func<Trial, Task> check) => new(Concept.TaskGroup, id, name, check);

    private static async Task FailInFinallyAsync(CancellationToken token, string message)
    {
        try
        {
            await Forever.WaitAsync(token);
        }
        finally
        {
            throw new Boom(message);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task FailDeepInsideAsync()
    {
        await Task.Yield();
        throw new Boom();
    }

    private static async Task LeavesNothingUnobservedAsync(Trial x)
    {
        var mark = $"unseen {Guid.NewGuid()}";
        var unobserved = 0;
        EventHandler<UnobservedTaskExceptionEventArgs> note = (_, e) =>
        {
            if (e.Exception.Flatten().InnerExceptions.Any(inner => inner is Boom && inner.Message == mark))
                Interlocked.Increment(ref unobserved);
        };
        TaskScheduler.UnobservedTaskException += note;
        try
        {
            for (var round = 0; round < 5; round++)
                await FailInEveryWayAsync(x, mark);
            await Trial.SettleAsync();
            GroupCompletion.Collect();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= note;
        }

        Expect.Equal(0, unobserved, "exceptions that the runtime reported as unobserved");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task FailInEveryWayAsync(Trial x, string mark)
    {
        await Expect.FailsAsync(() => x.GroupAsync(g =>
        {
            g.Start(token => FailInFinallyAsync(token, mark));
            g.Start(async _ =>
            {
                await Task.Yield();
                throw new Boom(mark);
            });
            g.Start(_ => throw new Boom(mark));
        }));
        await Expect.FailsAsync(() => x.GroupAsync(g => g.Start(_ => Task.FromException(new Boom(mark)))));
        await Expect.FailsAsync(() => x.GroupAsync(g => g.Start(_ => Task.WhenAll(Task.FromException(new Boom(mark)), Task.FromException(new Boom(mark))))));
        await Expect.FailsAsync(() => x.GroupAsync(g =>
        {
            g.Start(token => FailInFinallyAsync(token, mark));
            throw new Boom(mark);
        }));
    }
}
