using System.Reflection;
using StructuredConcurrency;
using StructuredConcurrency.Simulation;
using StructuredConcurrency.Timelines;
using Workshop.Lesson;

namespace Workshop.Gallery;

/// <summary>The stories that a timeline must be able to tell.</summary>
internal static class GalleryStories
{
    public static IReadOnlyList<GalleryStory> All { get; } =
    [
        GalleryStory.Of("01-orphan", "An orphan: started by hand, unknown to the group", "The group has ended, and work of C1 runs on beyond its end.", OrphanAsync),
        GalleryStory.Of("02-group", "A group waits for its children", "The bar of the group ends where its last child does.", GroupAsync),
        new("03-timeout", "A deadline for all", "One request; everybody notices it; item 29 is cut short.", () => GalleryPicture.Of(Timeline.From(Lesson(new LessonSettings())))),
        GalleryStory.Of("04-failure", "A failure takes its siblings with it", "The star is the failure; the crosses are its siblings, who are told at once.", FailureAsync),
        GalleryStory.Of("05-shield", "A clean-up in a shield", "After the request the clean-up runs on to its end, and the scope waits for it.", ShieldAsync),
        GalleryStory.Of("06-nested-deadline", "A deadline within a deadline", "The inner deadline stops its own scope; the outer one stops everything that is left.", NestedDeadlineAsync),
        GalleryStory.Of("07-full-queue", "A full queue holds its producer back", "The depth stays at the capacity, and the producer waits for room.", FullQueueAsync),
        GalleryStory.Of("08-forgotten-sentinel", "A sentinel that was forgotten", "Two sentinels for three consumers: one waits for ever, and so does the group.", ForgottenSentinelAsync),
        GalleryStory.Of("09-starvation", "Starvation in a queue that serves the newest first", "Items 1 and 2 are never taken while newer ones keep coming.", StarvationAsync),
        new("10-race-on-threads", "A race on the thread pool, as it was recorded", "Both read 0 before either has written: one of the two additions is lost.", () => GalleryPicture.Of(Timeline.From(Recorded("race-on-threads.jsonl")))),
        new("11-four-consumers", "Four consumers share the work", "As the first three, and nobody is idle for long.", () => GalleryPicture.Of(Timeline.From(Lesson(new LessonSettings { Consumers = 4, Items = 24, Deadline = TimeSpan.FromSeconds(5) })))),
        new("12-compare-schedules", "One program, two schedules", "The same program ends under one schedule and hangs under the other.", CompareSchedules),
        new("13-compare-group", "By hand against a group", "The group makes the same work end before the program goes on.", CompareWithGroup),
        GalleryStory.Of("14-lock", "Three clerks and one key", "Whoever waits for the key says so; the work goes on one at a time.", LockAsync),
    ];

    private static TimeProvider Clock => EventLoop.Current!.TimeProvider;

    private static EventLog Lesson(LessonSettings settings) =>
        EventLoop.Run(() => LessonProgram.RunAsync(settings, new SimulatedWork(settings.Seed, Clock, _ => { })), new EventLoopOptions { Seed = settings.Seed }).Log;

    private static EventLog Recorded(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return EventLog.Parse(reader.ReadToEnd(), name);
    }

    /// <summary>Work that takes time and tells about itself.</summary>
    private static async Task WorkAsync(string item, int milliseconds, CancellationToken token)
    {
        ScopeTracing.WorkStarted(item);
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), Clock, token);
            ScopeTracing.WorkEnded(item, ScopeOutcome.Succeeded);
        }
        catch (OperationCanceledException)
        {
            ScopeTracing.CancelObserved();
            ScopeTracing.WorkEnded(item, ScopeOutcome.Cancelled);
            throw;
        }
    }

    private static TaskGroupOptions Named(string name) => new() { Name = name };

    private static async Task OrphanAsync()
    {
        var audit = Task.CompletedTask;
        await TaskGroup.RunAsync(Named("orders"), group =>
        {
            group.Start(
                async token =>
                {
                    await WorkAsync("order 1", 60, token);
                    audit = AuditAsync(); // the group knows nothing of it
                    await WorkAsync("order 2", 40, token);
                },
                "C1");
            group.Start(token => WorkAsync("order 3", 120, token), "C2");
            return Task.CompletedTask;
        });
        ScopeTracing.Line("all orders done, says the program");
        await audit; // here only so that the log has its end

        static async Task AuditAsync()
        {
            await Task.Delay(TimeSpan.FromMilliseconds(80), Clock);
            await WorkAsync("audit", 110, CancellationToken.None);
        }
    }

    private static Task GroupAsync() => TaskGroup.RunAsync(Named("group"), group =>
    {
        group.Start(token => WorkAsync("brew", 90, token), "coffee");
        group.Start(token => WorkAsync("toast", 140, token), "bread");
        group.Start(
            async token =>
            {
                await WorkAsync("boil", 60, token);
                await WorkAsync("peel", 25, token);
            },
            "egg");
        return Task.CompletedTask;
    });

    private static async Task FailureAsync()
    {
        try
        {
            await TaskGroup.RunAsync(Named("downloads"), group =>
            {
                group.Start(token => WorkAsync("page 1", 200, token), "D1");
                group.Start(
                    async token =>
                    {
                        await WorkAsync("page 2", 90, token);
                        throw new InvalidOperationException("404 not found");
                    },
                    "D2");
                group.Start(
                    async token =>
                    {
                        await WorkAsync("page 3", 50, token);
                        await WorkAsync("page 4", 120, token);
                    },
                    "D3");
                return Task.CompletedTask;
            });
        }
        catch (TaskGroupException)
        {
            ScopeTracing.Line("the downloads failed");
        }
    }

    private static async Task ShieldAsync()
    {
        await TimeoutScope.TryRunAsync(TimeSpan.FromMilliseconds(100), scope => TaskGroup.RunAsync(
            Named("transfer"),
            group =>
            {
                group.Start(token => WorkAsync("copy", 300, token), "copier");
                group.Start(
                    async token =>
                    {
                        try
                        {
                            await WorkAsync("write", 300, token);
                        }
                        finally
                        {
                            await Shield.RunAsync(inner => WorkAsync("roll back", 70, inner), TimeSpan.FromSeconds(1));
                        }
                    },
                    "writer");
                return Task.CompletedTask;
            },
            scope.Token));
    }

    private static Task NestedDeadlineAsync() => TimeoutScope.TryRunAsync(TimeSpan.FromMilliseconds(250), outer => TaskGroup.RunAsync(
        Named("search"),
        group =>
        {
            group.Start(
                async token =>
                {
                    await TimeoutScope.TryRunAsync(TimeSpan.FromMilliseconds(100), inner => WorkAsync("ask the fast server", 400, inner.Token), token);
                    await WorkAsync("ask the slow server", 120, token);
                },
                "careful");
            group.Start(token => WorkAsync("ask for ever", 9000, token), "stubborn");
            return Task.CompletedTask;
        },
        outer.Token));

    private static async Task FullQueueAsync()
    {
        var queue = new JoinableQueue<int>(2);
        await TaskGroup.RunAsync(Named("bakery"), async group =>
        {
            var baker = group.Start(
                async token =>
                {
                    for (var loaf = 1; loaf <= 8; loaf++)
                    {
                        await WorkAsync($"bake {loaf}", 15, token);
                        await queue.PutAsync(loaf, token);
                    }
                },
                "baker");
            var shop = group.Start(
                async token =>
                {
                    while (true)
                    {
                        var loaf = await queue.GetAsync(token);
                        await WorkAsync($"{loaf}", 55, token);
                        queue.MarkDone();
                    }
                },
                "shop");
            await baker.Completion;
            await queue.JoinAsync(group.Token);
            shop.Cancel("everything is sold");
        });
    }

    private static async Task ForgottenSentinelAsync()
    {
        var queue = new JoinableQueue<QueueMessage<int>>();
        await TaskGroup.RunAsync(Named("group"), group =>
        {
            group.Start(
                async token =>
                {
                    for (var id = 1; id <= 6; id++)
                    {
                        await WorkAsync($"make {id}", 12, token);
                        await queue.PutAsync(new QueueMessage<int>.Item(id), token);
                    }

                    for (var i = 0; i < 2; i++) // there are three consumers
                        await queue.PutAsync(new QueueMessage<int>.Stop(), token);
                },
                "P");
            for (var i = 1; i <= 3; i++)
            {
                group.Start(
                    async token =>
                    {
                        while (await queue.GetAsync(token) is QueueMessage<int>.Item(var id))
                            await WorkAsync($"{id}", 30, token);
                    },
                    $"C{i}");
            }

            return Task.CompletedTask;
        });
    }

    private static Task StarvationAsync()
    {
        var queue = new LifoJoinableQueue<int>();
        return TimeoutScope.TryRunAsync(TimeSpan.FromMilliseconds(400), scope => TaskGroup.RunAsync(
            Named("newest first"),
            group =>
            {
                group.Start(
                    async token =>
                    {
                        for (var id = 1; id <= 14; id++)
                        {
                            await WorkAsync($"make {id}", id < 4 ? 5 : 32, token);
                            await queue.PutAsync(id, token);
                        }
                    },
                    "P");
                group.Start(
                    async token =>
                    {
                        await Task.Delay(TimeSpan.FromMilliseconds(17), Clock, token);
                        while (true)
                        {
                            var id = await queue.GetAsync(token);
                            await WorkAsync($"{id}", 34, token);
                            queue.MarkDone();
                        }
                    },
                    "C");
                return Task.CompletedTask;
            },
            scope.Token));
    }

    private static async Task LockAsync()
    {
        using var key = new SemaphoreSlim(1);
        await TaskGroup.RunAsync(Named("shop"), group =>
        {
            for (var i = 1; i <= 3; i++)
            {
                var sale = $"sale {i}";
                group.Start(
                    async token =>
                    {
                        await WorkAsync("greet", 15, token);
                        ScopeTracing.WaitStarted("the key");
                        await key.WaitAsync(CancellationToken.None);
                        ScopeTracing.WaitEnded("the key", ScopeOutcome.Succeeded);
                        try
                        {
                            await WorkAsync(sale, 40, token);
                        }
                        finally
                        {
                            key.Release();
                        }
                    },
                    $"clerk {i}");
            }

            return Task.CompletedTask;
        });
    }

    /// <summary>Each consumer looks whether something is left, and then awaits before it takes: by then another may have taken the last.</summary>
    private static async Task CheckThenTakeAsync()
    {
        var queue = new JoinableQueue<int>();
        await TaskGroup.RunAsync(Named("group"), async group =>
        {
            for (var id = 1; id <= 5; id++)
                await queue.PutAsync(id, group.Token);
            for (var i = 1; i <= 2; i++)
            {
                group.Start(
                    async token =>
                    {
                        while (queue.Count > 0)
                        {
                            await Task.Yield();
                            var id = await queue.GetAsync(token);
                            await WorkAsync($"{id}", 20, token);
                            queue.MarkDone();
                        }
                    },
                    $"C{i}");
            }
        });
    }

    private static GalleryPicture CompareSchedules()
    {
        var hangs = GalleryStory.Run("it hangs", CheckThenTakeAsync);
        var ends = GalleryStory.Run("it ends", CheckThenTakeAsync, new RandomPicker(FirstSeedThatEnds()));
        return GalleryPicture.Of(Timeline.Compare(Timeline.From(ends), Timeline.From(hangs), "one order", "another order"));

        static ulong FirstSeedThatEnds()
        {
            for (var seed = 1ul; ; seed++)
            {
                if (EventLoop.Run(CheckThenTakeAsync, new EventLoopOptions { Seed = 1, Picker = new RandomPicker(seed) }).Outcome == Outcome.Completed)
                    return seed;
            }
        }
    }

    private static GalleryPicture CompareWithGroup() => GalleryPicture.Of(Timeline.Compare(
        Timeline.From(GalleryStory.Run("the audit is forgotten", OrphanAsync)),
        Timeline.From(GalleryStory.Run("the audit is a child", GroupOfThreeAsync)),
        "by hand",
        "the group"));

    private static Task GroupOfThreeAsync() => TaskGroup.RunAsync(Named("orders"), group =>
    {
        group.Start(
            async token =>
            {
                await WorkAsync("order 1", 60, token);
                group.Start(
                    async inner =>
                    {
                        await Task.Delay(TimeSpan.FromMilliseconds(80), Clock, inner);
                        await WorkAsync("audit", 110, inner);
                    },
                    "audit");
                await WorkAsync("order 2", 40, token);
            },
            "C1");
        group.Start(token => WorkAsync("order 3", 120, token), "C2");
        return Task.CompletedTask;
    });
}
