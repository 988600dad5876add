using System.Diagnostics;
using System.IO.Pipes;
using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;
using StructuredConcurrency;
using StructuredConcurrency.Simulation;
using Workshop.Lesson.Exercises;

namespace Grader;

/// <summary>The worker process: it runs a learner's code under the schedules it is told, and sends what happened. It judges nothing.</summary>
/// <remarks>People never start it: <see cref="WorkerProcess"/> does.</remarks>
internal static class Worker
{
    private const int MostOutput = 4_000;
    private const int MostWaiting = 200;
    private const int LongestTable = 2_000_000;

    // An honest run tells of some hundred events, and the loop ends one of very many steps. What tells of more within one step goes round and round in it.
    private const int EndlessEvents = 40_000;

    // Blocking, escaping and endless loops cost real time, and are the same in every run: a few are proof enough.
    private const int MostSlowRuns = 3;

    // A run that leaves the loop waits for the system's threads and clock now and then.
    private const int MostStrangeRuns = 30;

    // A run on virtual time takes a millisecond. One that takes longer sleeps, or has left threads behind that take the processor's time.
    private static readonly TimeSpan s_briskRun = TimeSpan.FromMilliseconds(25);

    private static readonly TimeSpan s_watchEvery = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan s_poolRest = TimeSpan.FromMilliseconds(50); // an idle thread gives up sooner

    public static int Main(string[] args)
    {
        if (args is not [var jobHandle, var frameHandle])
        {
            Console.Error.WriteLine("Grader: this program is started by the grader itself; use: workshop check EXERCISE");
            return 2;
        }

        using var jobs = new AnonymousPipeClientStream(PipeDirection.In, jobHandle);
        using var pipe = new AnonymousPipeClientStream(PipeDirection.Out, frameHandle);
        var frames = new FrameWriter(pipe);
        var output = new BoundedOutput(MostOutput);
        var lastWords = Console.Error;
        var limits = Sandbox.Enter();
        Console.SetOut(output);
        Console.SetError(output);
        Console.SetIn(TextReader.Null);
        try
        {
            WarmUp(); // while the parent still compiles
            frames.Write(new RunFrame { Kind = FrameKind.Ready, Limits = limits });
            if (WorkerJob.Read(jobs) is not var (job, assembly, symbols))
                return 0;
            frames.Secret = job.Secret;
            EndWithTheParent(jobs);
            Run(job, assembly, symbols, frames, output);
            frames.Write(new RunFrame { Kind = FrameKind.Finished });
            return 0;
        }
        catch (OutOfMemoryException)
        {
            lastWords.WriteLine("Out of memory."); // as a stack overflow is told
            return 70;
        }
        catch (Exception e)
        {
            frames.Write(new RunFrame { Kind = FrameKind.Broken, Error = new ObservedError(e.GetType().FullName!, e.ToString(), null) });
            return 70;
        }
    }

    private static void Run(WorkerJob job, byte[] assembly, byte[] symbols, FrameWriter frames, BoundedOutput output)
    {
        var world = Type.GetType(job.World, throwOnError: true)!;
        var open = world.GetConstructors().Single();
        var trace = job.Trace is null ? null : ScheduleTrace.Parse(job.Trace);
        using var watch = new RunWatch(job.Patience, frames);
        frames.Write(new RunFrame { Kind = FrameKind.Loaded });

        foreach (var scenario in job.Scenarios)
        {
            // Statics begin anew with each situation: what one has left in them is no excuse in the next, and no trap.
            var learners = new AssemblyLoadContext(scenario.Name).LoadFromStream(new MemoryStream(assembly), new MemoryStream(symbols));
            SourceLines.Register(learners, symbols);
            MethodInfo run;
            try
            {
                run = learners.GetType(job.EntryType, throwOnError: true)!.GetMethod("RunAsync", [world, typeof(CancellationToken)])!;
            }
            catch (Exception e)
            {
                // What compiles need not load: a type that contains itself without end, say.
                frames.Write(new RunFrame { Kind = FrameKind.Run, Scenario = scenario.Name, Seed = job.FirstSeed, Outcome = Outcome.Faulted, Error = Describe(e, job.File), IsLast = true }, new EventLog());
                continue;
            }

            var settings = JsonSerializer.Deserialize(scenario.Settings, open.GetParameters()[0].ParameterType);
            var (slow, strange, spent, goesOn) = (0, 0, TimeSpan.Zero, true);
            for (var i = 0; goesOn; i++)
            {
                var seed = trace?.Seed ?? job.FirstSeed + (ulong)i;
                var log = new EventLog();
                log.SetProperty("scenario", scenario.Name);
                watch.Begin(scenario.Name, seed, log);
                LetThePoolRest();
                Func<Task> program = () =>
                {
                    var opened = open.Invoke([settings]);
                    var token = (opened as ICallsOff)?.CalledOff ?? CancellationToken.None;
                    return (Task?)run.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [opened, token], null)
                        ?? throw new InvalidOperationException($"{job.EntryType}.RunAsync returned null instead of a task.");
                };
                var options = Schedule.For(seed, log) with { Program = run };
                var report = trace is null ? EventLoop.Run(program, options) : EventLoop.Replay(program, trace, options);
                var took = watch.End();
                if (report.Error is OutOfMemoryException)
                    throw report.Error; // what the process still can do is chance

                spent += took > s_briskRun ? took : TimeSpan.Zero;
                slow += report.Outcome is Outcome.StepLimit or Outcome.BlockedThread or Outcome.Escaped ? 1 : 0;
                strange += report.ForeignPosts > 0 ? 1 : 0;
                goesOn = i + 1 < job.Schedules && slow < MostSlowRuns && strange < MostStrangeRuns && spent < job.Patience;
                var frame = new RunFrame
                {
                    Kind = FrameKind.Run,
                    Scenario = scenario.Name,
                    Seed = seed,
                    Outcome = report.Outcome,
                    Error = report.Error is { } error ? Describe(error, job.File) : null,
                    Waiting = [.. report.Waiting.Take(MostWaiting).Select(task => new ObservedWait(task.Task, FrameWriter.Cut(task.Name), FrameWriter.Cut(task.WaitsFor)) { Line = string.Equals(task.File, job.File, StringComparison.Ordinal) ? task.Line : null })],
                    ForeignPosts = report.ForeignPosts,
                    Elapsed = report.VirtualElapsed.TotalSeconds,
                    Trace = report.Trace.ToString(),
                    Table = FrameWriter.Cut(report.Table, LongestTable),
                    Divergence = FrameWriter.Cut(report.Divergence),
                    IsLast = !goesOn,
                    Output = output.Take() is { Length: > 0 } printed ? printed : null,
                };
                frames.Write(frame, log);
            }
        }
    }

    /// <summary>
    /// A loop that nothing can wake any more asks whether the thread pool does more than at its start. What the last run left there, and be it a
    /// thread that only looks for more to do, must not count as that start: a deadlock would be seen where there is none.
    /// </summary>
    private static void LetThePoolRest()
    {
        var since = Stopwatch.GetTimestamp();
        while (PoolIsBusy() && Stopwatch.GetElapsedTime(since) < s_poolRest)
            Thread.Sleep(1);

        static bool PoolIsBusy()
        {
            ThreadPool.GetMaxThreads(out var most, out _);
            ThreadPool.GetAvailableThreads(out var available, out _);
            return available < most || ThreadPool.PendingWorkItemCount > 0;
        }
    }

    /// <summary>The runtime compiles each method at its first call; those of the loop and the scopes are called here before it counts.</summary>
    private static void WarmUp()
    {
        var log = new EventLog();
        EventLoop.Run(
            () => TaskGroup.RunAsync(async group =>
            {
                var queue = new JoinableQueue<int>(1);
                var clock = EventLoop.Current!.TimeProvider;
                group.Start(async token =>
                {
                    while (true)
                    {
                        await queue.GetAsync(token);
                        await Task.Delay(TimeSpan.FromMilliseconds(1), clock, token);
                        queue.MarkDone();
                    }
                });
                for (var i = 0; i < 3; i++)
                    await queue.PutAsync(i, group.Token);
                await queue.JoinAsync(group.Token);
                group.Cancel();
            }),
            Schedule.For(1, log));
        new FrameWriter(Stream.Null).Write(new RunFrame { Kind = FrameKind.Run }, log);
    }

    /// <summary>The message of an exception; it may be the learner's own code.</summary>
    private static string MessageOf(Exception error)
    {
        try
        {
            return error.Message;
        }
        catch (Exception e)
        {
            return $"(its message cannot be read: {e.GetType().Name})";
        }
    }

    /// <summary>A grader that is ended cannot end its worker. Then the other end of this pipe is closed.</summary>
    private static void EndWithTheParent(Stream jobs) => new Thread(() =>
    {
        if (jobs.ReadByte() < 0)
            Process.GetCurrentProcess().Kill();
    })
    { IsBackground = true, Name = "parent watch" }.Start();

    /// <summary>The error that counts, and the learner's line that it came from.</summary>
    private static ObservedError Describe(Exception error, string file)
    {
        while (error is AggregateException or TypeInitializationException && error.InnerException is { } cause)
            error = cause;
        var line = new StackTrace(error, fNeedFileInfo: true).GetFrames()
            .FirstOrDefault(frame => string.Equals(frame.GetFileName(), file, StringComparison.Ordinal))?.GetFileLineNumber();
        return new ObservedError(FrameWriter.Cut(error.GetType().FullName!), FrameWriter.Cut(MessageOf(error)), line is > 0 ? $"{file}:{line}" : null);
    }

    /// <summary>
    /// Notices from a thread of its own that a run does not end, and sends how far it came before the parent ends the process. No timer:
    /// those would look to the event loop like something to wait for.
    /// </summary>
    private sealed class RunWatch : IDisposable
    {
        private readonly Lock _gate = new();
        private readonly TimeSpan _patience;
        private readonly FrameWriter _frames;
        private readonly ManualResetEventSlim _over = new();
        private (string Scenario, ulong Seed, EventLog Log)? _run;
        private long _since;

        public RunWatch(TimeSpan patience, FrameWriter frames)
        {
            _patience = patience;
            _frames = frames;
            new Thread(Watch) { IsBackground = true, Name = "run watch" }.Start();
        }

        public void Begin(string scenario, ulong seed, EventLog log)
        {
            lock (_gate)
            {
                _since = Stopwatch.GetTimestamp();
                _run = (scenario, seed, log);
            }
        }

        /// <returns>How long it took.</returns>
        public TimeSpan End()
        {
            lock (_gate)
            {
                var took = Stopwatch.GetElapsedTime(_since);
                _run = null;
                return took;
            }
        }

        public void Dispose() => _over.Set();

        private void Watch()
        {
            var every = _patience / 8 < s_watchEvery ? _patience / 8 : s_watchEvery;
            while (!_over.Wait(every))
            {
                (string Scenario, ulong Seed, EventLog Log)? stuck = null;
                var endless = false;
                lock (_gate)
                {
                    endless = _run?.Log.Count > EndlessEvents;
                    if (_run is { } run && (endless || Stopwatch.GetElapsedTime(_since) >= _patience))
                        (stuck, _run) = (run, null);
                }

                if (stuck is { } s)
                {
                    var elapsed = s.Log.Events is [.., var last] ? last.Time.TotalSeconds : 0;
                    _frames.Write(new RunFrame { Kind = FrameKind.Stuck, Outcome = Outcome.StepLimit, Scenario = s.Scenario, Seed = s.Seed, Elapsed = elapsed, Endless = endless }, s.Log);
                }
            }
        }
    }
}
