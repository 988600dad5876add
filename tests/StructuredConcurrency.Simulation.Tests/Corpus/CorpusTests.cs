namespace StructuredConcurrency.Simulation.Tests.Corpus;

/// <summary>Known mistakes: each is found within its budget, and its mended twin has none.</summary>
public sealed class CorpusTests
{
    private const int MasterSeeds = 20;

    /// <summary>Schedules in which a mended twin must have nothing; <c>CORPUS_SCHEDULES=1000000</c> for the full search, a quarter of an hour.</summary>
    private static readonly int s_schedules = int.TryParse(Environment.GetEnvironmentVariable("CORPUS_SCHEDULES"), out var wished) ? wished : 1_000;

    public static TheoryData<string> Names => [.. Programs.Keys];

    private static SortedDictionary<string, BuggyProgram> Programs { get; } =
        new(Updates.All.Concat(Signals.All).Concat(Locks.All).Concat(Queues.All).ToDictionary(program => program.Name), StringComparer.Ordinal);

    [Fact]
    public void Corpus_HasAtLeastTwentyMistakes() => Assert.True(Programs.Count >= 20, $"{Programs.Count}");

    [Theory]
    [MemberData(nameof(Names))]
    public void Explore_KnownMistake_IsFoundWithinItsBudgetAtEveryMasterSeed(string name)
    {
        var program = Programs[name];
        var found = new List<int>();
        for (var seed = 1UL; seed <= MasterSeeds; seed++)
        {
            var report = EventLoop.Explore(program.Buggy, new ExploreOptions { Seed = seed, Schedules = program.Budget, MaxSteps = 2_000 });
            Assert.True(report.Findings.Count == 1, $"seed {seed}: {report}");
            Assert.True(report.Findings[0].IsReproducible, $"seed {seed}: {report}");
            found.Add(report.Findings[0].Schedule);
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{name}: found at schedule {found.Max()} at the latest, {found.Average():0.0} on average, of {program.Budget}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Explore_MendedTwin_HasNothingToFind(string name)
    {
        foreach (var seed in new[] { 1UL, 2UL })
        {
            var report = EventLoop.Explore(Programs[name].Mended, new ExploreOptions { Seed = seed, Schedules = s_schedules, MaxSteps = 2_000 });
            Assert.True(report.Findings.Count == 0, report.ToString());
            Assert.Equal(0, report.NotFullyControlled);
        }
    }
}
