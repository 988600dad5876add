using System.Diagnostics;
using Checks;
using Grader;

namespace Bench;

/// <summary>How soon a learner is answered, beside the same checks as ordinary tests in real time.</summary>
internal static class GraderBenchmarks
{
    private const string Exercise = "03-join-the-queue";

    private static readonly string s_root = Repository.FindRoot();

    private static readonly string s_solution = Path.Combine(s_root, "solutions", Exercise, "Solution.cs");

    public static async Task PrintAsync()
    {
        var tests = await OrdinaryTests.CreateAsync();
        var (check, test) = await SideBySide.MediansAsync(() => WorkshopAsync("check", "03", "--file", s_solution), tests.RunAsync, 5);
        SideBySide.Print("workshop check, the whole process, 900 schedules, seconds", check / 1_000_000, "under 1.5");
        SideBySide.Print("dotnet test of the same three situations in real time, one schedule each, s", test / 1_000_000, "");
        SideBySide.Print("that / the check", test / check, "at least 5");
        SideBySide.Print("workshop check with 2,000 schedules for each situation, seconds", await SideBySide.MedianAsync(() => WorkshopAsync("check", "03", "--file", s_solution, "--schedules", "2000"), 5) / 1_000_000, "under 1.5");

        var options = new CheckOptions { File = s_solution, Root = s_root, KeepReady = true };
        SideBySide.Print("a check after a save, as --watch makes it, seconds", await SideBySide.MedianAsync(() => PassAsync(options), 15) / 1_000_000, "under 0.5");
        SideBySide.Print("the same with 2,000 schedules for each situation, seconds", await SideBySide.MedianAsync(() => PassAsync(options with { Schedules = 2_000 }), 5) / 1_000_000, "");
    }

    /// <summary>Every answer of the authors at 20 master seeds; a right one is run under 100,000 schedules and more.</summary>
    public static async Task JudgeAnswersAsync()
    {
        const int Seeds = 20;
        const int OfRight = 100_000 / Seeds;
        const int OfWrong = 40;
        var (answers, problems, watch) = (0, 0, Stopwatch.StartNew());
        foreach (var exercise in Exercises.All)
        {
            foreach (var answer in AuthorsCheck.AnswersOf(exercise, s_root))
            {
                answers++;
                var each = answer.Kind == AnswerKind.Right ? (OfRight + exercise.Scenarios.Count - 1) / exercise.Scenarios.Count : OfWrong;
                for (ulong seed = 1; seed <= (answer.Kind == AnswerKind.Stub ? 1UL : Seeds); seed++)
                {
                    var judged = await AuthorsCheck.JudgeAsync(answer, new CheckOptions { Root = s_root, Seed = seed * 10_000_000, Schedules = each, KeepReady = true, TimeLimit = TimeSpan.FromSeconds(60) });
                    if (judged.Problem is not null && answer.Kind == AnswerKind.Wrong) // a rare order may need as many as a learner's check tries
                        judged = await AuthorsCheck.JudgeAsync(answer, new CheckOptions { Root = s_root, Seed = seed * 10_000_000, KeepReady = true, TimeLimit = TimeSpan.FromSeconds(60) });
                    if (judged.Problem is null)
                        continue;
                    problems++;
                    Console.WriteLine($"{exercise.Slug}/{answer.Name}, master seed {seed * 10_000_000}: {judged.Problem}");
                }
            }

            Console.WriteLine($"{exercise.Slug}: {watch.Elapsed.TotalSeconds:0} s");
        }

        Console.WriteLine($"{answers} answers, {Seeds} master seeds, {OfRight * Seeds:n0} schedules of each right one: {problems} judged otherwise than they should be");
    }

    private static async Task PassAsync(CheckOptions options)
    {
        var report = await ExerciseGrader.CheckAsync(Exercises.Find(Exercise)!, options);
        if (report.Verdict != Verdict.Pass)
            throw new InvalidOperationException($"The solution was not passed: {report.Summary}");
    }

    private static Task WorkshopAsync(params IReadOnlyList<string> arguments) =>
        RunAsync(s_root, [Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)))!, "Workshop", "release", "workshop.dll"), .. arguments]);

    private static async Task RunAsync(string folder, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { UseShellExecute = false, WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{await output}{await errors}");
    }

    /// <summary>What a teacher would write without this kit: a project of xunit tests that run the answer on the system's clock, once each.</summary>
    private sealed class OrdinaryTests
    {
        private const string Project = """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <IsTestProject>true</IsTestProject>
                <UseMicrosoftTestingPlatformRunner>true</UseMicrosoftTestingPlatformRunner>
                <TestingPlatformDotnetTestSupport>true</TestingPlatformDotnetTestSupport>
              </PropertyGroup>
              <ItemGroup>
                <Compile Include="Tests.cs;Answer.cs" />
                <PackageReference Include="xunit.v3.mtp-v2" />
                <Using Include="StructuredConcurrency;Workshop.Lesson;Workshop.Lesson.Exercises;Xunit" />
                <ProjectReference Include="{0}/src/Workshop.Lesson/Workshop.Lesson.csproj" />
              </ItemGroup>
            </Project>
            """;

        private const string Tests = """
            public class Tests
            {
                [Theory]
                [InlineData(8, 2, null, 45UL, 0)]
                [InlineData(8, 3, null, 2UL, 5)]
                [InlineData(6, 2, 1, 3UL, 0)]
                public async Task RunAsync_EveryOrder_IsDealtWith(int orders, int presses, int? traySize, ulong seed, int broken)
                {
                    var log = new EventLog();
                    var settings = new PrintShopSettings { Orders = orders, Presses = presses, TraySize = traySize, Seed = seed, BrokenOrders = broken == 0 ? [] : [broken] };
                    await ScopeTracing.RunAsync(log, () => JoinTheQueue.RunAsync(new PrintShop(settings), CancellationToken.None)).WaitAsync(TimeSpan.FromSeconds(10));
                    Assert.Equal(orders, log.Events.Count(e => e.Kind == ScopeEventKind.ItemDone));
                }
            }
            """;

        private readonly string _folder = Path.Combine(s_root, "artifacts", "bench", "ordinary-tests"); // below the root, for its package versions

        private OrdinaryTests()
        {
        }

        public static async Task<OrdinaryTests> CreateAsync()
        {
            var tests = new OrdinaryTests();
            Directory.CreateDirectory(tests._folder);
            await File.WriteAllTextAsync(Path.Combine(tests._folder, "OrdinaryTests.csproj"), Project.Replace("{0}", s_root, StringComparison.Ordinal));
            await File.WriteAllTextAsync(Path.Combine(tests._folder, "Tests.cs"), Tests);
            return tests;
        }

        /// <summary>As after a save: what the answer is compiled to is not up to date.</summary>
        public async Task RunAsync()
        {
            File.Copy(s_solution, Path.Combine(_folder, "Answer.cs"), overwrite: true);
            File.SetLastWriteTimeUtc(Path.Combine(_folder, "Answer.cs"), DateTime.UtcNow);
            await GraderBenchmarks.RunAsync(_folder, ["test"]);
        }
    }
}
