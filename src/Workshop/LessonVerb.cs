using System.CommandLine;
using System.Text.Json;
using StructuredConcurrency;
using StructuredConcurrency.Simulation;
using StructuredConcurrency.Timelines;
using Workshop.Lesson;

namespace Workshop;

/// <summary><c>workshop lesson</c>: runs the lesson's program and prints what it does.</summary>
internal static class LessonVerb
{
    private static readonly LessonSettings s_defaults = new();

    public static Command Create()
    {
        var deadline = NumberOption.Create("--deadline", "Seconds until everything is asked to stop", s_defaults.Deadline.TotalSeconds, 0, 1_000_000);
        var items = NumberOption.Create("--items", "Items that the producer makes", s_defaults.Items, 1, 10_000);
        var consumers = NumberOption.Create("--consumers", "Consumers that share the work", s_defaults.Consumers, 1, 100);
        var capacity = NumberOption.Create("--capacity", "Items that may wait in the queue", s_defaults.Capacity, 1, 10_000);
        var seed = NumberOption.Create("--seed", "Decides how long each piece of work takes: same seed, same times", s_defaults.Seed, 0UL, ulong.MaxValue);
        var clock = new Option<string?>("--clock") { Description = "virtual: time jumps to the next event, and a run gives the same figures everywhere (default with --on loop); real: time passes" };
        clock.AcceptOnlyFromAmong("virtual", "real");
        var on = new Option<string>("--on") { Description = "loop: all tasks on one thread; threads: on the thread pool, always with the real clock", DefaultValueFactory = _ => "loop" };
        on.AcceptOnlyFromAmong("loop", "threads");
        var folder = new Option<string?>("--out") { Description = "Folder to write the run to: log.jsonl, figure.json, timeline.html, timeline.svg and trace.json" };
        var json = new Option<bool>("--json") { Description = "Print one JSON document instead of the lines" };

        var verb = new Command("lesson", "Run the lesson's program: one producer, some consumers, a queue, a deadline.") { deadline, items, consumers, capacity, seed, clock, on, folder, json };
        verb.Validators.Add(result =>
        {
            if (result.GetValue(on) == "threads" && result.GetValue(clock) == "virtual")
                result.AddError("--clock virtual needs --on loop: on the thread pool time passes as it does");
        });
        verb.SetAction(parsed => Run(
            new LessonSettings
            {
                Deadline = TimeSpan.FromSeconds(parsed.GetValue(deadline)),
                Items = parsed.GetValue(items),
                Consumers = parsed.GetValue(consumers),
                Capacity = parsed.GetValue(capacity),
                Seed = parsed.GetValue(seed),
            },
            threads: parsed.GetValue(on) == "threads",
            real: parsed.GetValue(clock) == "real",
            parsed.GetValue(folder) is { } path ? OutputFolder.Open(path, "--out") : null,
            parsed.GetValue(json)));
        return verb;
    }

    private static int Run(LessonSettings settings, bool threads, bool real, OutputFolder? folder, bool json)
    {
        using var interrupt = Interrupt.Listen();
        var lines = new List<string>();
        var log = new EventLog();
        Stats? stats = null;
        if (threads || real)
            Rehearse();
        var error = threads ? RunOnThreads() : RunOnLoop();
        if (error is not (null or OperationCanceledException))
            throw new InvalidOperationException("The lesson's program failed.", error);

        if (folder is not null)
            Save(log, folder);
        if (json)
            Console.WriteLine(JsonSerializer.Serialize(Report(), s_jsonOptions));
        return error is null ? 0 : 130;

        Exception? RunOnLoop()
        {
            var report = EventLoop.Run(
                () => RunProgramAsync(EventLoop.Current!.TimeProvider),
                new EventLoopOptions { Seed = settings.Seed, Clock = real ? LoopClock.System : LoopClock.Virtual, Log = log });
            return report.Outcome is Outcome.Completed ? null : report.Error ?? new InvalidOperationException(report.ToString());
        }

        Exception? RunOnThreads()
        {
            log.SetProperty("clock", "system");
            log.SetProperty("seed", $"{settings.Seed}");
            try
            {
#pragma warning disable VSTHRD002 // the command's own thread has nothing else to do
                ScopeTracing.RunAsync(log, () => RunProgramAsync(TimeProvider.System)).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
                return null;
            }
            catch (Exception e)
            {
                return e;
            }
        }

        async Task RunProgramAsync(TimeProvider clock) => stats = await LessonProgram.RunAsync(settings, new SimulatedWork(settings.Seed, clock, Print), interrupt.Token);

        void Print(string line)
        {
            lines.Add(line);
            if (!json)
                Console.WriteLine(line);
        }

        // The program's last line is its result: NAME produced consumed seconds.
        object Report()
        {
            var last = lines[^1].Split(' ');
            return new
            {
                outcome = last[0].ToLowerInvariant(),
                produced = int.Parse(last[1]),
                consumed = int.Parse(last[2]),
                seconds = decimal.Parse(last[3]),
                byConsumer = stats?.ByConsumer,
                seed = settings.Seed,
                clock = threads || real ? "real" : "virtual",
                on = threads ? "threads" : "loop",
                lines,
            };
        }
    }

    /// <summary>Runs the program once, silently and in virtual time: or on a real clock the runtime's first exceptions alone would take 20 ms, and the marks would show those.</summary>
    private static void Rehearse() =>
        EventLoop.Run(() => LessonProgram.RunAsync(s_defaults, new SimulatedWork(s_defaults.Seed, EventLoop.Current!.TimeProvider, _ => { })));

    private static void Save(EventLog log, OutputFolder folder)
    {
        var timeline = Timeline.From(log);
        folder.Write("log.jsonl", log.ToJsonLines());
        folder.Write("figure.json", timeline.ToPlotlyFigure());
        folder.Write("timeline.html", timeline.ToHtml());
        folder.Write("timeline.svg", timeline.ToSvg());
        folder.Write("trace.json", timeline.ToTraceJson());
    }

    private static readonly JsonSerializerOptions s_jsonOptions = new() { WriteIndented = true };
}
