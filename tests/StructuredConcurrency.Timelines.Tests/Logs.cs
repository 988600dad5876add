using StructuredConcurrency.Simulation;
using Workshop.Lesson;

namespace StructuredConcurrency.Timelines.Tests;

/// <summary>Logs to draw: of real runs on virtual time, and written event by event.</summary>
internal static class Logs
{
    public static EventLog Lesson(LessonSettings? settings = null)
    {
        var used = settings ?? new LessonSettings();
        return Run(() => LessonProgram.RunAsync(used, new SimulatedWork(used.Seed, Clock, _ => { })), used.Seed);
    }

    public static EventLog Run(Func<Task> main, ulong seed = 1) => EventLoop.Run(main, new EventLoopOptions { Seed = seed }).Log;

    public static TimeProvider Clock => EventLoop.Current!.TimeProvider;

    public static Task Delay(int milliseconds, CancellationToken token) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), Clock, token);

    public static EventLog Of(IEnumerable<ScopeEvent> events)
    {
        var log = new EventLog();
        foreach (var e in events)
            log.OnEvent(e);
        return log;
    }

    /// <summary>A log that ends in the moment in which a consumer begins to wait.</summary>
    public static EventLog StillWaiting() => new Story()
        .At(0).Scope(1, "group", ScopeKind.Group).Child(1, "C", scope: 1)
        .At(30).Wait(1, ScopeWait.Item)
        .Log;

    /// <summary>A clerk waits for a key, works, and waits for it again when the log ends.</summary>
    public static EventLog Signal()
    {
        var story = new Story().At(0).Scope(1, "shop", ScopeKind.Group).Child(1, "clerk", scope: 1);
        var wait = new ScopeEvent { Kind = ScopeEventKind.WaitStarted, Task = 1, Wait = ScopeWait.Signal, Text = "the <key>" };
        return story.Add(wait)
            .At(40).Add(wait with { Kind = ScopeEventKind.WaitEnded, Outcome = ScopeOutcome.Succeeded }).Work(1, "sale")
            .At(70).Worked(1, "sale").Add(wait)
            .At(90).Line("closed")
            .Log;
    }

    /// <summary>A group in which a child takes an item that another puts, then a deadline passes: few enough events to be followed by eye.</summary>
    public static EventLog Small() => new Story()
        .At(0).Scope(1, "limit", ScopeKind.Timeout).Add(new ScopeEvent { Kind = ScopeEventKind.DeadlineSet, Scope = 1, Deadline = TimeSpan.FromMilliseconds(100) })
        .Scope(2, "group", ScopeKind.Group, parent: 1)
        .Child(1, "P", scope: 2)
        .Child(2, "C", scope: 2)
        .Wait(2, ScopeWait.Item)
        .Work(1, "A").At(30).Worked(1, "A")
        .Put(1, "A", out var put).Get(2, "A", put).Woken(2, ScopeWait.Item, put, by: 1)
        .Work(2, "A").Work(1, "B").At(70).Worked(2, "A").Done(2).Wait(2, ScopeWait.Item)
        .At(90).Worked(1, "B").Put(1, "B", out put).Get(2, "B", put).Woken(2, ScopeWait.Item, put, by: 1).Work(2, "B")
        .At(100).Add(new ScopeEvent { Kind = ScopeEventKind.DeadlineExpired, Scope = 1 }, out var expired)
        .Add(new ScopeEvent { Kind = ScopeEventKind.CancelRequested, Scope = 1, Cause = expired, Text = "the deadline passed" }, out var first)
        .Add(new ScopeEvent { Kind = ScopeEventKind.CancelRequested, Scope = 2, Cause = first, Text = "'limit' was cancelled" }, out var second)
        .Cancelled(1, 2, second)
        .Observed(2, second).Worked(2, "B", ScopeOutcome.Cancelled).Done(2).Cancelled(2, 2, second)
        .Closed(2, ScopeOutcome.Cancelled).Closed(1, ScopeOutcome.TimedOut)
        .Line("TIMEOUT 2 1")
        .Log;
}
