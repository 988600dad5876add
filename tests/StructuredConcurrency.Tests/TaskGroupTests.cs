namespace StructuredConcurrency.Tests;

public sealed class TaskGroupOnLoopTests() : TaskGroupTests(Floor.Loop);

public sealed class TaskGroupOnThreadPoolTests() : TaskGroupTests(Floor.ThreadPool);

public abstract class TaskGroupTests(Floor floor)
{
    [Fact]
    public Task RunAsync_ChildrenStillRunning_EndsOnlyAfterTheLast() => floor.RunAsync(async () =>
    {
        var release = new TaskCompletionSource();
        var ended = 0;
        var group = TaskGroup.RunAsync(g =>
        {
            for (var i = 0; i < 3; i++)
            {
                g.Start(async _ =>
                {
                    await release.Task;
                    Interlocked.Increment(ref ended);
                });
            }

            return Task.CompletedTask;
        });
        Assert.False(group.IsCompleted);
        release.SetResult();
        await group;
        Assert.Equal(3, ended);
    });

    [Fact]
    public Task RunAsync_BodyWithValue_ReturnsItWithChildrensResults() => floor.RunAsync(async () =>
    {
        ChildTask<int>? child = null;
        var value = await TaskGroup.RunAsync(async g =>
        {
            child = g.Start(async _ =>
            {
                await Task.Yield();
                return 40;
            });
            return await child.Completion + 2;
        });
        Assert.Equal(42, value);
        Assert.Equal(40, child!.Result);
        Assert.Equal(ChildTaskStatus.Succeeded, child.Status);
    });

    [Fact]
    public Task RunAsync_NoChildren_IsItsBody() => floor.RunAsync(async () => Assert.Equal(7, await TaskGroup.RunAsync(_ => Task.FromResult(7))));

    [Fact]
    public Task Start_FromAChildAfterTheBodyReturned_IsWaitedFor() => floor.RunAsync(async () =>
    {
        var bodyReturned = new TaskCompletionSource();
        var grandchild = false;
        var run = TaskGroup.RunAsync(g =>
        {
            g.Start(async _ =>
            {
                await bodyReturned.Task;
                g.Start(async _ =>
                {
                    await Task.Yield();
                    grandchild = true;
                });
            });
            return Task.CompletedTask;
        });
        bodyReturned.SetResult();
        await run;
        Assert.True(grandchild);
    });

    [Fact]
    public Task ActiveCount_AfterChildrenEnded_IsZeroWhileTheBodyRuns() => floor.RunAsync(() => TaskGroup.RunAsync(async g =>
    {
        var children = Enumerable.Range(0, 5).Select(_ => g.Start(_ => Task.CompletedTask)).ToList();
        foreach (var child in children)
            await child.Completion;
        Assert.Equal(0, g.ActiveCount);
    }));

    [Fact]
    public Task Start_DelegateThatThrowsAtOnce_IsTheChildsFailureNotTheCallers() => floor.RunAsync(async () =>
    {
        var started = false;
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(g =>
        {
            g.Start(_ => throw new Boom());
            started = true;
            return Task.CompletedTask;
        }));
        Assert.True(started);
        Assert.IsType<Boom>(Assert.Single(error.InnerExceptions));
    });

    [Fact]
    public Task Start_AfterTheGroupEnded_ThrowsAndNeverCallsTheDelegate() => floor.RunAsync(async () =>
    {
        TaskGroup? kept = null;
        await TaskGroup.RunAsync(g =>
        {
            kept = g;
            return Task.CompletedTask;
        });
        var called = false;
        var error = Assert.Throws<InvalidOperationException>(() => kept!.Start(_ =>
        {
            called = true;
            return Task.CompletedTask;
        }));
        Assert.Contains(kept!.Name, error.Message, StringComparison.Ordinal);
        Assert.False(called);
    });

    [Fact]
    public Task RunAsync_ChildFails_CancelsSiblingsAndReportsExactlyThatError() => floor.RunAsync(async () =>
    {
        var boom = new Boom();
        ChildTask? sibling = null;
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(async g =>
        {
            sibling = g.Start(Forever.WaitAsync);
            g.Start(_ => Task.FromException(boom));
            await Forever.WaitAsync(g.Token);
        }));
        Assert.Same(boom, Assert.Single(error.InnerExceptions));
        Assert.Equal(ChildTaskStatus.Cancelled, sibling!.Status);
        Assert.True(error.Contains<Boom>());
        Assert.False(error.Contains<TimeoutException>());
    });

    [Fact]
    public Task RunAsync_BodyFails_CancelsChildrenAndWrapsTheError() => floor.RunAsync(async () =>
    {
        ChildTask? child = null;
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(g =>
        {
            child = g.Start(Forever.WaitAsync);
            throw new Boom();
        }));
        Assert.IsType<Boom>(Assert.Single(error.InnerExceptions));
        Assert.Equal(ChildTaskStatus.Cancelled, child!.Status);
    });

    [Fact]
    public Task RunAsync_ChildrenAndBodyFail_KeepsAllWithTheBodyLast() => floor.RunAsync(async () =>
    {
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(async g =>
        {
            g.Start(async token => await FailAfterCancelAsync(token, "first"));
            var second = g.Start(_ => Task.FromException(new Boom("second")));
            try
            {
                await second.Completion;
            }
            catch (Boom)
            {
                throw new Boom("body");
            }
        }));
        Assert.Equal(["body", "first", "second"], error.InnerExceptions.Select(e => e.Message).Order(StringComparer.Ordinal));
        Assert.Equal("body", error.InnerExceptions[^1].Message);

        static async Task FailAfterCancelAsync(CancellationToken token, string message)
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
    });

    [Fact]
    public Task RunAsync_BodyAwaitsItsFailedChild_ReportsTheErrorOnce() => floor.RunAsync(async () =>
    {
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(g => g.Start(_ => Task.FromException(new Boom())).Completion));
        Assert.Single(error.InnerExceptions);
    });

    [Fact]
    public Task RunAsync_CancellationNobodyAskedFor_IsAnError() => floor.RunAsync(async () =>
    {
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(g =>
        {
            g.Start(_ => throw new OperationCanceledException("an HTTP client's timeout, say"));
            return Task.CompletedTask;
        }));
        Assert.IsType<OperationCanceledException>(Assert.Single(error.InnerExceptions));
    });

    [Fact]
    public Task RunAsync_ChildReturnsSeveralFaults_CountsThemAsOneError() => floor.RunAsync(async () =>
    {
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(g =>
        {
            g.Start(_ => Task.WhenAll(Task.FromException(new Boom("a")), Task.FromException(new Boom("b"))));
            return Task.CompletedTask;
        }));
        Assert.Equal(2, Assert.IsType<AggregateException>(Assert.Single(error.InnerExceptions)).InnerExceptions.Count);
    });

    [Fact]
    public Task RunAsync_TokenCallbackThrows_IsReportedAfterTheChildrenAndBeforeTheBody() => floor.RunAsync(async () =>
    {
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(async g =>
        {
            g.Token.Register(() => throw new Boom("callback"));
            try
            {
                await g.Start(_ => Task.FromException(new Boom("child"))).Completion;
            }
            catch (Boom)
            {
                throw new Boom("body");
            }
        }));
        Assert.Equal(["child", "callback", "body"], error.InnerExceptions.Select(e => e.Message));
    });

    [Fact]
    public Task RunAsync_CallerCancels_ThrowsWithTheCallersToken() => floor.RunAsync(async () =>
    {
        using var caller = new CancellationTokenSource();
        ChildTask? child = null;
        var running = TaskGroup.RunAsync(
            async g =>
            {
                child = g.Start(Forever.WaitAsync);
                await Forever.WaitAsync(g.Token);
            },
            caller.Token);
        caller.Cancel();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(caller.Token, error.CancellationToken);
        Assert.True(running.IsCanceled);
        Assert.Equal(ChildTaskStatus.Cancelled, child!.Status);
    });

    [Fact]
    public Task RunAsync_BodyAndChildListenToTheCallersToken_AreCutShortByIt() => floor.RunAsync(async () =>
    {
        using var caller = new CancellationTokenSource();
        var listening = new TaskCompletionSource();
        ChildTask? child = null;
        var running = TaskGroup.RunAsync(
            _ => Forever.WaitAsync(caller.Token),
            caller.Token);
        var withChild = TaskGroup.RunAsync(
            g =>
            {
                child = g.Start(async _ =>
                {
                    var wait = Forever.WaitAsync(caller.Token);
                    listening.SetResult();
                    await wait;
                });
                return Task.CompletedTask;
            },
            caller.Token);
        await listening.Task;
        caller.Cancel();
        Assert.Equal(caller.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running)).CancellationToken);
        Assert.Equal(caller.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => withChild)).CancellationToken);
        Assert.Equal(ChildTaskStatus.Cancelled, child!.Status);
    });

    [Fact]
    public Task RunAsync_GrandchildrenListenToTheTokenOfATimeoutAroundAll_AreCutShortByIt() => floor.RunAsync(async () =>
    {
        for (var round = 0; round < 20; round++)
        {
            await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunAsync(TimeSpan.FromMilliseconds(1), scope => NestAsync(3, scope.Token, scope.Token)));
        }

        static Task NestAsync(int depth, CancellationToken own, CancellationToken outermost) => depth == 0
            ? Forever.WaitAsync(outermost)
            : TaskGroup.RunAsync(
                g =>
                {
                    g.Start(token => NestAsync(depth - 1, token, outermost));
                    g.Start(token => NestAsync(depth - 1, token, outermost));
                    return Task.CompletedTask;
                },
                own);
    });

    [Fact]
    public Task RunAsync_CallerCancelledBefore_StillStartsTheBody() => floor.RunAsync(async () =>
    {
        var started = false;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TaskGroup.RunAsync(
            g =>
            {
                started = true;
                return Forever.WaitAsync(g.Token);
            },
            new CancellationToken(canceled: true)));
        Assert.True(started);
    });

    [Fact]
    public Task RunAsync_CallerCancelsButNothingIsCutShort_ReturnsTheValue() => floor.RunAsync(async () =>
    {
        using var caller = new CancellationTokenSource();
        var value = await TaskGroup.RunAsync(
            _ =>
            {
                caller.Cancel();
                return Task.FromResult(1);
            },
            caller.Token);
        Assert.Equal(1, value);
    });

    [Fact]
    public Task RunAsync_CallerCancelsAndAChildFails_ReportsTheError() => floor.RunAsync(async () =>
    {
        using var caller = new CancellationTokenSource();
        var running = TaskGroup.RunAsync(
            async g =>
            {
                try
                {
                    await Forever.WaitAsync(g.Token);
                }
                catch (OperationCanceledException)
                {
                    throw new Boom();
                }
            },
            caller.Token);
        caller.Cancel();
        Assert.True((await Assert.ThrowsAsync<TaskGroupException>(() => running)).Contains<Boom>());
        Assert.True(caller.IsCancellationRequested);
    });

    [Fact]
    public Task Cancel_WhileChildrenRun_EndsQuietly() => floor.RunAsync(async () =>
    {
        ChildTask? child = null;
        await TaskGroup.RunAsync(g =>
        {
            child = g.Start(Forever.WaitAsync);
            g.Cancel("enough");
            g.Cancel("again");
            return Task.CompletedTask;
        });
        Assert.Equal(ChildTaskStatus.Cancelled, child!.Status);
    });

    [Fact]
    public Task Cancel_BodyWithValue_ReturnsItOrThrowsWhenThereIsNone() => floor.RunAsync(async () =>
    {
        Assert.Equal(5, await TaskGroup.RunAsync(g =>
        {
            g.Cancel();
            return Task.FromResult(5);
        }));
        await Assert.ThrowsAsync<OperationCanceledException>(() => TaskGroup.RunAsync<int>(async g =>
        {
            g.Cancel();
            g.Token.ThrowIfCancellationRequested();
            await Task.Yield();
            return 5;
        }));
    });

    [Fact]
    public Task Cancel_AtEachStepAroundTheEndOfTheLastChild_NeverThrows() => floor.RunAsync(async () =>
    {
        for (var distance = 0; distance < 8; distance++)
        {
            TaskGroup? group = null;
            var release = new TaskCompletionSource();
            using var caller = new CancellationTokenSource();
            var running = TaskGroup.RunAsync(
                g =>
                {
                    group = g;
                    g.Start(_ => release.Task);
                    return Task.CompletedTask;
                },
                caller.Token);
            await Task.Yield();
            release.SetResult();
            for (var step = 0; step < distance; step++)
                await Task.Yield();
            caller.Cancel();
            group!.Cancel();
            await running;
        }
    });

    [Fact]
    public Task Start_WhileStopping_ThrowsCancellationAndAddsNoError() => floor.RunAsync(() => TaskGroup.RunAsync(g =>
    {
        g.Cancel();
        Assert.Equal(g.Token, Assert.ThrowsAny<OperationCanceledException>(() => g.Start(_ => Task.CompletedTask)).CancellationToken);
        return Task.CompletedTask;
    }));

    [Fact]
    public Task ChildCancel_OnlyThatChild_GroupGoesOn() => floor.RunAsync(() => TaskGroup.RunAsync(async g =>
    {
        var lonely = g.Start(Forever.WaitAsync, "lonely");
        var other = g.Start(async _ =>
        {
            await Task.Yield();
            return 1;
        });
        lonely.Cancel();
        var error = await Assert.ThrowsAsync<ChildCancelledException>(() => lonely.Completion);
        Assert.Equal("lonely", error.Name);
        Assert.True(lonely.Completion.IsCanceled);
        Assert.Equal(ChildTaskStatus.Cancelled, lonely.Status);
        Assert.Equal(1, await other.Completion);
        Assert.False(g.IsCancellationRequested);
    }));

    [Fact]
    public Task RunAsync_ChildSwallowsItsCancellation_CountsAsSuccessAndDoesNotHang() => floor.RunAsync(async () =>
    {
        ChildTask? child = null;
        await TaskGroup.RunAsync(g =>
        {
            child = g.Start(async token =>
            {
                try
                {
                    await Forever.WaitAsync(token);
                }
                catch (OperationCanceledException)
                {
                    // swallowed: this is the mistake
                }
            });
            g.Cancel();
            return Task.CompletedTask;
        });
        Assert.Equal(ChildTaskStatus.Succeeded, child!.Status);
    });

    [Fact]
    public Task RunAsync_InnerGroupFails_OuterHoldsTheInnersException() => floor.RunAsync(async () =>
    {
        var outer = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(g =>
        {
            g.Start(token => TaskGroup.RunAsync(
                inner =>
                {
                    inner.Start(_ => Task.FromException(new Boom()));
                    return Task.CompletedTask;
                },
                token));
            return Task.CompletedTask;
        }));
        var inner = Assert.IsType<TaskGroupException>(Assert.Single(outer.InnerExceptions));
        Assert.IsType<Boom>(Assert.Single(inner.InnerExceptions));
        Assert.True(outer.Contains<Boom>());
    });

    [Fact]
    public Task RunAsync_OuterChildFails_InnerGroupEndsAsCancelled() => floor.RunAsync(async () =>
    {
        ChildTask? inner = null;
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(g =>
        {
            inner = g.Start(token => TaskGroup.RunAsync(i => Forever.WaitAsync(i.Token), token));
            g.Start(_ => Task.FromException(new Boom()));
            return Task.CompletedTask;
        }));
        Assert.IsType<Boom>(Assert.Single(error.InnerExceptions));
        Assert.Equal(ChildTaskStatus.Cancelled, inner!.Status);
    });

    [Fact]
    public Task Start_AsyncLocal_ChildSeesItAsOfStartAndKeepsItsWrites() => floor.RunAsync(async () =>
    {
        var local = new AsyncLocal<string> { Value = "at start" };
        await TaskGroup.RunAsync(async g =>
        {
            var child = g.Start(_ =>
            {
                var seen = local.Value;
                local.Value = "child's";
                return Task.FromResult(seen);
            });
            local.Value = "later";
            Assert.Equal("at start", await child.Completion);
            Assert.Equal("later", local.Value);
        });
    });

    [Fact]
    public Task Start_WithoutAName_NumbersTheChildren() => floor.RunAsync(() => TaskGroup.RunAsync(g =>
    {
        Assert.Equal("task-1", g.Start(_ => Task.CompletedTask).Name);
        Assert.Equal("C1", g.Start(_ => Task.CompletedTask, "C1").Name);
        Assert.Equal("task-3", g.Start(_ => Task.CompletedTask).Name);
        return Task.CompletedTask;
    }));
}

public sealed class TaskGroupContextTests
{
    [Fact]
    public async Task RunAsync_CallerWithAContextOfItsOwn_IsNeverPostedToByTheLibrary()
    {
        var context = new CountingContext();
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        Task running;
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            running = TaskGroup.RunAsync(g =>
            {
                g.Start(async _ =>
                {
                    Assert.Null(SynchronizationContext.Current);
                    await release.Task;
                });
                return Task.CompletedTask;
            });
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        release.SetResult();
        await running;
        Assert.Equal(0, context.Posts);
    }

    [Fact]
    public Task Start_ChildHasEnded_TheGroupKeepsNothingOfIt() => TaskGroup.RunAsync(async group =>
    {
        var children = new List<WeakReference>();
        for (var i = 0; i < 20; i++)
            await RunOneAsync(group, children);
        Collect();
        Assert.InRange(children.Count(child => child.IsAlive), 0, 1);

        static async Task RunOneAsync(TaskGroup group, List<WeakReference> children)
        {
            var child = group.Start(async _ => await Task.Yield());
            children.Add(new WeakReference(child));
            await child.Completion;
        }
    });

    private static void Collect()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private sealed class CountingContext : SynchronizationContext
    {
        private int _posts;

        public int Posts => _posts;

        public override void Post(SendOrPostCallback d, object? state)
        {
            Interlocked.Increment(ref _posts);
            base.Post(d, state);
        }
    }
}
