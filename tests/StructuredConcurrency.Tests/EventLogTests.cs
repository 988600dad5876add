using StructuredConcurrency.Simulation;

namespace StructuredConcurrency.Tests;

public sealed class EventLogTests
{
    [Fact]
    public void Events_TimeoutAroundAGroup_TellTheStoryWithItsCauses()
    {
        var log = EventLoop.Run(async () =>
        {
            try
            {
                await TimeoutScope.RunAsync(TimeSpan.FromSeconds(0.8), scope => TaskGroup.RunAsync(
                    new TaskGroupOptions { Name = "batch" },
                    group =>
                    {
                        group.Start(token => Task.Delay(TimeSpan.FromSeconds(2), EventLoop.Current!.TimeProvider, token), "C1");
                        return Task.CompletedTask;
                    },
                    scope.Token));
            }
            catch (TimeoutException)
            {
                ScopeTracing.Mark("timed out");
            }
        }).Log;

        Assert.Equal(
            [
                "0.000 ScopeOpened timeout-1", "0.000 DeadlineSet timeout-1", "0.000 ScopeOpened batch", "0.000 ChildStarted batch", "0.000 WaitStarted batch",
                "0.800 DeadlineExpired timeout-1", "0.800 CancelRequested timeout-1", "0.800 CancelRequested batch",
                "0.800 CancelObserved batch", "0.800 ChildEnded batch", "0.800 WaitEnded batch", "0.800 ScopeClosed batch", "0.800 ScopeClosed timeout-1", "0.800 Mark ",
            ],
            log.Events.Select(e => $"{e.Time.TotalSeconds:0.000} {e.Kind} {e.ScopeName}"));

        // From the child's end back to the deadline.
        var story = new List<ScopeEventKind>();
        for (var e = log.Events.Single(e => e.Kind == ScopeEventKind.ChildEnded); ; e = log.Events[(int)e.Cause!.Value - 1])
        {
            story.Add(e.Kind);
            if (e.Cause is null)
                break;
        }

        Assert.Equal([ScopeEventKind.ChildEnded, ScopeEventKind.CancelRequested, ScopeEventKind.CancelRequested, ScopeEventKind.DeadlineExpired], story);
    }

    [Fact]
    public void Events_ChildFails_SiblingsCancellationLeadsBackToIt()
    {
        var log = EventLoop.Run(async () => await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(group =>
        {
            group.Start(Forever.WaitAsync, "sibling");
            group.Start(_ => Task.FromException(new Boom("out of beans")), "culprit");
            return Task.CompletedTask;
        }))).Log;
        var cancelled = log.Events.Single(e => e.Kind == ScopeEventKind.CancelRequested);
        var cause = log.Events[(int)cancelled.Cause!.Value - 1];
        Assert.Equal(("culprit", ScopeOutcome.Faulted), (cause.TaskName, cause.Outcome));
        Assert.Contains("out of beans", cancelled.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Events_ChildCancelledAlone_ItsEndLeadsBackToTheRequest()
    {
        var log = EventLoop.Run(() => TaskGroup.RunAsync(async group =>
        {
            var child = group.Start(Forever.WaitAsync, "child");
            await Task.Yield();
            child.Cancel("enough");
        })).Log;
        var end = log.Events.Single(e => e.Kind == ScopeEventKind.ChildEnded);
        var request = log.Events.Single(e => e.Sequence == end.Cause);
        Assert.Equal((ScopeEventKind.CancelRequested, end.Task, "enough"), (request.Kind, request.Target, request.Text));
    }

    [Fact]
    public void Events_QueueHandOffAndWaits_NameWhoWokeWhom()
    {
        var log = EventLoop.Run(() => TaskGroup.RunAsync(group =>
        {
            var queue = new JoinableQueue<string> { Name = "beans" };
            group.Start(async token => await queue.GetAsync(token), "taker");
            group.Start(async token => await queue.PutAsync("arabica", token), "giver");
            return Task.CompletedTask;
        })).Log;
        var put = log.Events.Single(e => e.Kind == ScopeEventKind.Put);
        var get = log.Events.Single(e => e.Kind == ScopeEventKind.Get);
        var resumed = log.Events.Single(e => e is { Kind: ScopeEventKind.WaitEnded, Wait: ScopeWait.Item });
        Assert.Equal(("giver", "beans", "arabica", 1), (put.TaskName, put.Queue, put.Item, put.Depth));
        Assert.Equal(("taker", put.Sequence, 0), (get.TaskName, get.Cause, get.Depth));
        Assert.Equal(("taker", put.Sequence, put.Task), (resumed.TaskName, resumed.Cause, resumed.By));
    }

    [Fact]
    public void ToTree_DeadlineAroundNestedGroups_ShowsWhoEndedHowAndInTheEndWhy()
    {
        var log = EventLoop.Run(async () =>
        {
            var clock = EventLoop.Current!.TimeProvider;
            await TimeoutScope.TryRunAsync(TimeSpan.FromSeconds(0.8), scope => TaskGroup.RunAsync(
                new TaskGroupOptions { Name = "batch" },
                group =>
                {
                    group.Start(_ => Task.CompletedTask, "quick");
                    group.Start(
                        token => TaskGroup.RunAsync(
                            new TaskGroupOptions { Name = "inner" },
                            inner =>
                            {
                                inner.Start(t => Task.Delay(TimeSpan.FromSeconds(9), clock, t), "slow");
                                return Task.CompletedTask;
                            },
                            token),
                        "nested");
                    return Task.CompletedTask;
                },
                scope.Token));
            await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(new TaskGroupOptions { Name = "second" }, group =>
            {
                group.Start(Forever.WaitAsync, "sibling");
                group.Start(_ => throw new Boom("out of beans"), "culprit");
                return Task.CompletedTask;
            }));
        }).Log;
        Assert.Equal(
            """
            timeout-1  0.000–0.800  timed out
            └─ batch  0.000–0.800  cancelled: the deadline of 0.800 s passed
               ├─ quick  0.000–0.000  succeeded
               └─ nested  0.000–0.800  cancelled: the deadline of 0.800 s passed
                  └─ inner  0.000–0.800  cancelled: the deadline of 0.800 s passed
                     └─ slow  0.000–0.800  cancelled: the deadline of 0.800 s passed
            second  0.800–0.800  faulted: 1 error in task group 'second'. (out of beans)
            ├─ sibling  0.800–0.800  cancelled: 'culprit' failed: Boom: out of beans
            └─ culprit  0.800–0.800  faulted: Boom: out of beans

            """,
            log.ToTree());
    }

    [Fact]
    public void Events_NobodyObserves_CostNoFrame() => Assert.False(ScopeTracing.IsEnabled);

    [Fact]
    public async Task Observer_OnTheThreadPool_HearsTheGroupAndWhatIsInIt()
    {
        var log = new EventLog();
        await TaskGroup.RunAsync(new TaskGroupOptions { Observer = log, Name = "g" }, group =>
        {
            group.Start(async token =>
            {
                await Task.Yield();
                ScopeTracing.Mark("here");
            }, "c");
            return Task.CompletedTask;
        });
        Assert.Equal("c", log.Events.Single(e => e.Kind == ScopeEventKind.Mark).TaskName);
        Assert.Equal(ScopeEventKind.ScopeClosed, log.Events[^1].Kind);
        Assert.Equal(Enumerable.Range(1, log.Events.Count), log.Events.Select(e => (int)e.Sequence));
    }

    [Fact]
    public async Task RunTaskAsync_OnTheThreadPool_IsATaskOfItsOwnThatItsStarterNeedNotAwait()
    {
        var log = new EventLog();
        var goOn = new TaskCompletionSource();
        var audit = Task.CompletedTask;
        await ScopeTracing.RunAsync(log, () =>
        {
            audit = ScopeTracing.RunTaskAsync("audit", async () =>
            {
                ScopeTracing.Mark("begun");
                await goOn.Task;
                ScopeTracing.Mark("going on");
            });
            ScopeTracing.Mark("main again");
            return Task.CompletedTask;
        });
        goOn.SetResult();
        await audit;

        Assert.Equal(
            ["ChildStarted audit by 0 ", "Mark audit by  begun", "Mark main by  main again", "Mark audit by  going on", "ChildEnded audit by  "],
            log.Events.Select(e => $"{e.Kind} {e.TaskName} by {e.By} {e.Text}"));
        Assert.All(log.Events, e => Assert.Null(e.Scope));
        Assert.Equal(ScopeOutcome.Succeeded, log.Events[^1].Outcome);
    }

    [Fact]
    public async Task RunTaskAsync_TaskThatFailsOrIsCancelled_EndsSoAndThrowsTheSame()
    {
        var log = new EventLog();
        await ScopeTracing.RunAsync(log, async () =>
        {
            Assert.Equal("no", (await Assert.ThrowsAsync<InvalidDataException>(() => ScopeTracing.RunTaskAsync("bad", () => throw new InvalidDataException("no")))).Message);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ScopeTracing.RunTaskAsync("stopped", () => Task.FromCanceled(new CancellationToken(true))));
        });
        Assert.Equal(
            [("bad", ScopeOutcome.Faulted, "InvalidDataException: no"), ("stopped", ScopeOutcome.Cancelled, null)],
            log.Events.Where(e => e.Kind == ScopeEventKind.ChildEnded).Select(e => (e.TaskName, e.Outcome, e.Text)));
    }

    [Fact]
    public async Task RunTaskAsync_NobodyObserves_RunsTheWork()
    {
        var ran = false;
        await ScopeTracing.RunTaskAsync("quiet", () =>
        {
            ran = true;
            return Task.CompletedTask;
        });
        Assert.True(ran);
        await Assert.ThrowsAsync<ArgumentNullException>(() => ScopeTracing.RunTaskAsync("nothing", null!));
    }

    [Fact]
    public async Task Events_CancelledWhileThreadsStartChildren_EachCancellationFollowsItsCause()
    {
        for (var round = 0; round < 50; round++)
        {
            var log = new EventLog();
            using var starting = new CountdownEvent(2);
            await TaskGroup.RunAsync(new TaskGroupOptions { Observer = log }, group =>
            {
                for (var starter = 0; starter < 2; starter++)
                {
                    group.Start(_ =>
                    {
                        starting.Signal();
                        for (var i = 0; i < 500; i++)
                            group.Start(_ => Task.CompletedTask); // until it is refused
                        return Task.CompletedTask;
                    });
                }

                starting.Wait(TestContext.Current.CancellationToken);
                group.Cancel();
                return Task.CompletedTask;
            });
            Assert.Equal(Enumerable.Range(1, log.Events.Count), log.Events.Select(e => (int)e.Sequence));
            Assert.All(log.Events.Where(e => e is { Kind: ScopeEventKind.ChildEnded, Outcome: ScopeOutcome.Cancelled }), e =>
            {
                var cause = Assert.IsType<long>(e.Cause);
                Assert.True(cause < e.Sequence);
                Assert.Equal(ScopeEventKind.CancelRequested, log.Events[(int)cause - 1].Kind);
            });
        }
    }

    [Fact]
    public void JsonLines_ReadBack_AreTheSameEvents()
    {
        var log = EventLoop.Run(() => TaskGroup.RunAsync(async group =>
        {
            var queue = new JoinableQueue<string>(2);
            group.Start(async token => await queue.GetAsync(token), "a \"quoted\" <name>\n☕");
            await queue.PutAsync("item", group.Token);
            ScopeTracing.Line("said");
        }), new EventLoopOptions { Seed = 5 }).Log;
        var text = log.ToJsonLines();
        var read = EventLog.Parse(text);
        Assert.Equal(log.Events, read.Events);
        Assert.Equal("5", read.Properties["seed"]);
        Assert.Equal(text, read.ToJsonLines());
        Assert.StartsWith("""{"schema":"structured-concurrency/events","version":1,""", text, StringComparison.Ordinal);
    }

    [Fact]
    public void JsonLines_TextWithEveryKindOfLineEndAndTheLongestTimes_ReadBackTheSame()
    {
        var log = new EventLog();
        log.OnEvent(new ScopeEvent { Kind = ScopeEventKind.Mark, Sequence = 1, Time = TimeSpan.FromTicks(1), Text = "a\u2028b\u2029c\u0085d\fe\rf\0g\ud83d\ude00h\vi\n" });
        log.OnEvent(new ScopeEvent { Kind = ScopeEventKind.DeadlineSet, Sequence = 2, Time = TimeSpan.MaxValue, Deadline = TimeSpan.MaxValue, Text = "" });
        Assert.Equal(log.Events, EventLog.Parse(log.ToJsonLines()).Events);
    }

    [Fact]
    public void JsonLines_HalfASurrogatePair_IsReplacedAndDoesNotSpoilTheLog()
    {
        var log = new EventLog();
        log.OnEvent(new ScopeEvent { Kind = ScopeEventKind.Mark, Sequence = 1, Text = "cut \ud800" });
        Assert.Equal("cut \ufffd", EventLog.Parse(log.ToJsonLines()).Events[0].Text);
    }

    [Fact]
    public void Parse_TextThatEndsInTheMiddleOfAnEvent_ReadsTheEventsBeforeItAndSaysWhere()
    {
        var log = new EventLog();
        for (var i = 1; i <= 3; i++)
            log.OnEvent(new ScopeEvent { Kind = ScopeEventKind.Mark, Sequence = i, Text = "a remark" });
        var whole = log.ToJsonLines();

        var read = EventLog.Parse(whole[..^5]);

        Assert.Equal(log.Events.Take(2), read.Events);
        Assert.Equal("line 4", read.Properties["cutOff"]);
        Assert.Empty(EventLog.Parse(whole).Properties);
        Assert.Empty(EventLog.Parse(whole[..^1]).Properties); // only the last line feed is missing
    }

    [Fact]
    public async Task WaitStarted_InCodeThatIsObserved_TellsOfTheSignalAndOfHowTheWaitEnded()
    {
        ScopeTracing.WaitStarted("nobody hears this");
        var log = new EventLog();
        await TaskGroup.RunAsync(new TaskGroupOptions { Name = "shop", Observer = log }, group =>
        {
            group.Start(
                _ =>
                {
                    ScopeTracing.WaitStarted("the key");
                    ScopeTracing.WaitEnded("the key", ScopeOutcome.TimedOut);
                    return Task.CompletedTask;
                },
                "clerk");
            return Task.CompletedTask;
        });

        var waits = log.Events.Where(e => e.Wait == ScopeWait.Signal).ToList();
        Assert.Equal([ScopeEventKind.WaitStarted, ScopeEventKind.WaitEnded], waits.Select(e => e.Kind));
        Assert.All(waits, e => Assert.Equal(("clerk", "shop", "the key"), (e.TaskName, e.ScopeName, e.Text)));
        Assert.Equal(ScopeOutcome.TimedOut, waits[1].Outcome);
        Assert.Contains("\"wait\":\"signal\"", log.ToJsonLines(), StringComparison.Ordinal);
        Assert.Equal(log.Events, EventLog.Parse(log.ToJsonLines()).Events);
    }

    [Theory]
    [InlineData("", "log.jsonl:1: empty")]
    [InlineData("hello", "log.jsonl:1: not a JSON object")]
    [InlineData("{}", "log.jsonl:1: not an event log")]
    [InlineData("\n{\"seq\":1,\"time\":0,\"kind\":\"mark\"}", "log.jsonl:2: not an event log")]
    [InlineData("{\"schema\":\"structured-concurrency/events\",\"version\":9}", "log.jsonl:1: version 9")]
    [InlineData("[]", "log.jsonl:1: not a JSON object")]
    [InlineData("{\"schema\":\"structured-concurrency/events\"}", "log.jsonl:1: the field \"version\" is missing")]
    [InlineData("{\"schema\":\"structured-concurrency/events\",\"version\":1}", "log.jsonl:1: the field \"properties\" is missing")]
    [InlineData("{\"schema\":\"structured-concurrency/events\",\"version\":1,\"properties\":{}}\n{\"seq\":1,\"time\":1e27,\"kind\":\"put\"}", "log.jsonl:2: a number is too large")]
    [InlineData("{\"schema\":\"structured-concurrency/events\",\"version\":1,\"properties\":{}}\n{\"seq\":1,\"time\":0,\"kind\":\"put\",\"thread\":99999999999}", "log.jsonl:2: the field \"thread\" is too large")]
    [InlineData("{\"schema\":\"structured-concurrency/events\",\"version\":1,\"properties\":{}}\n{\"seq\":1,\"time\":1e300,\"kind\":\"put\"}", "log.jsonl:2: a number is too large")]
    [InlineData("{\"schema\":\"structured-concurrency/events\",\"version\":1,\"properties\":{}}\n{\"seq\":1,\"ti\n", "log.jsonl:2: not a JSON object")]
    [InlineData("{\"schema\":\"structured-concurrency/events\",\"version\":1,\"prop", "log.jsonl:1: not a JSON object")]
    [InlineData("{\"schema\":\"structured-concurrency/events\",\"version\":1,\"properties\":{}}\n{\"seq\":1,\"kind\":\"put\"}", "log.jsonl:2: the field \"time\" is missing")]
    [InlineData("{\"schema\":\"structured-concurrency/events\",\"version\":1,\"properties\":{}}\n\n{\"seq\":1,\"time\":0,\"kind\":\"explode\"}", "log.jsonl:3: \"explode\" is not a known kind")]
    public void Parse_BadInput_NamesFileAndLine(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<FormatException>(() => EventLog.Parse(text, "log.jsonl")).Message, StringComparison.Ordinal);
}
