using System.Text;
using Checks;

namespace Grader.Tests.Hostile;

/// <summary>Code that changes what is around it: a right answer stays right, and a wrong one earns what it earned without.</summary>
public sealed class TamperingTests : IDisposable
{
    private static readonly ExerciseInfo s_exercise = Exercises.Find("03")!;
    private static readonly Lazy<string> s_right = new(() => File.ReadAllText(Path.Combine(Repository.FindRoot(), "solutions", s_exercise.Slug, "Solution.cs")));

    // Each with what it puts in front of RunAsync's first line, and what it adds to the class.
    private static readonly Dictionary<string, (string Statements, string Members)> s_tricks = new(StringComparer.Ordinal)
    {
        ["another culture"] = (
            """
            var odd = (System.Globalization.CultureInfo)System.Globalization.CultureInfo.InvariantCulture.Clone();
            odd.NumberFormat.NumberDecimalSeparator = " ";
            odd.NumberFormat.NegativeSign = "x";
            System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.DefaultThreadCurrentCulture = odd;
            """, ""),
        ["another console"] = ("Console.Out.Close(); Console.SetOut(TextWriter.Null); Console.SetError(new StringWriter()); Console.SetIn(new StringReader(\"PASS\"));", ""),
        ["another environment"] = ("Environment.SetEnvironmentVariable(\"DOTNET_gcServer\", \"1\"); Environment.ExitCode = 1; Environment.CurrentDirectory = \"/\";", ""),
        ["switches"] = ("AppContext.SetSwitch(\"System.Globalization.Invariant\", false); AppContext.SetData(\"TRUSTED_PLATFORM_ASSEMBLIES\", \"\");", ""),
        ["a pool of one"] = ("ThreadPool.SetMinThreads(1, 1); ThreadPool.SetMaxThreads(2, 2);", ""),
        ["a pool of hundreds"] = ("ThreadPool.SetMinThreads(300, 300);", ""),
        ["garbage collection"] = ("System.Runtime.GCSettings.LatencyMode = System.Runtime.GCLatencyMode.LowLatency; GC.AddMemoryPressure(1 << 20); GC.Collect(); GC.KeepAlive(new object());", ""),
        ["listeners of the process"] = (
            "AppDomain.CurrentDomain.ProcessExit += (_, _) => Environment.Exit(3); AppDomain.CurrentDomain.FirstChanceException += (_, _) => s_seen++; AppDomain.CurrentDomain.UnhandledException += (_, _) => s_seen++; TaskScheduler.UnobservedTaskException += (_, e) => e.SetObserved();",
            "private static int s_seen;"),
        ["a module's initialiser"] = ("", "[System.Runtime.CompilerServices.ModuleInitializer] internal static void Begin() => Console.WriteLine(\"PASS\");"),
        ["finalisers"] = ("for (var i = 0; i < 100; i++) _ = new Noisy(); GC.Collect();", "private sealed class Noisy { ~Noisy() => Console.WriteLine(\"PASS\"); }"),
        ["a timer that nobody stops"] = ("GC.KeepAlive(new Timer(_ => Console.WriteLine(\"PASS\"), null, 0, 1));", ""),
        ["the compiler's directives"] = (
            """

            #pragma warning disable
            #nullable disable
            #line 1 "Checks.cs"
            #line hidden
            #line default
            #if PASS
                this is not even C#
            #endif
            """, ""),
        ["the caller's own path"] = ("Where();", "private static void Where([System.Runtime.CompilerServices.CallerFilePath] string path = \"\", [System.Runtime.CompilerServices.CallerLineNumber] int line = 0) => Console.WriteLine($\"{path}:{line}\");"),
        ["an attempt to catch everything"] = ("try { throw new InvalidOperationException(); } catch { }", ""),
        ["its own Console"] = ("", "private static class Console { public static void WriteLine(string text) { } }"),
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("grader-tests-").FullName;

    public static TheoryData<string> Tricks => [.. s_tricks.Keys];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Tricks))]
    public async Task CheckAsync_RightAnswerThatTampers_IsRight(string trick)
    {
        var report = await CheckAsync(With(s_right.Value, trick));

        Assert.True(report.Verdict == Verdict.Pass, report.ToJson());
        Assert.Equal((6, 100), (report.Runs, report.Points));
    }

    [Theory]
    [MemberData(nameof(Tricks))]
    public async Task CheckAsync_WrongAnswerThatTampers_EarnsWhatItEarned(string trick)
    {
        var report = await CheckAsync(With(s_right.Value.Replace("shop.Refund(order);", "", StringComparison.Ordinal), trick));

        Assert.Equal((Verdict.Fail, 80), (report.Verdict, report.Points));
        Assert.Equal("EveryOrderTakenIsProcessed", Assert.Single(report.Checks, check => check.Verdict != Verdict.Pass).Name);
    }

    [Fact]
    public async Task CheckAsync_RefundOnlySaid_IsNoRefund()
    {
        var report = await CheckAsync(s_right.Value.Replace("shop.Refund(order);", "shop.Say($\"REFUND {order}\"); shop.Say($\"\\nREFUND {order}\");", StringComparison.Ordinal));

        Assert.Equal((Verdict.Fail, "EveryOrderTakenIsProcessed"), (report.Verdict, report.FirstFailure?.Name));
        Assert.Contains("the customer was never refunded", report.FirstFailure?.Reason?.Happened, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckAsync_TextsThatCouldBreakALog_AreText()
    {
        var report = await CheckAsync(s_right.Value.Replace(
            "var tray", "shop.Say(\"a\\nb\\r\\u0085c\\u2028d\\u2029e\\u0000f\\ud800g\\\"}\"); var tray", StringComparison.Ordinal).Replace("Name = \"tray\"", "Name = \"\\u2028{\\ud800\"", StringComparison.Ordinal));

        Assert.True(report.Verdict == Verdict.Pass, report.ToJson());
    }

    [Theory]
    [InlineData("utf-8", true)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-32", true)]
    [InlineData("iso-8859-1", false)]
    public async Task CheckAsync_FileInAnotherEncoding_IsRead(string encoding, bool withMark)
    {
        var code = Encoding.GetEncoding(encoding);
        var text = "// übung, geprüft\n" + s_right.Value;
        var report = await CheckAsync(withMark ? [.. code.GetPreamble(), .. code.GetBytes(text)] : code.GetBytes(text));

        Assert.True(report.Verdict == Verdict.Pass, report.ToJson());
    }

    [Fact]
    public async Task CheckAsync_FileThatIsNoText_DoesNotCompile()
    {
        var bytes = new byte[20_000];
        new Random(1).NextBytes(bytes);

        var report = await CheckAsync(bytes);

        Assert.Equal(Verdict.BuildError, report.Verdict);
    }

    [Fact]
    public async Task CheckAsync_CompilerTakesTooLong_SaysSo()
    {
        var report = await CheckAsync(Encoding.UTF8.GetBytes("// mine\n" + s_right.Value), TimeSpan.FromTicks(1));

        Assert.Equal((Verdict.BuildError, "SC0006"), (report.Verdict, Assert.Single(report.Diagnostics).Code));
    }

    [Theory]
    [InlineData("e.GetType().Name + typeof(Order).FullName + typeof(object).IsAssignableFrom(typeof(Order))")]
    [InlineData("System.Runtime.InteropServices.CollectionsMarshal.AsSpan(new List<int> { 1 }).Length")]
    [InlineData("Activator.CreateInstance<List<int>>().Count")]
    [InlineData("ScopeTracing.IsEnabled")]
    [InlineData("string.Join(\",\", \"a\", \"b\", \"c\", \"d\", \"e\") + string.Concat((ReadOnlySpan<string>)[\"x\", \"y\"])")]
    public async Task CheckAsync_HarmlessNamesOfTheFramework_AreNotOffLimits(string expression)
    {
        var report = await CheckAsync(s_right.Value.Replace("catch (BrokenOrderException)\n            {", "catch (BrokenOrderException e)\n            {\n                GC.KeepAlive(e); Console.WriteLine($\"{" + expression + "}\"); ScopeTracing.Mark(\"broken\");", StringComparison.Ordinal));

        Assert.True(report.Verdict == Verdict.Pass, report.ToJson());
    }

    [Fact]
    public async Task CheckAsync_ExceptionOfTheOldStyleAndLaidOutStruct_AreNotOffLimits()
    {
        var report = await CheckAsync(s_right.Value + """
            public sealed class Jam : Exception
            {
                private Jam(System.Runtime.Serialization.SerializationInfo info, System.Runtime.Serialization.StreamingContext context) : base(info, context) { }
            }

            [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
            public struct Pair { public byte A; public long B; }
            """);

        Assert.True(report.Verdict == Verdict.Pass, report.ToJson());
    }

    private static string With(string answer, string trick)
    {
        var (statements, members) = s_tricks[trick];
        var changed = answer
            .Replace("        var tray = ", $"        {statements}\n        var tray = ", StringComparison.Ordinal)
            .Replace("public static class JoinTheQueue\n{", $"public static class JoinTheQueue\n{{\n    {members}\n", StringComparison.Ordinal);
        Assert.NotEqual(answer, changed);
        return changed;
    }

    private Task<CheckReport> CheckAsync(string source) => CheckAsync(Encoding.UTF8.GetBytes(source));

    private async Task<CheckReport> CheckAsync(byte[] source, TimeSpan? compileTimeLimit = null)
    {
        var file = Path.Combine(_folder, "Answer.cs");
        await File.WriteAllBytesAsync(file, source);
        var options = new CheckOptions { File = file, Schedules = 2, TimeLimit = TimeSpan.FromSeconds(30) };
        return await ExerciseGrader.CheckAsync(s_exercise, compileTimeLimit is { } limit ? options with { CompileTimeLimit = limit } : options);
    }
}
