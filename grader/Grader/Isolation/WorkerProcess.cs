using System.ComponentModel;
using System.Diagnostics;
using System.IO.Pipes;
using System.Security.Cryptography;
using System.Threading.Channels;

namespace Grader;

/// <summary>How a worker process came to its end.</summary>
internal enum WorkerEnd
{
    /// <summary>It ran everything.</summary>
    Finished,

    /// <summary>It gave no sign of life for too long, and was ended.</summary>
    TimedOut,

    /// <summary>One run told more and more, and was ended.</summary>
    Endless,

    /// <summary>Something wrote on the worker's pipe that is not the worker's, and it was ended.</summary>
    Forged,

    /// <summary>It ended before its job was done.</summary>
    Crashed,

    /// <summary>It failed through the grader's own fault.</summary>
    Broken,
}

/// <summary>A worker process as its parent sees it. Serves one learner's file.</summary>
internal sealed class WorkerProcess : IDisposable
{
    // A process that only starts, on a machine with much else to do, is not the learner's endless loop.
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(30);

    private const int MostOutput = 8_000;

    // The others may hold what a stranger should not read.
    private static readonly string[] s_neededVariables = ["DOTNET_ROOT", "DOTNET_ROLL_FORWARD", "DOTNET_ROLL_FORWARD_TO_PRERELEASE", "LD_LIBRARY_PATH", "SystemRoot", "TEMP"];

    // Between the making of a pipe and the worker's start any other process that starts would inherit its ends.
    private static readonly Lock s_starting = new();

    private static WorkerProcess? s_ahead;

    private readonly string _secret = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    private readonly Process _process;
    private readonly AnonymousPipeServerStream _jobs = new(PipeDirection.Out, HandleInheritability.Inheritable);
    private readonly AnonymousPipeServerStream _pipe = new(PipeDirection.In, HandleInheritability.Inheritable);
    private readonly BoundedOutput _output = new(MostOutput);
    private readonly Thread[] _drains;
    private readonly Channel<(RunFrame Frame, ObservedLog? Log)> _frames =
        Channel.CreateBounded<(RunFrame, ObservedLog?)>(new BoundedChannelOptions(256) { SingleReader = true, SingleWriter = true });

    private WorkerProcess(string grader)
    {
        var start = new ProcessStartInfo(DotnetHost())
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "exec", grader, _jobs.GetClientHandleAsString(), _pipe.GetClientHandleAsString() },
        };
        foreach (var name in start.Environment.Keys.Except(s_neededVariables, StringComparer.OrdinalIgnoreCase).ToList())
            start.Environment.Remove(name);
        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // nobody attaches, and nothing is left in the system's temporary folder
        start.Environment["DOTNET_TieredPGO"] = "0"; // it lives for a second
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x20000000"; // 512 MiB: a leak ends the worker, not the machine
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        _process = Process.Start(start) ?? throw new InvalidOperationException("The worker process could not be started.");
        _jobs.DisposeLocalCopyOfClientHandle();
        _pipe.DisposeLocalCopyOfClientHandle();
        _process.StandardInput.Close();
        _drains = [Drain(_process.StandardOutput), Drain(_process.StandardError)];

        // Pipes cannot be read with a time limit everywhere: so a thread reads, and may be left behind.
        new Thread(ReadFrames) { IsBackground = true, Name = "worker frames" }.Start();
    }

    /// <summary>What it wrote to its standard streams: the runtime's last words when it crashed.</summary>
    public string Output => _output.Take();

    /// <summary>The exit code, once it is known.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>What the system keeps it from, once it has said so.</summary>
    public IReadOnlyList<string> Limits { get; private set; } = [];

    /// <summary>The one that was started ahead, or a new one. It warms up until it is given a job.</summary>
    public static WorkerProcess Take()
    {
        if (Interlocked.Exchange(ref s_ahead, null) is not { } ahead)
            return Start();
        if (!ahead._process.HasExited)
            return ahead;
        ahead.Dispose(); // somebody ended it
        return Start();
    }

    /// <summary>Starts one ahead of need: it waits for whoever takes one next, and ends with this process.</summary>
    public static void StartAhead()
    {
        try
        {
            if (s_ahead is null && Start() is var ahead && Interlocked.CompareExchange(ref s_ahead, ahead, null) is not null)
                ahead.Dispose(); // two at once: one is enough
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            // The system has none to give just now: whoever takes the next one is told so, if that is still true.
        }
    }

    /// <summary>A new one, for whom the next is no concern.</summary>
    public static WorkerProcess Start()
    {
        lock (s_starting)
            return new(typeof(WorkerProcess).Assembly.Location);
    }

    /// <summary>Gives it its job and takes what it sends.</summary>
    /// <param name="job">What to run.</param>
    /// <param name="compiled">The learner's code.</param>
    /// <param name="timeLimit">How long it may be without a frame.</param>
    /// <param name="runs">Receives each run.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<(WorkerEnd End, ObservedRun? Stuck, string? Trouble)> RunAsync(
        WorkerJob job, CompiledFile compiled, TimeSpan timeLimit, ICollection<ObservedRun> runs, CancellationToken cancellationToken)
    {
        ObservedRun? stuck = null;
        var order = new FrameOrder(job);
        var limit = s_startLimit;
        var isLoaded = false; // what happens before it is the grader's own affair
        var sending = Task.Run(() => Send(job, compiled), cancellationToken); // a pipe that nobody reads is soon full
        while (true)
        {
            bool more;
            try
            {
                more = await _frames.Reader.WaitToReadAsync(cancellationToken).AsTask().WaitAsync(limit, cancellationToken);
            }
            catch (ForgedFrameException)
            {
                return (WorkerEnd.Forged, stuck, null);
            }
            catch (TimeoutException)
            {
                return (isLoaded ? WorkerEnd.TimedOut : WorkerEnd.Broken, stuck, "The worker process did not start in time.");
            }

            if (!more)
            {
                ExitCode = await ExitAsync();
                return (isLoaded ? WorkerEnd.Crashed : WorkerEnd.Broken, stuck, isLoaded ? null : $"The worker process ended while it was starting. {Output}".TrimEnd());
            }

            while (_frames.Reader.TryRead(out var arrived))
            {
                cancellationToken.ThrowIfCancellationRequested(); // frames may come faster than they are taken, and then there is nothing to wait for
                var (frame, log) = arrived;
                if (!order.IsNext(frame))
                    return (WorkerEnd.Forged, stuck, null);
                switch (frame.Kind)
                {
                    case FrameKind.Ready:
                        Limits = frame.Limits ?? [];
                        await sending;
                        break;
                    case FrameKind.Loaded:
                        isLoaded = true;
                        limit = timeLimit;
                        break;
                    case FrameKind.Run:
                        stuck = null; // it was only slow
                        limit = timeLimit;
                        runs.Add(ObservedRun.From(frame, log!));
                        if (order.IsTooMuch)
                            return (WorkerEnd.Endless, runs.Last(), null);
                        break;
                    case FrameKind.Stuck:
                        if (runs.LastOrDefault() is { } ended && ended.Scenario == frame.Scenario && ended.Seed == frame.Seed)
                            break; // it ended while this was being written
                        stuck = ObservedRun.From(frame, log!);
                        if (frame.Endless)
                            return (WorkerEnd.Endless, stuck, null);
                        limit = timeLimit - job.Patience; // a last word is no sign of life
                        break;
                    case FrameKind.Finished:
                        return (WorkerEnd.Finished, stuck, null);
                    default:
                        return (WorkerEnd.Broken, stuck, frame.Error?.Message);
                }
            }
        }
    }

    /// <summary>Ends the process and everything it started.</summary>
    public void Dispose()
    {
        _frames.Writer.TryComplete(); // nobody takes frames any more: the reading thread lets go
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // it has ended by itself, or is ending: then some systems refuse
        }

        // The pipes and the process's handles stay until their reading threads let go: closing them here could wait for a stranger who holds the other end.
    }

    private static string DotnetHost()
    {
        // <root>/shared/Microsoft.NETCore.App/<version>/System.Private.CoreLib.dll: the host of the very runtime that runs this.
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        var host = Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        return File.Exists(host) ? host : "dotnet";
    }

    private void Send(WorkerJob job, CompiledFile compiled)
    {
        try
        {
            (job with { Secret = _secret }).Write(_jobs, compiled.Assembly, compiled.Symbols);
            _jobs.Flush();
        }
        catch (IOException)
        {
            // it died before it could read: the missing frames say so
        }
    }

    private void ReadFrames()
    {
        var reader = new FrameReader(new BufferedStream(_pipe, 64 * 1024), _secret);
        try
        {
            while (reader.Read() is { } arrived)
            {
                while (!_frames.Writer.TryWrite(arrived))
                {
                    // The judge is behind: wait for room, and the worker waits at its full pipe.
#pragma warning disable VSTHRD002 // this thread does nothing else
                    if (!_frames.Writer.WaitToWriteAsync().AsTask().GetAwaiter().GetResult())
                        return;
#pragma warning restore VSTHRD002
                }
            }

            _frames.Writer.TryComplete();
        }
        catch (ForgedFrameException e)
        {
            _frames.Writer.TryComplete(e);
        }
    }

    private Thread Drain(StreamReader reader)
    {
        var thread = new Thread(() =>
        {
            var buffer = new char[4096];
            try
            {
                while (reader.Read(buffer) is > 0 and var read)
                    _output.Write(buffer.AsSpan(0, read));
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // it has ended
            }
        })
        { IsBackground = true, Name = "worker output" };
        thread.Start();
        return thread;
    }

    private async Task<int?> ExitAsync()
    {
        try
        {
            await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(2), CancellationToken.None);
            foreach (var drain in _drains)
                drain.Join(TimeSpan.FromSeconds(1)); // its last words; not longer, since a stranger may hold the stream open
            return _process.ExitCode;
        }
        catch (TimeoutException)
        {
            return null; // it closed its pipe and lives on: it is ended with its tree
        }
    }
}
