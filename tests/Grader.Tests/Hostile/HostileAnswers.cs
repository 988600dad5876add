namespace Grader.Tests.Hostile;

/// <summary>What learners, their mistakes and those who would like to have marks without work hand in.</summary>
internal static class HostileAnswers
{
    private const string NoSignOfLife = "The program gave no sign of life for 1 s in scenario 'an ordinary morning', seed 0";
    private const string UsedUp = "The program used up all the memory that it may have in scenario 'an ordinary morning', seed 0.";
    private const string EndedItself = "The program ended its whole process by itself in scenario 'an ordinary morning', seed 0.";
    private const string RoundAndRound = "The program went round and round without a pause in scenario 'an ordinary morning', seed 0";
    private const string NobodyJoined = "Nobody joined the tray.";
    private const string TheChecksCall = "The checks call 'public static Task RunAsync(PrintShop, CancellationToken)' of the public class 'JoinTheQueue'";

    public static IReadOnlyList<HostileAnswer> All { get; } = [.. Endless(), .. Greedy(), .. Ending(), .. Reaching(), .. Cheating(), .. Misshapen()];

    private static IEnumerable<HostileAnswer> Endless() =>
    [
        Doing("loop without an await", "while (true) { }", Verdict.Timeout, NoSignOfLife),
        Doing("loop of awaits that never pause", "while (true) await Task.CompletedTask;", Verdict.Timeout, NoSignOfLife),
        Doing("loop that yields", "while (true) await Task.Yield();", Verdict.StepLimit, "went on and on"),
        Doing("loop in a static constructor", "", Verdict.Timeout, NoSignOfLife, "static JoinTheQueue() { while (true) { } }"),
        Doing("loop in a finaliser", "_ = new Clinging(); GC.Collect(); GC.WaitForPendingFinalizers();", Verdict.BlockedThread, "blocked the only thread", "private sealed class Clinging { ~Clinging() { while (true) { } } }"),
        Doing(
            "loop in a ToString that the log calls", "var tray = new JoinableQueue<Endless>(); await tray.PutAsync(new Endless(), token);", Verdict.Timeout, NoSignOfLife,
            "private sealed class Endless { public override string ToString() { while (true) { } } }"),
        Doing("loop in a cancellation's callback", "using var source = new CancellationTokenSource(); source.Token.Register(() => { while (true) { } }); source.Cancel();", Verdict.Timeout, NoSignOfLife),
        Doing("loop in an exception filter", "try { throw new FormatException(); } catch (FormatException) when (Wait()) { }", Verdict.Timeout, NoSignOfLife, "private static bool Wait() { while (true) { } }"),
        Doing("loop in the message of an exception", "throw new Endless();", Verdict.Timeout, NoSignOfLife, "private sealed class Endless : Exception { public override string Message { get { while (true) { } } } }"),
        Doing("loop that catches everything", "while (true) { try { throw new InvalidOperationException(); } catch { } }", Verdict.Timeout, NoSignOfLife),
        Doing("lock that is never given back", "var gate = new object(); new Thread(() => { lock (gate) Thread.Sleep(Timeout.Infinite); }).Start(); Thread.Sleep(50); lock (gate) { }", Verdict.Fail, "A thread of its own runs outside the event loop"),
        Doing("wait for itself", "new TaskCompletionSource().Task.Wait();", Verdict.BlockedThread, "blocked the only thread"),
        Doing("wait for nothing", "await new TaskCompletionSource().Task;", Verdict.Deadlock, "main waits for a task that somebody must complete"),
        Doing(
            "cancellation swallowed without a pause",
            """
            await TaskGroup.RunAsync(async group =>
            {
                group.Start(async t => { while (true) { try { await shop.PrintAsync(new Order(1), t); } catch (OperationCanceledException) { } } }, "press 1");
                await shop.ReceiveOrderAsync(1, token);
                group.Cancel();
            });
            """,
            Verdict.StepLimit, RoundAndRound),
        Doing("lines without end", "while (true) shop.Say(\"again\");", Verdict.StepLimit, RoundAndRound),
        Doing("children without end", "await TaskGroup.RunAsync(group => { while (true) group.Start(t => Task.CompletedTask); });", Verdict.StepLimit, RoundAndRound),
    ];

    private static IEnumerable<HostileAnswer> Greedy() =>
    [
        Doing("managed memory", "var kept = new List<int[]>(); while (true) kept.Add(new int[1_000_000]);", Verdict.Crash, UsedUp),
        Doing("one huge array", "var huge = new byte[int.MaxValue / 2]; GC.KeepAlive(huge);", Verdict.Crash, UsedUp),
        Doing("one huge string", "var text = new System.Text.StringBuilder(); while (true) text.Append('x', 1_000_000);", Verdict.Crash, UsedUp),
        Doing("memory that is given back only by swallowing the error", "var kept = new List<int[]>(); while (true) { try { while (true) kept.Add(new int[1_000_000]); } catch (OutOfMemoryException) { } }", Verdict.Timeout, NoSignOfLife),
        Doing("threads by the thousand", "for (var i = 0; i < 5_000; i++) new Thread(() => Thread.Sleep(Timeout.Infinite)).Start();", Verdict.Fail, "A thread of its own runs outside the event loop"),
        Doing("pool threads by the thousand", "ThreadPool.SetMinThreads(5_000, 5_000); for (var i = 0; i < 5_000; i++) _ = Task.Factory.StartNew(() => Thread.Sleep(100), token, TaskCreationOptions.LongRunning, TaskScheduler.Default);", Verdict.Fail, NobodyJoined),
        Doing("output by the line", "while (true) Console.WriteLine(\"again\");", Verdict.Timeout, NoSignOfLife),
        Doing("errors by the line", "while (true) Console.Error.WriteLine(\"again\");", Verdict.Timeout, NoSignOfLife),
        Doing("output past the console", "var screen = Console.OpenStandardOutput(); var block = new byte[65_536]; while (true) screen.Write(block);", Verdict.Timeout, NoSignOfLife),
        Doing("one line of a hundred megabytes", "Console.Write(new string('x', 100_000_000)); Console.Error.Write(new string('x', 100_000_000));", Verdict.Fail, NobodyJoined),
        Doing("an error with a message of a hundred megabytes", "throw new InvalidOperationException(new string('x', 50_000_000));", Verdict.Fail, "InvalidOperationException: xxx"),
        Doing("names of a hundred megabytes", "await TaskGroup.RunAsync(async group => { group.Start(t => shop.PrintAsync(new Order(1), t), new string('x', 20_000_000)); await Task.Yield(); });", Verdict.Fail, NobodyJoined),
        Doing("an endless recursion", "await Again(0); static Task Again(int n) => n < 0 ? Task.CompletedTask : Task.WhenAll(Again(n + 1));", Verdict.Crash, "Stack overflow"),
    ];

    private static IEnumerable<HostileAnswer> Ending() =>
    [
        Doing("Environment.Exit", "Console.WriteLine(\"PASS\"); Environment.Exit(0);", Verdict.Crash, EndedItself),
        Doing("Environment.Exit with another code", "Environment.Exit(70);", Verdict.Crash, "The process that ran the program died in scenario 'an ordinary morning', seed 0 (exit code 70)."),
        Doing("Environment.FailFast", "Environment.FailFast(\"enough\");", Verdict.Crash, "enough"),
        Doing("Process.Kill of itself", "System.Diagnostics.Process.GetCurrentProcess().Kill();", Verdict.Crash, "The process that ran the program died"),
        Doing("exception that nobody can catch", "ThreadPool.UnsafeQueueUserWorkItem(_ => throw new InvalidOperationException(\"on my own\"), null); await Task.Delay(1);", Verdict.Fail, "on my own"),
        Doing("exception in a finaliser", "_ = new Clinging(); GC.Collect(); GC.WaitForPendingFinalizers();", Verdict.Crash, "The process that ran the program died", "private sealed class Clinging { ~Clinging() => throw new InvalidOperationException(); }"),
        Doing("handler that keeps the process from ending", "AppDomain.CurrentDomain.ProcessExit += (_, _) => { while (true) { } }; Environment.Exit(0);", Verdict.Crash, EndedItself),
        Doing("handler of every exception that throws", "AppDomain.CurrentDomain.FirstChanceException += (_, _) => throw new FormatException(); throw new InvalidOperationException();", Verdict.Crash, "The process that ran the program died"),
        Doing("Debugger.Break", "System.Diagnostics.Debugger.Break(); System.Diagnostics.Debugger.Launch();", Verdict.Fail, NobodyJoined),
        Doing("RunAsync that throws at once", "", Verdict.Fail, "RunAsync ended with FormatException: no") with { Source = Entry("public static Task RunAsync(PrintShop shop, CancellationToken token) => throw new FormatException(\"no\");") },
        Doing("RunAsync that returns null", "", Verdict.Fail, "JoinTheQueue.RunAsync returned null instead of a task.") with { Source = Entry("public static Task RunAsync(PrintShop shop, CancellationToken token) => null!;") },
    ];

    private static IEnumerable<HostileAnswer> Reaching() =>
    [
        Doing("writing a file", "File.WriteAllText(\"FOLDER/harm\", \"PASS\");", Verdict.Fail, "UnauthorizedAccessException"),
        Doing("deleting a file", "File.Delete(\"FOLDER/precious\");", Verdict.Fail, "UnauthorizedAccessException"),
        Doing("deleting its own library", "File.Delete(Path.Combine(AppContext.BaseDirectory, \"Grader.dll\"));", Verdict.Fail, "UnauthorizedAccessException"),
        Doing("moving a folder", "Directory.Move(\"FOLDER\", \"FOLDER-moved\");", Verdict.Fail, "Exception"),
        Doing("reading the solution", "Console.WriteLine(File.ReadAllText(\"ROOT/solutions/03-join-the-queue/Solution.cs\"));", Verdict.Fail, "UnauthorizedAccessException"),
        Doing("reading the checks", "Console.WriteLine(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, \"Checks.dll\")).Length);", Verdict.Fail, "UnauthorizedAccessException"),
        Doing("reading the grader's environment", "Console.WriteLine(File.ReadAllText($\"/proc/GRADER/environ\"));", Verdict.Fail, "UnauthorizedAccessException"),
        Doing("writing to an open handle by its number", "File.WriteAllText(\"/proc/self/fd/1\", \"PASS\");", Verdict.Fail, "UnauthorizedAccessException"),
        Doing("starting a shell", "System.Diagnostics.Process.Start(\"/bin/sh\", \"-c :\");", Verdict.Fail, "Permission denied"),
        Doing("starting processes without end", "while (true) { try { System.Diagnostics.Process.Start(\"/bin/sh\", \"-c 'sleep 60'\"); } catch (System.ComponentModel.Win32Exception) { } }", Verdict.Timeout, NoSignOfLife),
        Doing("killing the grader", "System.Diagnostics.Process.GetProcessById(GRADER).Kill();", Verdict.Fail, "is not running"),
        Doing("a web request", "using var client = new HttpClient(); await client.GetStringAsync(\"http://127.0.0.1:PORT/\");", Verdict.Fail, "HttpRequestException"),
        Doing("a socket", "new System.Net.Sockets.TcpClient().Connect(\"127.0.0.1\", PORT);", Verdict.Fail, "SocketException"),
        Doing("a listener", "new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0).Start();", Verdict.Fail, "SocketException"),
        Doing("a name's address", "await System.Net.Dns.GetHostAddressesAsync(\"localhost\");", Verdict.Fail, "SocketException"),
        Doing("waiting for the keyboard", "if (Console.In.ReadLine() is null) throw new FormatException(\"nobody there\");", Verdict.Fail, "nobody there"),
        Doing("reading the environment", "throw new FormatException(string.Join(' ', Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(name => !name.StartsWith(\"DOTNET_\")).Append(\"and no more\")));", Verdict.Fail, "FormatException: and no more"),
    ];

    private static IEnumerable<HostileAnswer> Cheating() =>
    [
        Doing("printing PASS", "Console.WriteLine(\"PASS\"); Console.WriteLine(\"{\\\"Kind\\\":\\\"Finished\\\"}\");", Verdict.Fail, NobodyJoined),
        OffLimits("reflection over the worker", "typeof(JoinableQueue<int>).GetMethods();", "GetMethods"),
        Doing("reflection by dynamic", "dynamic type = typeof(int); type.GetMethods();", Verdict.BuildError, "Microsoft.CSharp.RuntimeBinder"),
        OffLimits("reflection by expressions", "System.Linq.Expressions.Expression.Call(typeof(GC), \"Collect\", null);", "Expression"),
        OffLimits("reflection by a delegate", "Delegate.CreateDelegate(typeof(Action), typeof(GC), \"Collect\");", "CreateDelegate"),
        OffLimits("loading another library", "System.Runtime.Loader.AssemblyLoadContext.Default.LoadFromAssemblyPath(\"x\");", "AssemblyLoadContext"),
        OffLimits("looking for libraries", "AppDomain.CurrentDomain.GetAssemblies();", "GetAssemblies"),
        OffLimits("libc by P/Invoke", "_ = getppid();", "DllImport", "[System.Runtime.InteropServices.DllImport(\"libc\")] private static extern int getppid();"),
        OffLimits("memory of one's own", "System.Runtime.InteropServices.Marshal.AllocHGlobal(100);", "AllocHGlobal"),
        OffLimits("memory of others", "System.Runtime.CompilerServices.Unsafe.AsRef(in s_x) = 1;", "AsRef", "private static readonly int s_x;"),
        OffLimits("private members by an accessor", "", "UnsafeAccessor", "[System.Runtime.CompilerServices.UnsafeAccessor(System.Runtime.CompilerServices.UnsafeAccessorKind.Field, Name = \"_work\")] private static extern ref SimulatedWork Work(PrintShop shop);"),
        OffLimits("types laid over one another", "", "FieldOffset", "[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Explicit)] private struct Both { [System.Runtime.InteropServices.FieldOffset(0)] public object A; [System.Runtime.InteropServices.FieldOffset(0)] public string B; }"),
        OffLimits("the worker's pipe by its number", "new System.IO.Pipes.AnonymousPipeClientStream(System.IO.Pipes.PipeDirection.Out, \"5\").WriteByte(1);", "AnonymousPipeClientStream"),
        OffLimits("a file by its number", "new FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(5, false), FileAccess.Write).WriteByte(1);", "SafeFileHandle"),
        OffLimits("a forged line of the world", "ScopeTracing.Line(\"REFUND 3 0.100\");", "Line"),
        OffLimits("forged work", "StructuredConcurrency.ScopeTracing.WorkStarted(\"1\"); ScopeTracing.WorkEnded(\"1\", ScopeOutcome.Succeeded);", "WorkStarted"),
        OffLimits("forged work by another name", "Tell.WorkStarted(\"1\");", "WorkStarted") is var aliased ? aliased with { Source = "using Tell = StructuredConcurrency.ScopeTracing;\n" + aliased.Source } : aliased!,
        OffLimits("forged work by a static import", "WorkStarted(\"1\");", "WorkStarted") is var imported ? imported with { Source = "using static StructuredConcurrency.ScopeTracing;\n" + imported.Source } : imported!,
        OffLimits("work of its own making", "await new SimulatedWork(1, shop.Clock, null).ProcessAsync(1, token);", "SimulatedWork"),
        OffLimits("a world of its own making", "var other = new PrintShop(null!); other.Say(\"\");", "new PrintShop"),
        OffLimits("a world of its own making, unnamed", "PrintShop other = new(new() { Orders = 1, Presses = 1, Seed = 1 });", "new PrintShop"),
        OffLimits("work that nobody is to hear of", "using (ExecutionContext.SuppressFlow()) await Task.Yield();", "SuppressFlow"),
        Doing("unsafe code", "unsafe { int* p = null; *p = 1; }", Verdict.BuildError, "Unsafe code may only appear if compiling with /unsafe"),
        new("a world that bears the name of the kit's", "namespace Workshop.Lesson.Exercises { public sealed class PrintShop; } " + Entry("public static Task RunAsync(Workshop.Lesson.Exercises.PrintShop shop, CancellationToken token) => Task.CompletedTask;"), Verdict.BuildError, TheChecksCall),
        new("a token that bears the name of the runtime's", "namespace System.Threading { public struct CancellationToken; } " + Entry("public static Task RunAsync(PrintShop shop, CancellationToken token) => Task.CompletedTask;"), Verdict.BuildError, TheChecksCall),
    ];

    private static IEnumerable<HostileAnswer> Misshapen() =>
    [
        new("no text", "", Verdict.BuildError, TheChecksCall),
        new("null bytes", new string('\0', 1_000), Verdict.BuildError, "Unexpected character"),
        new("no class", "public interface INothing;", Verdict.BuildError, TheChecksCall),
        new("the class twice", Entry("") + Entry(""), Verdict.BuildError, "already contains a definition for 'JoinTheQueue'"),
        new("the class in a namespace", "namespace Mine; " + Entry("public static Task RunAsync(PrintShop shop, CancellationToken token) => Task.CompletedTask;"), Verdict.BuildError, TheChecksCall),
        new("a generic RunAsync", Entry("public static Task RunAsync<T>(PrintShop shop, CancellationToken token) => Task.CompletedTask;"), Verdict.BuildError, TheChecksCall),
        new("a private RunAsync", Entry("private static Task RunAsync(PrintShop shop, CancellationToken token) => Task.CompletedTask;"), Verdict.BuildError, TheChecksCall),
        new("an instance's RunAsync", "public class JoinTheQueue { public Task RunAsync(PrintShop shop, CancellationToken token) => Task.CompletedTask; }", Verdict.BuildError, TheChecksCall),
        new("an abstract class in another class", "public class Outer { public static class JoinTheQueue { public static Task RunAsync(PrintShop shop, CancellationToken token) => Task.CompletedTask; } }", Verdict.BuildError, TheChecksCall),
        new("a RunAsync that returns nothing", Entry("public static async void RunAsync(PrintShop shop, CancellationToken token) { }"), Verdict.BuildError, TheChecksCall),
        new("a directive that fails", "#error I give up\n" + Entry(""), Verdict.BuildError, "I give up"),
        new("a script's directive", "#r \"Grader.dll\"\n" + Entry(""), Verdict.BuildError, "#r"),
        new("a class that is its own ancestor without end", "public class C<T> : C<C<C<T>>>; " + Entry(""), Verdict.BuildError, "Circular base type dependency"),
        new("a type that grows whenever it is used", "public class Grown<T> { public static int Depth(int n) => n == 0 ? 0 : Grown<Grown<T>>.Depth(n - 1); } " + Entry("public static Task RunAsync(PrintShop shop, CancellationToken token) { _ = Grown<int>.Depth(int.MaxValue); return Task.CompletedTask; }"), Verdict.Crash, "Stack overflow"),
        new("a struct that contains itself by way of a generic", "public struct S<T>; public struct Node { public S<Node> Next; } " + Entry("public static Node N; public static Task RunAsync(PrintShop shop, CancellationToken token) => Task.CompletedTask;"), Verdict.Fail, NobodyJoined),
        new("ten thousand methods", Entry("public static Task RunAsync(PrintShop s,CancellationToken t)=>Task.CompletedTask;" + string.Concat(Enumerable.Range(0, 4_000).Select(i => $"void A{i}(){{}}"))).Replace("static class", "class", StringComparison.Ordinal), Verdict.Fail, NobodyJoined),
        new("a sum of a thousand numbers", Entry($"public static int X = 0{string.Concat(Enumerable.Repeat("+s_y", 1_000))}; static int s_y; public static Task RunAsync(PrintShop shop, CancellationToken token) => Task.CompletedTask;"), Verdict.Fail, NobodyJoined),
        new("brackets without end", Entry($"public static int X = {new string('(', 20_000)}1{new string(')', 20_000)};"), Verdict.BuildError, "Here are more than 200 brackets open"),
        new("operators without end", Entry($"public static bool X = {new string('!', 10_000)}true;"), Verdict.BuildError, TheChecksCall),
        new("types in types without end", Entry($"public static {string.Concat(Enumerable.Repeat("List<", 5_000))}int{new string('>', 5_000)} X; public static Task RunAsync(PrintShop shop, CancellationToken token) => Task.CompletedTask;"), Verdict.BuildError, "Here are more than 40 types inside one another"),
        new("a constant that doubles without end", Entry("const string A0 = \"0123456789\";" + string.Concat(Enumerable.Range(1, 40).Select(i => $"const string A{i} = A{i - 1} + A{i - 1};")) + "public static Task RunAsync(PrintShop shop, CancellationToken token) { Console.WriteLine(A40); return Task.CompletedTask; }"), Verdict.BuildError, "Length of String constant"),
        new("lambdas in lambdas that the compiler tries in every way", Entry(
            "static void M(Func<int, int> f) { } static void M(Func<string, string> f) { } static void M(Func<object, object> f) { } static T P<T>(T x) => x;"
            + "public static async Task RunAsync(PrintShop shop, CancellationToken token) { " + string.Concat(Enumerable.Range(0, 24).Select(i => $"M(x{i} => {{ ")) + string.Concat(Enumerable.Range(0, 24).Select(i => $"return x{23 - i}; }});")) + " await Task.Yield(); }"), Verdict.BuildError, "Here are more than 12 lambdas inside one another"),
    ];

    private static HostileAnswer Doing(string kind, string statements, Verdict verdict, string says, string members = "") => HostileAnswer.Doing(kind, statements, verdict, says, members);

    private static HostileAnswer OffLimits(string kind, string statements, string name, string members = "") =>
        Doing(kind, statements, Verdict.BuildError, $"'{name}", members);

    private static string Entry(string members) => $"public static class JoinTheQueue {{ {members} }}";
}
