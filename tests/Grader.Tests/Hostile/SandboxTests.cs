using System.Diagnostics;
using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Grader.Linux;

namespace Grader.Tests.Hostile;

/// <summary>Native code, reflection, threads of its own: what the compiler would refuse does no harm either.</summary>
/// <remarks>Where the system offers nothing, a report names no limit, and these tests are skipped.</remarks>
public sealed class SandboxTests : IDisposable
{
    private const string Files = "no file created, changed or deleted (seccomp)";
    private const string Reading = "no file read but the libraries of the runtime and the kit (Landlock)";
    private const string Memory = "at most 1536 MiB of memory, the stacks of threads included (setrlimit)";

    private readonly string _folder = Directory.CreateTempSubdirectory("grader-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Limits_WhatTheKernelOffers_Holds()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there is nothing of the kind on this system");
        var result = await RawProgram.RunAsync("");

        Assert.Equal(WorkerEnd.Finished, result.End);
        Assert.Contains(Memory, result.Limits);
        Assert.Equal(File.Exists("/proc/sys/kernel/seccomp/actions_avail"), result.Limits.Contains(Files, StringComparer.Ordinal));
        Assert.Equal(FileRights.Version > 0, result.Limits.Contains(Reading, StringComparer.Ordinal));
    }

    [Fact]
    public void Kit_WhatTheLessonRefersTo_MayBeRead()
    {
        var needed = new HashSet<string>(StringComparer.Ordinal);
        Add(typeof(Workshop.Lesson.SimulatedWork).Assembly);

        Assert.Subset(Sandbox.Kit.ToHashSet(StringComparer.Ordinal), needed);
        Assert.DoesNotContain("Checks", Sandbox.Kit);

        void Add(Assembly library)
        {
            // The framework's own lie elsewhere.
            if (!File.Exists(Path.Combine(AppContext.BaseDirectory, $"{library.GetName().Name}.dll")) || !needed.Add(library.GetName().Name!))
                return;
            foreach (var reference in library.GetReferencedAssemblies())
                Add(Assembly.Load(reference));
        }
    }

    [Fact]
    public async Task Filter_EveryCallOnTheList_IsRefused()
    {
        // Two of them take no arguments that could be wrong: a fork where nothing refuses it would have two processes go on from here.
        var calls = SystemCallFilter.Refused.Where(call => call.Name is not ("fork" or "vfork")).ToList();
        var result = await RawProgram.RunAsync(string.Concat(calls.Select(call => $"Try(\"{call.Name}\", () => Call({call.Number}));\n")));
        Assert.SkipUnless(result.Limits.Contains(Files, StringComparer.Ordinal), "this system has no filter of system calls");

        Assert.Equal(calls.Select(call => (call.Name, "done error 13")), result.Lines.Select(line => (line.Key, line.Value)));
    }

    [Fact]
    public async Task Filter_CallsThatDependOnTheirArguments_AreRefusedWhereTheyReachOut()
    {
        var me = Environment.ProcessId;
        var result = await RawProgram.RunAsync(
            $"""
            Try("signal the grader", () => kill({me}, 0) < 0 ? Marshal.GetLastPInvokeError() : 0);
            Try("signal the grader's group", () => kill(0, 0) < 0 ? Marshal.GetLastPInvokeError() : 0);
            Try("signal everybody", () => kill(-1, 0) < 0 ? Marshal.GetLastPInvokeError() : 0);
            Try("signal itself", () => kill(Environment.ProcessId, 0));
            Try("fork", () => fork() < 0 ? Marshal.GetLastPInvokeError() : 0);
            Try("have the kernel signal the grader", () => fcntl(0, 8, {me}) < 0 ? Marshal.GetLastPInvokeError() : 0);
            Try("type on the terminal", () => ioctl(0, 0x5412, 0) < 0 ? Marshal.GetLastPInvokeError() : 0);
            Try("raise a limit", () => setrlimit(2, new ulong[] [long.MaxValue, long.MaxValue]) < 0 ? Marshal.GetLastPInvokeError() : 0);
            Try("run before all others", () => sched_setscheduler(0, 1, new int[] [1]) < 0 ? Marshal.GetLastPInvokeError() : 0);
            Try("memory that nobody counts", () => (long)mmap(0, 1 << 30, 3, 0x21, -1, 0));
            Try("open in a newer way", () => Call(437));
            Try("a call that is not yet known", () => Call(460));
            """.Replace("new ulong[] [", "(ulong[])[", StringComparison.Ordinal).Replace("new int[] [", "(int[])[", StringComparison.Ordinal),
            """
            [DllImport("libc", SetLastError = true)] private static extern int kill(int pid, int signal);
            [DllImport("libc", SetLastError = true)] private static extern int fork();
            [DllImport("libc", SetLastError = true)] private static extern int fcntl(int file, int command, int argument);
            [DllImport("libc", SetLastError = true)] private static extern int ioctl(int file, ulong command, long argument);
            [DllImport("libc", SetLastError = true)] private static extern int setrlimit(int limit, ulong[] values);
            [DllImport("libc", SetLastError = true)] private static extern int sched_setscheduler(int pid, int policy, int[] priority);
            [DllImport("libc", SetLastError = true)] private static extern nint mmap(nint at, nint length, int protection, int flags, int file, nint offset);
            """);
        Assert.SkipUnless(result.Limits.Contains(Files, StringComparer.Ordinal), "this system has no filter of system calls");

        Assert.Equal(
            [
                ("signal the grader", "done 13"), ("signal the grader's group", "done 13"), ("signal everybody", "done 13"), ("signal itself", "done 0"), ("fork", "done 13"),
                ("have the kernel signal the grader", "done 13"), ("type on the terminal", "done 13"), ("raise a limit", "done 13"), ("run before all others", "done 13"),
                ("memory that nobody counts", "done -1"), ("open in a newer way", "done error 38"), ("a call that is not yet known", "done error 38"),
            ],
            result.Lines.Select(line => (line.Key, line.Value)));
    }

    [Fact]
    public async Task Files_FromEveryThread_AreNeitherReadNorWritten()
    {
        var precious = Path.Combine(_folder, "precious");
        await File.WriteAllTextAsync(precious, "my thesis", TestContext.Current.CancellationToken);
        var result = await RawProgram.RunAsync(
            """
            Everything("main");
            Join(new Thread(() => Everything("thread")));
            var pool = new ManualResetEvent(false);
            ThreadPool.UnsafeQueueUserWorkItem(_ => { Everything("pool"); pool.Set(); }, null);
            pool.WaitOne();
            var timed = new ManualResetEvent(false);
            using var timer = new System.Threading.Timer(_ => { Everything("timer"); timed.Set(); }, null, 1, Timeout.Infinite);
            timed.WaitOne();
            var signalled = new ManualResetEvent(false);
            using var signal = PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => { Everything("signal"); signalled.Set(); });
            kill(Environment.ProcessId, 18);
            signalled.WaitOne();
            Drop();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            """,
            $$"""
            private static void Everything(string thread)
            {
                Try($"{thread} reads", () => File.ReadAllText("{{precious}}"));
                Try($"{thread} reads the solution", () => File.ReadAllText("{{Repository.FindRoot()}}/solutions/03-join-the-queue/Solution.cs").Length);
                Try($"{thread} lists", () => Directory.GetFiles("{{_folder}}").Length);
                Try($"{thread} loads the checks", () => Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, "Checks.dll")).FullName);
                Try($"{thread} reads the grader's environment", () => File.ReadAllText("/proc/{{Environment.ProcessId}}/environ").Length);
                Try($"{thread} reads the grader's memory", () => File.OpenRead("/proc/{{Environment.ProcessId}}/mem").Length);
                Try($"{thread} writes", () => { File.WriteAllText("{{precious}}", ""); return ""; });
                Try($"{thread} deletes", () => { File.Delete("{{precious}}"); return ""; });
            }

            private static void Join(Thread thread) { thread.Start(); thread.Join(); }

            private static void Drop() => _ = new Dropped();

            private sealed class Dropped { ~Dropped() => Everything("finaliser"); }

            [DllImport("libc")] private static extern int kill(int pid, int signal);
            """);
        Assert.SkipUnless(result.Limits.Contains(Files, StringComparer.Ordinal) && result.Limits.Contains(Reading, StringComparer.Ordinal), "this system keeps no files from a process");

        Assert.Equal(6 * 8, result.Lines.Count);
        Assert.All(result.Lines, line => Assert.True(line.Value is "UnauthorizedAccessException" or "FileLoadException", $"{line.Key}: {line.Value}"));
        Assert.Equal("my thesis", await File.ReadAllTextAsync(precious, TestContext.Current.CancellationToken));
        Assert.Equal([precious], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task Network_SomebodyListens_HearsNothing()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var result = await RawProgram.RunAsync($"""
            Try("TCP", () => new System.Net.Sockets.TcpClient("127.0.0.1", {port}));
            Try("UDP", () => new System.Net.Sockets.UdpClient());
            Try("Unix", () => new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, default));
            Try("HTTP", () => new System.Net.Http.HttpClient().GetStringAsync("http://127.0.0.1:{port}/").Result);
            Try("process", () => System.Diagnostics.Process.Start("/bin/true"));
            """);
        Assert.SkipUnless(result.Limits.Contains(Files, StringComparer.Ordinal), "this system has no filter of system calls");

        Assert.Equal(
            [("TCP", "SocketException"), ("UDP", "SocketException"), ("Unix", "SocketException"), ("HTTP", "HttpRequestException"), ("process", "Win32Exception")],
            result.Lines.Select(line => (line.Key, line.Value)));
        Assert.False(listener.Pending());
    }

    [Theory]
    [InlineData("unmanaged memory", "unsafe { while (true) NativeMemory.Fill(NativeMemory.Alloc(1 << 26), 1 << 26, 1); }")]
    [InlineData("memory of the marshaller", "while (true) Marshal.AllocHGlobal(1 << 26);")]
    [InlineData("threads that hold the process", "while (true) new Thread(() => Thread.Sleep(Timeout.Infinite)).Start();")]
    public async Task Memory_WithoutEnd_EndsTheWorkerOnly(string kind, string statements)
    {
        var result = await RawProgram.RunAsync(statements);
        Assert.SkipUnless(result.Limits.Contains(Memory, StringComparer.Ordinal), "this system sets no limit to a process's memory");

        Assert.True(result.End == WorkerEnd.Crashed, $"{kind}: {result.End}");
        Assert.Empty(result.Runs);
    }

    [Theory]
    [InlineData("a frame without the secret", "Say([.. Text(\"\"), .. Text(\"{\\\"Kind\\\":\\\"Finished\\\"}\")]);")]
    [InlineData("a frame with another secret", "Say([.. Text(new string('0', 32)), .. Text(\"{\\\"Kind\\\":\\\"Finished\\\"}\")]);")]
    [InlineData("a broken worker", "Say([.. Text(\"\"), .. Text(\"{\\\"Kind\\\":\\\"Broken\\\"}\")]);")]
    [InlineData("no frame at all", "Say([]);")]
    [InlineData("bytes", "Write([255, 255, 255, 127, 0, 1, 2]);")]
    [InlineData("half a frame", "Write([100, 0, 0, 0, 1]);")]
    [InlineData("bytes without end", "while (true) Write(new byte[1_000_000]);")]
    public async Task Pipe_SomebodyElseWritesOnIt_EndsTheWorker(string kind, string statements)
    {
        var result = await RawProgram.RunAsync(
            statements,
            """
            private static byte[] Text(string text) => [(byte)text.Length, .. System.Text.Encoding.UTF8.GetBytes(text)];

            private static void Say(byte[] frame) => Write([.. BitConverter.GetBytes(frame.Length), .. frame]);

            private static void Write(byte[] bytes)
            {
                // The pipe's number is the second argument that the worker was started with.
                var number = int.Parse(File.ReadAllText("/proc/self/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries)[^1]);
                using var pipe = new FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(number, ownsHandle: false), FileAccess.Write, 0);
                pipe.Write(bytes);
            }
            """,
            TimeSpan.FromSeconds(5));
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the program finds the pipe's number in /proc");

        Assert.True(result.End == WorkerEnd.Forged, $"{kind}: {result.End}");
        Assert.Empty(result.Runs);
    }

    [Fact]
    public async Task Worker_IsAskedForItsLibraries_KnowsNeitherCompilerNorChecks()
    {
        var result = await RawProgram.RunAsync("""
            Console.WriteLine($"libraries: {string.Join(' ', AppDomain.CurrentDomain.GetAssemblies().Select(a => a.GetName().Name))}");
            """);

        var libraries = result.Lines["libraries"].Split(' ');
        Assert.Contains("StructuredConcurrency.Simulation", libraries);
        Assert.DoesNotContain(libraries, name => name.Contains("CodeAnalysis", StringComparison.Ordinal) || name.Contains("Rewriting", StringComparison.Ordinal) || name == "Checks");
    }

    [Fact]
    public async Task Worker_LeavesThreadsTimersAndTasks_DoesNotOutliveTheCheck()
    {
        var result = await RawProgram.RunAsync("""
            Console.WriteLine($"process: {Environment.ProcessId}");
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Thread.Sleep(Timeout.Infinite);
            new Thread(() => Thread.Sleep(Timeout.Infinite)).Start();
            _ = Task.Run(async () => { while (true) await Task.Delay(1); });
            GC.KeepAlive(new System.Threading.Timer(_ => Console.WriteLine("still here"), null, 0, 1));
            """);

        Assert.Equal(WorkerEnd.Finished, result.End);
        await AssertEndsAsync(int.Parse(result.Lines["process"]));
    }

    [Fact]
    public async Task Worker_GraderIsKilled_EndsByItself()
    {
        using var jobs = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.Inheritable);
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
        using var worker = Process.Start("dotnet", ["exec", typeof(WorkerProcess).Assembly.Location, jobs.GetClientHandleAsString(), pipe.GetClientHandleAsString()]);
        jobs.DisposeLocalCopyOfClientHandle();
        pipe.DisposeLocalCopyOfClientHandle();
        var (job, compiled) = RawProgram.Prepare("while (true) { }");
        job.Write(jobs, compiled.Assembly, compiled.Symbols);
        await jobs.FlushAsync(TestContext.Current.CancellationToken);
        var frames = new FrameReader(new BufferedStream(pipe));
        Assert.Equal(FrameKind.Ready, frames.Read()?.Frame.Kind);
        Assert.Equal(FrameKind.Loaded, frames.Read()?.Frame.Kind);

        await jobs.DisposeAsync(); // as the system does with what a killed process had open

        await AssertEndsAsync(worker.Id);
    }

    private static async Task AssertEndsAsync(int process)
    {
        try
        {
            using var worker = Process.GetProcessById(process);
            await worker.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        }
        catch (ArgumentException)
        {
            // it has ended
        }
    }
}
