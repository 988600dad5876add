namespace StructuredConcurrency.Tests.Asyncio;

public sealed class AsyncioTaskGroupCasesOnLoop() : AsyncioTaskGroupCases(Floor.Loop);

public sealed class AsyncioTaskGroupCasesOnThreadPool() : AsyncioTaskGroupCases(Floor.ThreadPool);

/// <summary>What asyncio's own tests ask of its task group, asked of ours. Which of them each test answers: README.md.</summary>
public abstract class AsyncioTaskGroupCases(Floor floor)
{
    [Fact]
    public Task RunAsync_TwoChildren_TheirResultsAreThereAfterwards() => floor.RunAsync(async () =>
    {
        ChildTask<int>? first = null, second = null;
        await TaskGroup.RunAsync(group =>
        {
            first = group.Start(token => LaterAsync(42, token));
            second = group.Start(token => LaterAsync(11, token));
            return Task.CompletedTask;
        });
        Assert.Equal((42, 11), (first!.Result, second!.Result));
    });

    [Fact]
    public Task Start_AfterTheBodyHasWaited_IsStillWaitedFor() => floor.RunAsync(async () =>
    {
        ChildTask<int>? first = null, second = null;
        await TaskGroup.RunAsync(async group =>
        {
            first = group.Start(token => LaterAsync(42, token));
            await first.Completion;
            second = group.Start(token => LaterAsync(11, token));
        });
        Assert.Equal((42, 11), (first!.Result, second!.Result));
    });

    [Fact]
    public Task ChildCancel_GroupGoesOnAndTakesAnotherChild() => floor.RunAsync(async () =>
    {
        ChildTask? cancelled = null;
        ChildTask<int>? other = null;
        await TaskGroup.RunAsync(async group =>
        {
            var running = new TaskCompletionSource();
            cancelled = group.Start(token => EnterAsync(running, token));
            await running.Task;
            cancelled.Cancel();
            other = group.Start(token => LaterAsync(11, token));
        });
        Assert.Equal(ChildTaskStatus.Cancelled, cancelled!.Status);
        Assert.Equal(11, other!.Result);
    });

    [Fact]
    public Task RunAsync_ChildFails_SiblingIsStoppedAndNothingAfterTheGroupRuns() => floor.RunAsync(async () =>
    {
        var sibling = new Witness();
        ChildTask? stopped = null;
        var wentOn = false;
        var error = await Assert.ThrowsAsync<TaskGroupException>(async () =>
        {
            await TaskGroup.RunAsync(group =>
            {
                stopped = group.Start(sibling.WaitAsync);
                group.Start(FailAfter(sibling.Running));
                return Task.CompletedTask;
            });
            wentOn = true;
        });
        Assert.IsType<Boom>(Assert.Single(error.InnerExceptions));
        Assert.True(sibling.WasCancelled);
        Assert.Equal(ChildTaskStatus.Cancelled, stopped!.Status);
        Assert.False(wentOn);
    });

    [Fact]
    public Task RunAsync_SeveralChildrenFail_TheRestAndTheBodyAreStopped() => floor.RunAsync(async () =>
    {
        Witness sibling = new(), body = new();
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(async group =>
        {
            group.Start(sibling.WaitAsync);
            for (var i = 0; i < 3; i++)
                group.Start(_ => FailAfter(Task.WhenAll(sibling.Running, body.Running))(default)); // whatever its token says
            await body.WaitAsync(group.Token);
        }));
        Assert.Equal(3, error.InnerExceptions.Count);
        Assert.All(error.InnerExceptions, e => Assert.IsType<Boom>(e));
        Assert.True(sibling.WasCancelled);
        Assert.True(body.WasCancelled);
    });

    [Fact]
    public Task RunAsync_CallerCancelsWhileTheGroupWaits_EveryChildSeesIt() => floor.RunAsync(async () =>
    {
        using var caller = new CancellationTokenSource();
        var children = Witnesses(5);
        var run = TaskGroup.RunAsync(
            group =>
            {
                foreach (var child in children)
                    group.Start(child.WaitAsync);
                return Task.CompletedTask;
            },
            caller.Token);
        await AllRunning(children);
        Assert.False(run.IsCompleted);
        caller.Cancel();
        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(caller.Token, e.CancellationToken);
        Assert.All(children, child => Assert.True(child.WasCancelled));
    });

    [Fact]
    public Task RunAsync_CallerCancelsWhileTheBodyWaits_ChildrenAndBodySeeIt() => floor.RunAsync(async () =>
    {
        using var caller = new CancellationTokenSource();
        var children = Witnesses(5);
        var body = new Witness();
        var run = TaskGroup.RunAsync(
            group =>
            {
                foreach (var child in children)
                    group.Start(child.WaitAsync);
                return body.WaitAsync(group.Token);
            },
            caller.Token);
        await AllRunning([.. children, body]);
        caller.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.All([.. children, body], witness => Assert.True(witness.WasCancelled));
    });

    [Fact]
    public Task RunAsync_ChildrenFailWhenTheCallerCancels_TheErrorsWin() => floor.RunAsync(async () =>
    {
        using var caller = new CancellationTokenSource();
        var children = Witnesses(5);
        var run = TaskGroup.RunAsync(group => StartCrashing(group, children), caller.Token);
        await AllRunning(children);
        caller.Cancel();
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => run);
        Assert.Equal(5, error.InnerExceptions.Count);
        Assert.All(error.InnerExceptions, e => Assert.IsType<Boom>(e));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task RunAsync_BodyFails_ChildrenAreStopped(bool whenTheyRun) => floor.RunAsync(async () =>
    {
        List<ChildTask> children = [];
        var witnesses = Witnesses(2);
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(async group =>
        {
            children.AddRange(witnesses.Select(witness => group.Start(witness.WaitAsync)));
            if (whenTheyRun)
                await AllRunning(witnesses);
            throw new Boom();
        }));
        Assert.IsType<Boom>(Assert.Single(error.InnerExceptions));
        Assert.All(children, child => Assert.Equal(ChildTaskStatus.Cancelled, child.Status));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task RunAsync_InnerChildrenFailWhenTheCallerCancels_TheOuterHoldsTheInnersErrors(bool outerHasAChild) => floor.RunAsync(async () =>
    {
        using var caller = new CancellationTokenSource();
        var children = Witnesses(5);
        var run = TaskGroup.RunAsync(
            outer =>
            {
                if (outerHasAChild)
                    outer.Start(Forever.WaitAsync);
                return TaskGroup.RunAsync(inner => StartCrashing(inner, children), outer.Token);
            },
            caller.Token);
        await AllRunning(children);
        caller.Cancel();
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => run);
        var nested = Assert.IsType<TaskGroupException>(Assert.Single(error.InnerExceptions));
        Assert.Equal(5, nested.InnerExceptions.Count);
        Assert.All(nested.InnerExceptions, e => Assert.IsType<Boom>(e));
    });

    [Fact]
    public Task RunAsync_OuterChildFails_InnerGroupIsOnlyCancelled() => floor.RunAsync(async () =>
    {
        var inner = new Witness();
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(outer =>
        {
            outer.Start(FailAfter(inner.Running));
            return TaskGroup.RunAsync(
                group =>
                {
                    group.Start(inner.WaitAsync);
                    return Task.CompletedTask;
                },
                outer.Token);
        }));
        Assert.IsType<Boom>(Assert.Single(error.InnerExceptions));
        Assert.True(inner.WasCancelled);
    });

    [Fact]
    public Task RunAsync_InnerChildFails_OuterHoldsAGroupInAGroup() => floor.RunAsync(async () =>
    {
        var sibling = new Witness();
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(outer =>
        {
            outer.Start(sibling.WaitAsync);
            return TaskGroup.RunAsync(
                inner =>
                {
                    inner.Start(FailAfter(sibling.Running));
                    return Task.CompletedTask;
                },
                outer.Token);
        }));
        var nested = Assert.IsType<TaskGroupException>(Assert.Single(error.InnerExceptions));
        Assert.IsType<Boom>(Assert.Single(nested.InnerExceptions));
        Assert.True(sibling.WasCancelled);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task RunAsync_ChildFailsWhileTheCancelledBodyCleansUp_TheErrorWins(bool oneMoreMethodAround) => floor.RunAsync(async () =>
    {
        using var caller = new CancellationTokenSource();
        var body = new Witness();
        var cleansUp = new TaskCompletionSource();
        var failed = new TaskCompletionSource();
        var run = oneMoreMethodAround ? AroundAsync() : RunAsync();
        await body.Running;
        caller.Cancel();
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => run);
        Assert.IsType<Boom>(Assert.Single(error.InnerExceptions));
        Assert.True(body.WasCancelled);

        async Task AroundAsync() => await RunAsync();

        Task RunAsync() => TaskGroup.RunAsync(
            async group =>
            {
                group.Start(async _ =>
                {
                    await cleansUp.Task; // not stopped by its token, as asyncio would not have stopped it yet
                    failed.SetResult();
                    throw new Boom();
                });
                try
                {
                    await body.WaitAsync(group.Token);
                }
                finally
                {
                    cleansUp.SetResult();
                    await failed.Task;
                }
            },
            caller.Token);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task RunAsync_CallerCancelsAGroupWithoutChildren_BodySaysHowItEnds(bool answersWithAnError) => floor.RunAsync(async () =>
    {
        using var caller = new CancellationTokenSource();
        var body = new Witness();
        var run = TaskGroup.RunAsync(
            async group =>
            {
                try
                {
                    await body.WaitAsync(group.Token);
                }
                catch (OperationCanceledException) when (answersWithAnError)
                {
                    throw new Boom();
                }
            },
            caller.Token);
        await body.Running;
        caller.Cancel();
        var e = await Assert.ThrowsAnyAsync<Exception>(() => run);
        Assert.True(body.WasCancelled);
        if (answersWithAnError)
            Assert.IsType<Boom>(Assert.Single(Assert.IsType<TaskGroupException>(e).InnerExceptions));
        else
            Assert.IsAssignableFrom<OperationCanceledException>(e);
    });

    [Fact]
    public Task RunAsync_ChildFailsAndTheBodyFailsInItsCleanup_BothAreReported() => floor.RunAsync(async () =>
    {
        var body = new Witness();
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(async group =>
        {
            group.Start(FailAfter(body.Running));
            try
            {
                await body.WaitAsync(group.Token);
            }
            finally
            {
                Fail(new NotSupportedException());
            }
        }));
        Assert.Collection(error.InnerExceptions, e => Assert.IsType<Boom>(e), e => Assert.IsType<NotSupportedException>(e));
    });

    [Fact]
    public Task RunAsync_CallerCancelsAsSoonAsChildrenAreStarted_EndsAsCancelled() => floor.RunAsync(async () =>
    {
        using var caller = new CancellationTokenSource();
        ChildTask[] children = [];
        var run = TaskGroup.RunAsync(
            group =>
            {
                children = [group.Start(Forever.WaitAsync), group.Start(Forever.WaitAsync)];
                return Task.CompletedTask;
            },
            caller.Token);
        caller.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.All(children, child => Assert.Equal(ChildTaskStatus.Cancelled, child.Status));
    });

    [Fact]
    public Task ActiveCount_ChildrenComeAndGo_CountsOnlyThoseThatRun() => floor.RunAsync(() => TaskGroup.RunAsync(async group =>
    {
        for (var i = 0; i < 10; i++)
        {
            var child = group.Start(_ => Task.CompletedTask);
            Assert.InRange(group.ActiveCount, 0, 1);
            await child.Completion;
        }

        Assert.Equal(0, group.ActiveCount);
    }));

    [Fact]
    public Task Start_FromAChild_IsWaitedForAsWell() => floor.RunAsync(async () =>
    {
        var ended = 0;
        await TaskGroup.RunAsync(group =>
        {
            group.Start(async token =>
            {
                await LaterAsync(0, token);
                for (var i = 0; i < 2; i++)
                {
                    group.Start(async inner =>
                    {
                        await LaterAsync(0, inner);
                        Interlocked.Increment(ref ended);
                    });
                }
            });
            return Task.CompletedTask;
        });
        Assert.Equal(2, ended);
    });

    [Fact]
    public Task Start_ChildrenThatStartTwoChildrenEach_AreAllStoppedByOneFailure() => floor.RunAsync(async () =>
    {
        var heads = 0;
        var many = new TaskCompletionSource();
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(group =>
        {
            group.Start(token => HydraAsync(group, token));
            group.Start(FailAfter(many.Task), "hercules");
            return Task.CompletedTask;
        }));
        Assert.IsType<Boom>(Assert.Single(error.InnerExceptions));
        Assert.InRange(heads, 10, int.MaxValue);

        async Task HydraAsync(TaskGroup group, CancellationToken token)
        {
            if (Interlocked.Increment(ref heads) >= 10)
                many.TrySetResult();
            await LaterAsync(0, token);
            group.Start(inner => HydraAsync(group, inner));
            group.Start(inner => HydraAsync(group, inner));
        }
    });

    [Fact]
    public Task Start_WithAName_TheHandleHasIt() => floor.RunAsync(() => TaskGroup.RunAsync(group =>
    {
        Assert.Equal("yolo", group.Start(_ => Task.CompletedTask, "yolo").Name);
        return Task.CompletedTask;
    }));

    [Fact]
    public Task Start_InAGivenExecutionContext_ChildSeesThatOne() => floor.RunAsync(async () =>
    {
        var local = new AsyncLocal<int> { Value = 1 };
        var one = ExecutionContext.Capture()!;
        local.Value = 2;
        await TaskGroup.RunAsync(async group =>
        {
            ChildTask<int>? child = null;
            ExecutionContext.Run(one, _ => child = group.Start(_ => Task.FromResult(local.Value)), null);
            Assert.Equal(1, await child!.Completion);
            Assert.Equal(2, await group.Start(_ => Task.FromResult(local.Value)).Completion);
        });
    });

    [Fact]
    public Task Start_FromAChildThatIsBeingStopped_IsRefusedAndAddsNoError() => floor.RunAsync(async () =>
    {
        var sibling = new Witness();
        var refused = false;
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(group =>
        {
            group.Start(async token =>
            {
                try
                {
                    await sibling.WaitAsync(token);
                }
                catch (OperationCanceledException)
                {
                    Assert.ThrowsAny<OperationCanceledException>(() => { group.Start(_ => throw new Boom("never")); });
                    refused = true;
                }
            });
            group.Start(FailAfter(sibling.Running));
            return Task.CompletedTask;
        }));
        Assert.True(refused);
        Assert.Equal("boom", Assert.Single(error.InnerExceptions).Message);
    });

    [Fact]
    public Task RunAsync_ResourceInTheBodyFailsWhenItCloses_BothErrorsAreReported() => floor.RunAsync(async () =>
    {
        using var caller = new CancellationTokenSource();
        var body = new Witness();
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(
            async group =>
            {
                await using var database = new ClosesWithAnError();
                group.Start(FailAfter(body.Running));
                await body.WaitAsync(group.Token);
            },
            caller.Token));
        Assert.Equal(2, error.InnerExceptions.Count);
        Assert.All(error.InnerExceptions, e => Assert.IsType<Boom>(e));
        Assert.False(caller.IsCancellationRequested);
    });

    [Fact]
    public Task Start_AfterTheGroupEnded_ThrowsAndCallsNothing() => floor.RunAsync(async () =>
    {
        TaskGroup? kept = null;
        await TaskGroup.RunAsync(group =>
        {
            kept = group;
            return Task.CompletedTask;
        });
        var called = false;
        Assert.Throws<InvalidOperationException>(() =>
        {
            kept!.Start(_ =>
            {
                called = true;
                return Task.CompletedTask;
            });
        });
        Assert.False(called);
    });

    [Fact]
    public Task RunAsync_FailedGroup_LeavesTheCallerUncancelled() => floor.RunAsync(async () =>
    {
        using var caller = new CancellationTokenSource();
        await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(
            group =>
            {
                group.Start(_ => throw new Boom());
                return Task.CompletedTask;
            },
            caller.Token));
        Assert.Equal(5, await LaterAsync(5, caller.Token));
    });

    [Fact]
    public Task RunAsync_InnerAndOuterChildrenFail_EachGroupReportsItsOwn() => floor.RunAsync(async () =>
    {
        var innerWasReported = false;
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(async outer =>
        {
            var inner = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(
                group =>
                {
                    group.Start(_ => Task.FromException(new Boom()));
                    outer.Start(_ => Task.FromException(new NotSupportedException()));
                    return Task.CompletedTask;
                },
                outer.Token));
            innerWasReported = inner.InnerExceptions is [Boom];
        }));
        Assert.True(innerWasReported);
        Assert.IsType<NotSupportedException>(Assert.Single(error.InnerExceptions));
    });

    [Fact]
    public Task RunAsync_ErrorAndCancellationMeet_TheErrorIsReportedAndTheNextAwaitMeetsTheCancellation() => floor.RunAsync(async () =>
    {
        using var caller = new CancellationTokenSource();
        var body = new Witness();
        var reported = false;
        var run = InnerAsync();
        await body.Running;
        caller.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.True(reported);

        async Task InnerAsync()
        {
            try
            {
                await TaskGroup.RunAsync(
                    group =>
                    {
                        group.Start(async _ =>
                        {
                            await body.Cancelled;
                            throw new Boom();
                        });
                        return body.WaitAsync(group.Token);
                    },
                    caller.Token);
            }
            catch (TaskGroupException e) when (e.Contains<Boom>())
            {
                reported = true;
            }

            Assert.True(caller.IsCancellationRequested);
            await LaterAsync(0, caller.Token);
        }
    });

    [Fact]
    public Task RunAsync_ChildStartedByAChildFailsAtOnce_TheStarterIsStopped() => floor.RunAsync(async () =>
    {
        var starter = new Witness();
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(group =>
        {
            group.Start(token =>
            {
                group.Start(_ => throw new Boom());
                return starter.WaitAsync(token);
            });
            return Task.CompletedTask;
        }));
        Assert.True(starter.WasCancelled);
        Assert.IsType<Boom>(Assert.Single(error.InnerExceptions));
    });

    [Fact]
    public Task Cancel_FromTheBodyOrAChild_StopsBothAndIsNoError() => floor.RunAsync(async () =>
    {
        foreach (var byTheBody in new[] { true, false })
        {
            Witness body = new(), child = new();
            await TaskGroup.RunAsync(async group =>
            {
                group.Start(child.WaitAsync);
                group.Start(async _ =>
                {
                    await AllRunning([body, child]);
                    if (!byTheBody)
                        group.Cancel();
                });
                if (byTheBody)
                {
                    await child.Running;
                    group.Cancel();
                }

                await body.WaitAsync(group.Token);
            });
            Assert.True(body.WasCancelled);
            Assert.True(child.WasCancelled);
        }
    });

    [Fact]
    public Task Cancel_TwiceOrAfterTheEnd_ChangesNothing() => floor.RunAsync(async () =>
    {
        TaskGroup? kept = null;
        await TaskGroup.RunAsync(group =>
        {
            kept = group;
            group.Cancel();
            group.Cancel();
            return Task.CompletedTask;
        });
        kept!.Cancel();
        Assert.True(kept.IsCancellationRequested);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Cancel_BeforeOrAfterAnError_TheErrorIsReported(bool before) => floor.RunAsync(async () =>
    {
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(async group =>
        {
            if (before)
                group.Cancel();
            else
                await Assert.ThrowsAsync<Boom>(() => group.Start(_ => Task.FromException(new Boom())).Completion);
            group.Cancel();
            if (before)
                throw new Boom();
        }));
        Assert.IsType<Boom>(Assert.Single(error.InnerExceptions));
    });

    private static async Task<int> LaterAsync(int value, CancellationToken token)
    {
        await Task.Yield();
        token.ThrowIfCancellationRequested();
        return value;
    }

    private static async Task EnterAsync(TaskCompletionSource running, CancellationToken token)
    {
        running.SetResult();
        await Forever.WaitAsync(token);
    }

    private static Func<CancellationToken, Task> FailAfter(Task sign) => async _ =>
    {
        await sign;
        throw new Boom();
    };

    private static void Fail(Exception error) => throw error;

    private static Task StartCrashing(TaskGroup group, Witness[] children)
    {
        foreach (var child in children)
        {
            group.Start(async token =>
            {
                try
                {
                    await child.WaitAsync(token);
                }
                finally
                {
                    Fail(new Boom());
                }
            });
        }

        return Forever.WaitAsync(group.Token);
    }

    private static Witness[] Witnesses(int count) => [.. Enumerable.Range(0, count).Select(_ => new Witness())];

    private static Task AllRunning(Witness[] witnesses) => Task.WhenAll(witnesses.Select(witness => witness.Running));

    /// <summary>Code that waits to be cancelled, and can say that it began and how it ended.</summary>
    private sealed class Witness
    {
        private readonly TaskCompletionSource _running = new();
        private readonly TaskCompletionSource _cancelled = new();

        public Task Running => _running.Task;

        public Task Cancelled => _cancelled.Task;

        public bool WasCancelled => _cancelled.Task.IsCompleted;

        public async Task WaitAsync(CancellationToken token)
        {
            _running.SetResult();
            try
            {
                await Forever.WaitAsync(token);
            }
            catch (OperationCanceledException)
            {
                _cancelled.SetResult();
                throw;
            }
        }
    }

    private sealed class ClosesWithAnError : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Task.Yield();
            throw new Boom();
        }
    }
}
