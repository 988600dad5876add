using Workshop.Lesson;

namespace StructuredConcurrency.Timelines.Tests;

public class CaptionTests
{
    [Fact]
    public void Caption_OfTheLesson_PointsAtTheMissingItem()
    {
        Assert.Equal(
            "The deadline at 0.800 s cancelled the producer PROD and three consumers C1, C2 and C3; 29 items were put, 28 were finished; C2 held item 29.",
            Timeline.From(Logs.Lesson()).Caption);
    }

    [Fact]
    public void Caption_OfARunThatEnds_SaysSo()
    {
        Assert.Equal(
            "All four tasks ran to their end, by 0.616 s; 20 items and 3 sentinels were put and all were finished.",
            Timeline.From(Logs.Lesson(new LessonSettings { Items = 20, Deadline = TimeSpan.FromSeconds(10) })).Caption);
    }

    [Fact]
    public void Caption_OfItemsStillQueued_SaysHowMany()
    {
        var caption = Timeline.From(Logs.Lesson(new LessonSettings { Consumers = 1, Capacity = 3 })).Caption;

        Assert.Contains("cancelled the producer PROD and the consumer C1", caption, StringComparison.Ordinal);
        Assert.EndsWith("; 3 items were left in the queue.", caption, StringComparison.Ordinal);
    }

    [Fact]
    public void Caption_OfADeadlineThatNobodyObeyed_DoesNotSayThatAnythingWasCutShort()
    {
        var log = Logs.Run(() => TimeoutScope.RunAsync(TimeSpan.FromMilliseconds(100), _ => Logs.Delay(200, CancellationToken.None)));

        Assert.Equal("The deadline at 0.100 s stopped nothing in 'timeout-1', which succeeded.", Timeline.From(log).Caption);
    }

    [Fact]
    public void Caption_OfManyDeadlines_NamesTheFirstAndCountsTheRest()
    {
        var log = Logs.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
                await Assert.ThrowsAsync<TimeoutException>(() => TimeoutScope.RunAsync(TimeSpan.FromMilliseconds(20), scope => Logs.Delay(50, scope.Token)));
        });

        var caption = Timeline.From(log).Caption;
        Assert.StartsWith("The deadline at 0.020 s cut the body of 'timeout-1' short; the deadline at 0.040 s cut the body of 'timeout-2' short; ", caption, StringComparison.Ordinal);
        Assert.EndsWith("'timeout-5' short; 35 more failures or requests to stop.", caption, StringComparison.Ordinal);
    }

    [Fact]
    public void Caption_OfASentinelAlone_SpeaksOfNoItems()
    {
        var log = new Story().Scope(1, "group", ScopeKind.Group).Child(1, "C", 1).Put(1, "stop", out var put).Get(1, "stop", put).Done(1).Ended(1).Closed(1, ScopeOutcome.Succeeded).Log;

        Assert.Equal("The one task C ran to its end, by 0.000 s; 1 sentinel was put and finished.", Timeline.From(log).Caption);
    }

    [Fact]
    public void Caption_OfAFailure_NamesItAndTheSiblings()
    {
        var log = Logs.Run(async () =>
        {
            try
            {
                await TaskGroup.RunAsync(group =>
                {
                    group.Start(token => Logs.Delay(500, token), "C1");
                    group.Start(
                        async token =>
                        {
                            await Logs.Delay(40, token);
                            throw new InvalidOperationException("bad item");
                        },
                        "C2");
                    group.Start(token => Logs.Delay(500, token), "C3");
                    return Task.CompletedTask;
                });
            }
            catch (TaskGroupException)
            {
                ScopeTracing.Line("FAILED");
            }
        });

        Assert.Equal("'C2' failed at 0.040 s (InvalidOperationException: bad item), and its siblings C1 and C3 were cancelled.", Timeline.From(log).Caption);
    }

    [Fact]
    public void Caption_OfADeadlock_SaysWhoStillWaitsForWhat()
    {
        var log = Logs.Run(async () =>
        {
            var queue = new JoinableQueue<int>();
            await TaskGroup.RunAsync(group =>
            {
                for (var i = 1; i <= 3; i++)
                    group.Start(async token => await queue.GetAsync(token), $"C{i}");
                return Task.CompletedTask;
            });
        });

        Assert.Equal("C1, C2 and C3 were still waiting for an item when the run stopped at 0.000 s.", Timeline.From(log).Caption);
    }

    [Fact]
    public void Caption_OfAJoinThatNeverEnds_PointsAtTheItemNeverMarkedDone()
    {
        var log = Logs.Run(async () =>
        {
            var queue = new JoinableQueue<string>();
            await TaskGroup.RunAsync(async group =>
            {
                group.Start(
                    async token =>
                    {
                        await queue.GetAsync(token);
                        await Logs.Delay(10, token);
                    },
                    "C1");
                await queue.PutAsync("letter", group.Token);
                await queue.JoinAsync(group.Token);
            });
        });

        Assert.Equal("main was still waiting to join when the run stopped at 0.010 s; 1 item was put, 0 were finished; item letter was taken and never marked done.", Timeline.From(log).Caption);
    }

    [Fact]
    public void Caption_OfAGroupThatIsCancelled_GivesTheReason()
    {
        var log = Logs.Run(() => TaskGroup.RunAsync(new TaskGroupOptions { Name = "search" }, async group =>
        {
            group.Start(token => Logs.Delay(500, token), "left");
            group.Start(token => Logs.Delay(500, token), "right");
            await Logs.Delay(100, CancellationToken.None);
            group.Cancel("found it");
        }));

        Assert.Equal("'search' was asked to stop at 0.100 s (found it), which cancelled two tasks left and right.", Timeline.From(log).Caption);
    }

    [Fact]
    public void Caption_OfOneChildCancelledAlone_LeavesItsSiblingsOut()
    {
        var log = Logs.Run(() => TaskGroup.RunAsync(async group =>
        {
            var left = group.Start(token => Logs.Delay(500, token), "left");
            group.Start(token => Logs.Delay(200, token), "right");
            await Logs.Delay(100, CancellationToken.None);
            left.Cancel();
        }));

        Assert.Equal("'left' was asked to stop at 0.100 s.", Timeline.From(log).Caption);
    }

    [Fact]
    public void Caption_OfSentinelsLeftBehind_CallsThemSo()
    {
        var put = new ScopeEvent { Kind = ScopeEventKind.Put, Task = 1, Queue = "orders", Item = "1", Depth = 1 };
        var log = new Story().Scope(1, "group", ScopeKind.Group).Child(1, "P", scope: 1).Add(put).Add(put with { Item = "stop" }).Add(put with { Item = "stop" })
            .At(10).Ended(1).Closed(1, ScopeOutcome.Succeeded).Log;

        Assert.EndsWith("; 1 item and 2 sentinels were put, 0 were finished; 1 item and 2 sentinels were left in the queue.", Timeline.From(log).Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void Caption_OfItemsLeftInTwoQueues_SpeaksOfQueues()
    {
        var put = new ScopeEvent { Kind = ScopeEventKind.Put, Task = 1, Queue = "orders", Item = "1", Depth = 1 };
        var log = new Story().Scope(1, "group", ScopeKind.Group).Child(1, "P", scope: 1).Add(put).Add(put with { Queue = "parcels" })
            .At(10).Ended(1).Closed(1, ScopeOutcome.Succeeded).Log;

        Assert.EndsWith("; 2 items were put, 0 were finished; 2 items were left in the queues.", Timeline.From(log).Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void Caption_OfAnEmptyLog_SaysSo()
    {
        var timeline = Timeline.From(new EventLog());

        Assert.Equal("The log is empty.", timeline.Caption);
        Assert.Equal("Empty log", timeline.Title);
    }
}
