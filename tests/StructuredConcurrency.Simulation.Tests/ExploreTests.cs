namespace StructuredConcurrency.Simulation.Tests;

public sealed class ExploreTests
{
    private static TimeProvider Clock => EventLoop.Current!.TimeProvider;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)] // AB, BA
    [InlineData(3, 6)] // 3!
    [InlineData(4, 24)]
    public void Explore_ChildrenOfOneStep_RunsEveryOrderOnce(int children, int orders)
    {
        var seen = new List<string>();
        var order = "";
        var report = EventLoop.Explore(
            () =>
            {
                order = "";
                return TaskGroup.RunAsync(group =>
                {
                    for (var i = 0; i < children; i++)
                    {
                        var name = $"{i}";
                        group.Start(_ => Task.FromResult(order += name));
                    }

                    return Task.CompletedTask;
                });
            },
            new ExploreOptions { Strategy = ExploreStrategy.Exhaustive, Check = Note });
        Assert.True(report.Exhausted);
        Assert.Equal(orders, report.Schedules);
        Assert.Equal(orders, report.Distinct);
        Assert.Equal(orders, seen.Distinct(StringComparer.Ordinal).Count());

        string? Note(RunReport run)
        {
            seen.Add(order);
            return null;
        }
    }

    [Theory]
    [InlineData(2, 2, 6)] // AABB and the like: 4! / (2! 2!)
    [InlineData(3, 2, 20)] // 6! / (3! 3!)
    [InlineData(2, 3, 90)] // 6! / (2! 2! 2!)
    public void Explore_ChildrenOfManySteps_RunsEveryInterleavingOnce(int steps, int children, int interleavings)
    {
        var report = EventLoop.Explore(
            () => TaskGroup.RunAsync(group =>
            {
                for (var i = 0; i < children; i++)
                {
                    group.Start(async _ =>
                    {
                        for (var step = 1; step < steps; step++)
                            await Task.Yield();
                    });
                }

                return Task.CompletedTask;
            }),
            new ExploreOptions { Strategy = ExploreStrategy.Exhaustive });
        Assert.Equal(interleavings, report.Schedules);
        Assert.Equal(interleavings, report.Distinct);
    }

    [Fact]
    public void Explore_TimersDueAtTheSameInstant_CompeteInEveryOrder()
    {
        // Three timers fire in any of 3! orders; each may be followed at once by the child that it wakes. Counted by hand: the words in which
        // every F comes before its own W, 6! / 2^3 of them.
        var report = EventLoop.Explore(
            () => TaskGroup.RunAsync(group =>
            {
                for (var i = 0; i < 3; i++)
                    group.Start(token => Task.Delay(TimeSpan.FromSeconds(1), Clock, token));
                return Task.CompletedTask;
            }),
            new ExploreOptions { Strategy = ExploreStrategy.Exhaustive, Schedules = 10_000 });
        Assert.True(report.Exhausted);
        Assert.Equal(6 * 90, report.Schedules); // 3! orders in which the children begin
    }

    [Fact]
    public void Explore_SmallProgram_ThePortfolioRunsItWhole()
    {
        var report = EventLoop.Explore(ThreeStepsEachAsync, new ExploreOptions { Schedules = 500 });
        Assert.True(report.Exhausted);
        Assert.Equal(20, report.Distinct);
        Assert.True(report.Schedules < 100, report.ToString());
        Assert.Equal(report.Schedules, report.Outcomes[Outcome.Completed]);
    }

    [Fact]
    public void Explore_SameMasterSeed_SameSearchAndSameFinding()
    {
        var (one, two) = (Explore(3), Explore(3));
        Assert.Equal(one.Schedules, two.Schedules);
        Assert.Equal(one.Findings[0].First.Trace, two.Findings[0].First.Trace);
        Assert.Equal(one.Findings[0].Shrunk.Trace, two.Findings[0].Shrunk.Trace);
        Assert.Equal(one.Findings[0].Failure.ToString(), two.Findings[0].Failure.ToString());
        Assert.NotEqual(one.Findings[0].First.Trace, Explore(4).Findings[0].First.Trace);

        static ExploreReport Explore(ulong seed) => EventLoop.Explore(PipelineThatFailsLateAsync, new ExploreOptions { Seed = seed, Strategy = ExploreStrategy.Random });
    }

    [Fact]
    public void Explore_FailureAmongManyChoices_IsShrunkToTheFewThatMatter()
    {
        var finding = Assert.Single(EventLoop.Explore(PipelineThatFailsLateAsync, new ExploreOptions { Strategy = ExploreStrategy.Random }).Findings);
        Assert.True(finding.IsReproducible);
        Assert.InRange(finding.Shrunk.Trace.Deviations, 1, 6);
        Assert.True(finding.First.Trace.Deviations > 2 * finding.Shrunk.Trace.Deviations, $"{finding.First.Trace.Deviations} and {finding.Shrunk.Trace.Deviations}");
        Assert.Equal(finding.First.Outcome, finding.Shrunk.Outcome);
        Assert.Equal("overtaken", finding.Shrunk.Error?.InnerException?.Message ?? finding.Shrunk.Error?.Message);
    }

    [Fact]
    public void Replay_TraceOfAJitteredRun_IsTheSameRunStepByStep()
    {
        for (var seed = 0UL; seed < 50; seed++)
        {
            var run = EventLoop.Run(JitteryAsync, new EventLoopOptions { Seed = seed, Picker = new RandomPicker(seed), TimerJitter = TimeSpan.FromMilliseconds(7), Observe = false });
            var again = EventLoop.Replay(JitteryAsync, ScheduleTrace.Parse(run.Trace.ToString()));
            Assert.Equal(run.Fingerprint, again.Fingerprint);
            Assert.Equal(run.VirtualElapsed, again.VirtualElapsed);
            Assert.Equal(run.Trace, again.Trace);
            Assert.Null(again.Divergence);
        }
    }

    [Fact]
    public void Replay_OtherChoicesThanTheProgramHas_SaysWhatDoesNotFit()
    {
        var run = EventLoop.Run(ThreeStepsEachAsync, new EventLoopOptions { Picker = new RandomPicker(5) });
        Assert.StartsWith("the run ended ", EventLoop.Replay(() => Task.CompletedTask, run.Trace).Divergence, StringComparison.Ordinal);
        Assert.Contains("though the file is the same", EventLoop.Replay(() => Task.CompletedTask, run.Trace).Divergence, StringComparison.Ordinal);
        var impossible = new ScheduleTrace(0, TimeSpan.Zero, [200]);
        Assert.Equal("choice 1 of the trace names a step that is not ready: the code changed since the trace was recorded", EventLoop.Replay(ThreeStepsEachAsync, impossible).Divergence);
    }

    [Fact]
    public void Replay_TraceOfOtherCode_SaysThatTheCodeChanged()
    {
        var recorded = EventLoop.Run(ThreeStepsEachAsync, new EventLoopOptions { Picker = new RandomPicker(5) }).Trace;
        Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}$", recorded.Code);
        Assert.Equal(recorded.Code, EventLoop.Run(async () => await Task.Yield()).Trace.Code); // the file counts

        Assert.Equal("the code changed since the trace was recorded", Replay($"0{recorded.Code[1..]}"));
        Assert.Equal("the trace was recorded with another version of .NET or of this library", Replay($"{recorded.Code[..^1]}{(recorded.Code[^1] == '0' ? '1' : '0')}"));
        Assert.Null(Replay(recorded.Code));
        Assert.Null(Replay("")); // recorded where there was no debug information

        string? Replay(string code) => EventLoop.Replay(ThreeStepsEachAsync, new ScheduleTrace(recorded.Seed, recorded.TimerJitter, recorded.Choices.Span, code)).Divergence;
    }

    [Fact]
    public void Run_ProgramIsNamed_TheTraceRemembersItsSource()
    {
        var other = typeof(ReadmeExample).GetMethod(nameof(ReadmeExample.TransfersBothWays))!;
        var codes = new[] { null, other }.Select(program => EventLoop.Run(ThreeStepsEachAsync, new EventLoopOptions { Program = program }).Trace.Code).ToList();
        Assert.NotEqual(codes[0], codes[1]);
        Assert.NotEmpty(codes[1]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Explore_ErrorWhoseMessageThrows_IsReportedAllTheSame(bool inAGroup)
    {
        var report = EventLoop.Explore(
            () => inAGroup
                ? TaskGroup.RunAsync(group =>
                {
                    group.Start(_ => throw new SpeechlessException());
                    return Task.CompletedTask;
                })
                : Task.FromException(new SpeechlessException()),
            new ExploreOptions());
        Assert.Contains("(reading its message threw NotSupportedException)", Assert.Single(report.Findings).Failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Explore_NamesOfManyLines_EachStayInOneLineOfTheTable()
    {
        var report = EventLoop.Explore(
            () => EventLoop.Current!.Run("left\nright", _ => throw new InvalidDataException()),
            new ExploreOptions());
        Assert.Contains("left right", Assert.Single(report.Findings).Failure.ToString(), StringComparison.Ordinal);
    }

    private sealed class SpeechlessException : Exception
    {
        public override string Message => throw new NotSupportedException();
    }

    [Fact]
    public void Register_AssemblyLoadedFromMemory_GivesItsWaitsTheirLines()
    {
        var path = typeof(ReadmeExample).Assembly.Location;
        var loaded = new System.Runtime.Loader.AssemblyLoadContext("from memory").LoadFromStream(new MemoryStream(File.ReadAllBytes(path)));
        var waiting = loaded.GetType(typeof(Stuck).FullName!)!.GetMethod(nameof(Stuck.WaitAsync))!.CreateDelegate<Func<Task>>();
        Assert.Null(Assert.Single(EventLoop.Run(waiting).Waiting).Line);
        Assert.Empty(EventLoop.Run(waiting).Trace.Code);

        SourceLines.Register(loaded, File.ReadAllBytes(Path.ChangeExtension(path, ".pdb")));
        var task = Assert.Single(EventLoop.Run(loaded.GetType(typeof(Stuck).FullName!)!.GetMethod(nameof(Stuck.WaitAgainAsync))!.CreateDelegate<Func<Task>>()).Waiting);
        Assert.EndsWith("ExploreTests.cs", task.File, StringComparison.Ordinal);
        Assert.True(task.Line > 0);
    }

    [Fact]
    public void Run_AssemblyThatCanBeUnloaded_IsNotHeld()
    {
        var unloaded = RunAndUnload();
        for (var i = 0; i < 20 && unloaded.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(unloaded.IsAlive);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static WeakReference RunAndUnload()
        {
            var path = typeof(Stuck).Assembly.Location;
            var context = new System.Runtime.Loader.AssemblyLoadContext("for a while", isCollectible: true);
            var loaded = context.LoadFromStream(new MemoryStream(File.ReadAllBytes(path)));
            SourceLines.Register(loaded, File.ReadAllBytes(Path.ChangeExtension(path, ".pdb")));
            var program = loaded.GetType(typeof(Stuck).FullName!)!.GetMethod(nameof(Stuck.WaitAsync))!.CreateDelegate<Func<Task>>();
            Assert.Equal(Outcome.Deadlock, Assert.Single(EventLoop.Explore(program, new ExploreOptions { Observe = true }).Findings).Shrunk.Outcome);
            context.Unload();
            return new WeakReference(context);
        }
    }

    [Fact]
    public void Run_WithAndWithoutALog_IsTheSameSchedule()
    {
        for (var seed = 0UL; seed < 200; seed++)
        {
            // A deadline, children that ignore their cancellation for a while, queues, a group that ends by itself: all that the log hears of.
            var (with, without) = (Run(observe: true), Run(observe: false));
            Assert.Equal(with.Fingerprint, without.Fingerprint);
            Assert.Equal(with.Steps, without.Steps);
            Assert.Equal(with.Trace, without.Trace);
            Assert.True(with.Log.Count > 0);
            Assert.Empty(without.Log.Events);

            RunReport Run(bool observe) => EventLoop.Run(
                StormyAsync,
                new EventLoopOptions { Seed = seed, Picker = new RandomPicker(seed), TimerJitter = TimeSpan.FromMilliseconds(3), Observe = observe });
        }
    }

    [Fact]
    public void Run_MainIsATaskThatAnotherCompletes_TheLogMakesNoDifference()
    {
        Assert.Equal(Run(true), Run(false));

        static ulong Run(bool observe) => EventLoop.Run(
            () =>
            {
                var done = new TaskCompletionSource();
                _ = EventLoop.Current!.Run("other", _ =>
                {
                    done.SetResult();
                    return Task.CompletedTask;
                });
                return done.Task;
            },
            new EventLoopOptions { Observe = observe }).Fingerprint;
    }

    [Fact]
    public void Run_NotObservedButGivenALog_IsRefused() =>
        Assert.Throws<ArgumentException>(() => EventLoop.Run(() => Task.CompletedTask, new EventLoopOptions { Observe = false, Log = new EventLog() }));

    [Fact]
    public void Run_OneSeed_OneFingerprintOnEveryMachineAndInEveryBuild()
    {
        // Recorded once. If it changes, traces and seeds that people have written down mean something else: think before writing a new number here.
        var report = EventLoop.Run(StormyAsync, new EventLoopOptions { Seed = 7, Picker = new RandomPicker(7), TimerJitter = TimeSpan.FromMilliseconds(3), Observe = false });
        Assert.Equal("72fadfd865f902bc", report.Fingerprint.ToString("x16"));
    }

    [Fact]
    public void Explore_RuleOfTheCaller_IsJudgedAfterEachRun()
    {
        var last = "";
        var report = EventLoop.Explore(
            () => TaskGroup.RunAsync(group =>
            {
                group.Start(_ => Task.FromResult(last = "A"), "A");
                group.Start(_ => Task.FromResult(last = "B"), "B");
                return Task.CompletedTask;
            }),
            new ExploreOptions { Check = _ => last == "B" ? null : $"{last} was last" });
        var finding = Assert.Single(report.Findings);
        Assert.Equal("A was last", finding.BrokenRule);
        Assert.Equal(Outcome.Completed, finding.Shrunk.Outcome);
        Assert.Equal(1, finding.Shrunk.Trace.Deviations);
        Assert.Contains("Broken: A was last", finding.Failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Explore_AssertionInTheCheck_IsABrokenRule()
    {
        var report = EventLoop.Explore(() => Task.CompletedTask, new ExploreOptions { Check = run => { Assert.Equal(2, run.Steps); return null; } });
        Assert.Contains("Assert.Equal() Failure", Assert.Single(report.Findings).BrokenRule, StringComparison.Ordinal);
    }

    [Fact]
    public void Explore_MoreTasksThanColumns_ListsThemInstead()
    {
        var last = 0;
        var report = EventLoop.Explore(
            () => TaskGroup.RunAsync(group =>
            {
                for (var i = 1; i <= 40; i++)
                {
                    var number = i;
                    group.Start(_ => Task.FromResult(last = number), $"child {number}");
                }

                return Task.CompletedTask;
            }),
            new ExploreOptions { Check = _ => last == 40 ? null : $"{last} was last" });
        var text = Assert.Single(report.Findings).Failure.ToString();
        Assert.Matches(@"(?m)^0\.000   child 40 +ends$", text);
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 100 || line.StartsWith("Replay", StringComparison.Ordinal), line));
    }

    [Fact]
    public void Explore_SeveralKindsOfFailure_FindsEachOnce()
    {
        var first = "";
        var report = EventLoop.Explore(
            () =>
            {
                first = "";
                return TaskGroup.RunAsync(group =>
                {
                    foreach (var name in new[] { "A", "B", "C" })
                        group.Start(_ => Task.FromResult(first = first.Length == 0 ? name : first));
                    return Task.CompletedTask;
                });
            },
            new ExploreOptions { MaxFindings = 10, Check = _ => first == "A" ? null : $"{first} was first" });
        Assert.Equal(["B was first", "C was first"], report.Findings.Select(finding => finding.BrokenRule).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Explore_ProgramThatKeepsAStatic_SaysThatTheFailureCannotBeRunAgain()
    {
        var runs = 0;
        var report = EventLoop.Explore(() => ++runs == 4 ? throw new InvalidDataException("the fourth") : Task.CompletedTask, new ExploreOptions { Strategy = ExploreStrategy.Random });
        var finding = Assert.Single(report.Findings);
        Assert.False(finding.IsReproducible);
        Assert.Contains("came out otherwise", finding.Failure.ToString(), StringComparison.Ordinal);
        Assert.Contains("the fourth", finding.Failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Explore_ProgramThatIsNotTheSameEachTime_DoesNotClaimToHaveRunAllThereIs()
    {
        var runs = 0;
        var report = EventLoop.Explore(
            async () =>
            {
                var tasks = runs++ % 3 + 2;
                await Task.WhenAll(Enumerable.Range(0, tasks).Select(async _ => await Task.Yield()));
            },
            new ExploreOptions { Strategy = ExploreStrategy.Exhaustive });
        Assert.True(report.Schedules > 1);
        Assert.False(report.Exhausted);
    }

    [Fact]
    public void Explore_WorkOnThePool_IsCountedAsNotFullyControlled()
    {
        var report = EventLoop.Explore(() => Task.Run(() => { }), new ExploreOptions { Schedules = 5, Strategy = ExploreStrategy.Random });
        Assert.Empty(report.Findings);
        Assert.Equal(5, report.Schedules);
        Assert.True(report.NotFullyControlled > 0, report.ToString());
    }

    [Fact]
    public void Explore_BudgetInTime_EndsAfterAtLeastOneSchedule()
    {
        var report = EventLoop.Explore(JitteryAsync, new ExploreOptions { Schedules = int.MaxValue, Time = TimeSpan.FromTicks(1) });
        Assert.Equal(1, report.Schedules);
    }

    [Fact]
    public void Pct_TaskThatNeverGetsItsTurn_IsFoundWhereChanceDoesNot()
    {
        Assert.Empty(Explore(ExploreStrategy.Random).Findings);
        Assert.NotEmpty(Explore(ExploreStrategy.Pct).Findings);

        // Broken only where the slow one runs after all forty steps of both others.
        static ExploreReport Explore(ExploreStrategy strategy) => EventLoop.Explore(
            () => TaskGroup.RunAsync(group =>
            {
                var done = 0;
                for (var i = 0; i < 2; i++)
                {
                    group.Start(async _ =>
                    {
                        for (var step = 0; step < 20; step++)
                            await Task.Yield();
                        done++;
                    });
                }

                group.Start(async _ =>
                {
                    await Task.Yield();
                    Assert.NotEqual(2, done);
                });
                return Task.CompletedTask;
            }),
            new ExploreOptions { Strategy = strategy, Schedules = 400 });
    }

    [Fact]
    public void Explore_ManySchedules_LeavesNothingBehind()
    {
        Explore(500); // what is made once is made now
        var before = GC.GetTotalMemory(forceFullCollection: true);
        Explore(4_000);
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;

        // A loop with its tasks is some kilobytes: 4,000 of them would be tens of megabytes.
        Assert.True(kept < 3_000_000, $"{kept:N0} bytes were kept");

        static void Explore(int schedules) => EventLoop.Explore(JitteryAsync, new ExploreOptions { Schedules = schedules });
    }

    [Fact]
    public async Task Run_NamedTask_IsALaneOfItsOwnAndEndsAsItsBodyEnds()
    {
        var report = EventLoop.Run(async () =>
        {
            var loop = EventLoop.Current!;
            await loop.Run("good", async token => await Task.Delay(TimeSpan.FromSeconds(1), Clock, token));
            await Assert.ThrowsAsync<InvalidDataException>(() => loop.Run("bad", async _ =>
            {
                await Task.Yield();
                throw new InvalidDataException();
            }));
            await Assert.ThrowsAsync<InvalidDataException>(() => loop.Run("worse", _ => throw new InvalidDataException()));
            await Assert.ThrowsAsync<TaskCanceledException>(() => loop.Run("cancelled", token => Task.Delay(TimeSpan.FromSeconds(1), Clock, token), new CancellationToken(true)));
            _ = loop.Run("stuck", _ => new TaskCompletionSource().Task);
            await Task.Yield();
        });
        Assert.True(report.Outcome == Outcome.Completed, report.ToString() + report.Error);
        Assert.Equal(["stuck"], report.Waiting.Select(task => task.Name));

        // The log knows them too, and who started them: none is in a scope.
        var ends = report.Log.Events.Where(e => e.Kind == ScopeEventKind.ChildEnded).Select(e => (e.TaskName, e.Outcome, e.Scope));
        Assert.Equal([("good", ScopeOutcome.Succeeded, null), ("bad", ScopeOutcome.Faulted, null), ("worse", ScopeOutcome.Faulted, null), ("cancelled", ScopeOutcome.Cancelled, (int?)null)], ends);
        Assert.Equal(["good", "bad", "worse", "cancelled", "stuck"], report.Log.Events.Where(e => e is { Kind: ScopeEventKind.ChildStarted, By: 0 }).Select(e => e.TaskName));
        await Task.CompletedTask;
    }

    private static Task ThreeStepsEachAsync() => TaskGroup.RunAsync(group =>
    {
        for (var i = 0; i < 2; i++)
        {
            group.Start(async _ =>
            {
                await Task.Yield();
                await Task.Yield();
            });
        }

        return Task.CompletedTask;
    });

    private static Task PipelineThatFailsLateAsync() => TaskGroup.RunAsync(group =>
    {
        var queue = new JoinableQueue<int>(2);
        var last = -1;
        group.Start(async token =>
        {
            for (var n = 0; n < 12; n++)
                await queue.PutAsync(n, token);
        });
        for (var i = 0; i < 3; i++)
        {
            group.Start(async token =>
            {
                for (var n = 0; n < 4; n++)
                {
                    var item = await queue.GetAsync(token);
                    await Task.Yield();
                    if (item < last - 2)
                        throw new InvalidDataException("overtaken");
                    last = item;
                    queue.MarkDone();
                }
            });
        }

        return Task.CompletedTask;
    });

    private static Task JitteryAsync() => TaskGroup.RunAsync(group =>
    {
        var queue = new JoinableQueue<int>(2);
        for (var i = 0; i < 3; i++)
        {
            group.Start(async token =>
            {
                for (var n = 0; n < 4; n++)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(10), Clock, token);
                    await queue.PutAsync(n, token);
                }
            });
            group.Start(async token =>
            {
                for (var n = 0; n < 4; n++)
                {
                    await queue.GetAsync(token);
                    await Task.Delay(TimeSpan.FromMilliseconds(10), Clock, token);
                    queue.MarkDone();
                }
            });
        }

        return Task.CompletedTask;
    });

    private static Task StormyAsync() => TimeoutScope.TryRunAsync(TimeSpan.FromSeconds(1), scope => TaskGroup.RunAsync(
        new TaskGroupOptions { StragglerDelay = TimeSpan.FromMilliseconds(20) },
        async group =>
        {
            var queue = new JoinableQueue<int>(1);
            for (var i = 0; i < 2; i++)
            {
                group.Start(async token =>
                {
                    for (var n = 0; ; n++)
                        await queue.PutAsync(n, token);
                });
                group.Start(async token =>
                {
                    while (true)
                    {
                        await queue.GetAsync(token);
                        await Task.Delay(TimeSpan.FromMilliseconds(100), Clock, CancellationToken.None); // deaf to its cancellation
                        queue.MarkDone();
                    }
                });
            }

            await Task.Delay(TimeSpan.FromSeconds(0.3), Clock, group.Token);
            await TaskGroup.RunAsync(inner =>
            {
                inner.Start(async token => await Task.Delay(TimeSpan.FromMilliseconds(50), Clock, token)).Cancel();
                return Task.CompletedTask;
            }, group.Token);
        },
        scope.Token));
}

/// <summary>Waits for what never comes.</summary>
public static class Stuck
{
    public static async Task WaitAsync() => await new TaskCompletionSource().Task;

    public static async Task WaitAgainAsync() => await new TaskCompletionSource().Task;
}
