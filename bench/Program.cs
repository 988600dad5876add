// Speed, as ratios measured in one run.
//
//   dotnet run -c Release --project bench                      the ratios, in under a minute
//   dotnet run -c Release --project bench -- timelines         those of timelines alone
//   dotnet run -c Release --project bench -- notebooks         those of notebook cells alone
//   dotnet run -c Release --project bench -- checks            those of the grader alone
//   dotnet run -c Release --project bench -- answers           every answer at 20 master seeds, right ones under 100,000 schedules: most of an hour
//   dotnet run -c Release --project bench -- fingerprints      one seed, a million runs: to be started in several processes, builds and settings at once
//   dotnet run -c Release --project bench -- --filter '*'      the same and more by BenchmarkDotNet, thoroughly (its options are its own)
using System.Diagnostics;
using Bench;
using BenchmarkDotNet.Running;
using StructuredConcurrency;

var verdicts = new VerdictBenchmarks();
switch (args)
{
    case ["fingerprints"]:
        PrintFingerprints();
        return;
    case ["timelines"]:
        await PrintTimelinesAsync();
        return;
    case ["notebooks"]:
        await NotebookBenchmarks.PrintAsync();
        return;
    case ["checks"]:
        await GraderBenchmarks.PrintAsync();
        return;
    case ["answers"]:
        await GraderBenchmarks.JudgeAnswersAsync();
        return;
    case ["--first-cell"]: // a process of its own, started by the one above
        await NotebookBenchmarks.RunFirstCellAsync();
        return;
    case [_, ..]:
        BenchmarkSwitcher.FromAssembly(typeof(GroupBenchmarks).Assembly).Run(args);
        return;
}

if (Debugger.IsAttached || !IsOptimized())
    Console.Error.WriteLine("This is a debug build: its figures mean nothing. Use: dotnet run -c Release --project bench");

var groups = new GroupBenchmarks();
var (runtime, group) = await SideBySide.MediansAsync(groups.TaskRunAndWhenAll, groups.StartAndJoin, 400);
SideBySide.Print("start and join of 1,000 children that yield once / Task.Run and Task.WhenAll", group / runtime, "at most 1.5");

var empty = await SideBySide.MedianAsync(() => RepeatAsync(groups.EmptyGroup, 1_000), 100);
SideBySide.Print("an empty group, microseconds", empty / 1_000, "at most 0.5");

var queues = new QueueBenchmarks { Items = 10_000 };
var (channel, queue) = await SideBySide.MediansAsync(queues.ChannelWriteAndRead, queues.PutGetAndMarkDone, 300);
SideBySide.Print("put, get and mark done: throughput / that of an unbounded channel", channel / queue, "at least 0.8");

var before = GC.GetAllocatedBytesForCurrentThread();
await queues.PutGetAndMarkDone();
SideBySide.Print("bytes allocated for an item on a ready queue", (GC.GetAllocatedBytesForCurrentThread() - before) / 10_000, "0");

var contended = new ContendedQueueBenchmarks { Items = 10_000 };
var (channelOnThreads, queueOnThreads) = await SideBySide.MediansAsync(contended.ChannelOnThreads, contended.QueueOnThreads, 100);
SideBySide.Print("two producers, two consumers on threads: throughput / that of a channel", channelOnThreads / queueOnThreads, "");

var (few, many) = (await CancelAsync(5_000), await CancelAsync(50_000));
SideBySide.Print("cancel 5,000 waiting children, microseconds each", few, "");
SideBySide.Print("cancel 50,000 waiting children, microseconds each", many, "no more: proportional");

var schedules = new ScheduleBenchmarks();
await PrintSchedulesAsync("schedules/s: a producer, three consumers and a channel, 30 items", schedules.AllItems, "at least 60,000");
await PrintSchedulesAsync("schedules/s: the same, cut by a timeout of 0.8 s", schedules.WithTimeout, "at least 45,000");

var lesson = new LessonBenchmarks();
await PrintSchedulesAsync("schedules/s: the lesson, all 30 items, nobody listening", lesson.AllItems, "at least 40,000");
await PrintSchedulesAsync("schedules/s: the lesson, cut by its timeout, nobody listening", lesson.WithTimeout, "at least 25,000");

var rewritten = new RewrittenBenchmarks();
rewritten.Compile();
await PrintSchedulesAsync("schedules/s: a rewritten program: semaphore, WhenEach, ForEachAsync", rewritten.StudentProgram, "at least 15,000");

var all = verdicts.EverySchedule();
var exhaustive = await SideBySide.MedianAsync(() => Task.FromResult(verdicts.EverySchedule()), 3);
SideBySide.Print($"all {all.Schedules} schedules of 3 items and 3 consumers{(all.Exhausted ? "" : " (not all!)")}, seconds", exhaustive / 1_000_000, "at most 0.5");

var deadlocks = await SideBySide.AllAsync(() => Task.FromResult(verdicts.Deadlock()), 1_000);
SideBySide.Print("a deadlock's verdict, microseconds", SideBySide.Median(deadlocks), "");
SideBySide.Print("the slowest of a thousand", deadlocks.Max(), "at most 1000");

var amidTimers = await SideBySide.AllAsync(() => Task.FromResult(verdicts.DeadlockAmidTimers()), 1_000);
SideBySide.Print("the same while somebody else sets a timer, microseconds", SideBySide.Median(amidTimers), "");
SideBySide.Print("the slowest of a thousand", amidTimers.Max(), "at most 1000");

PrintFingerprints();
await NotebookBenchmarks.PrintAsync();
await GraderBenchmarks.PrintAsync();

void PrintFingerprints()
{
    var fingerprints = Enumerable.Range(0, 1_000_000).Select(_ => verdicts.Fingerprint()).ToHashSet();
    SideBySide.Print($"different fingerprints of one seed in a million runs (the first: {fingerprints.First():x16})", fingerprints.Count, "1, in every process");
}

await PrintTimelinesAsync();

static async Task PrintSchedulesAsync(string what, Func<object> explore, string bar) =>
    SideBySide.Print(what, ScheduleBenchmarks.Schedules / await SideBySide.MedianAsync(() => Task.FromResult(explore()), 15) * 1_000_000, bar);

static async Task PrintTimelinesAsync()
{
    var timelines = new TimelineBenchmarks();
    var figure = await SideBySide.MedianAsync(() => Task.FromResult(timelines.LessonFigure()), 300);
    SideBySide.Print("the lesson's log to a figure, milliseconds", figure / 1_000, "at most 5");
    SideBySide.Print("size of that figure, kB", System.Text.Encoding.UTF8.GetByteCount(timelines.LessonFigure()) / 1_000.0, "at most 20");
    _ = TimelineBenchmarks.Large;
    var page = await SideBySide.TimeAsync(() => Task.FromResult(timelines.LargePage()));
    SideBySide.Print("1,000,000 events to a page, the first time, seconds", page / 1_000_000, "at most 2");
#if BROWSER
    var (open, zoom) = await PageInBrowser.MeasureAsync(timelines.LargePage());
    SideBySide.Print("that page opens in Chromium, seconds", open / 1_000, "at most 2");
    SideBySide.Print("the slowest of its zooms, milliseconds", zoom, "at most 150");
#else
    Console.WriteLine("No Chromium when this was built (or name it in the variable CHROMIUM): the page was not opened.");
#endif
}

static async Task RepeatAsync(Func<Task> work, int times)
{
    for (var i = 0; i < times; i++)
        await work();
}

static async Task<double> CancelAsync(int children)
{
    var times = new List<double>();
    for (var i = 0; i < 15; i++)
    {
        var benchmark = new CancelBenchmarks { Children = children };
        benchmark.StartChildren();
        times.Add(await SideBySide.TimeAsync(benchmark.CancelWaitingChildren) / children);
    }

    return SideBySide.Median(times);
}

static bool IsOptimized() => typeof(TaskGroup).Assembly.GetCustomAttributes(typeof(DebuggableAttribute), false) is not [DebuggableAttribute { IsJITOptimizerDisabled: true }];
