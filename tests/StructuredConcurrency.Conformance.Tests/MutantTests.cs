using System.Runtime.CompilerServices;

namespace StructuredConcurrency.Conformance.Tests;

/// <summary>The suite bites: each implementation that breaks a rule is caught by the behaviour that says the rule.</summary>
public sealed class MutantTests
{
    private static readonly Mutant[] s_all = [.. GroupMutants.All, .. TimeoutMutants.All, .. QueueMutants.All];

    public static IEnumerable<ITheoryDataRow> Mutants => s_all.Index().Select(m => new TheoryDataRow<int>(m.Index) { TestDisplayName = $"caught by {m.Item}", Label = "" });

    [Theory]
    [MemberData(nameof(Mutants))]
    public async Task Mutant_IsCaughtByTheBehaviourThatNamesIt(int mutant)
    {
        var (caughtBy, flaw, create) = s_all[mutant];
        var verdicts = new List<BehaviourResult>();
        foreach (var behaviour in ConformanceSuite.Behaviours.Where(b => b.Id == caughtBy))
            verdicts.Add(await behaviour.RunAsync(create(), s_all[mutant].Floor));
        Assert.Contains(verdicts, v => v.Verdict == Verdict.Failed);
    }

    /// <summary>What else each of them breaks. On the event loop one run is like another, so the whole table can be approved.</summary>
    [Fact]
    public async Task Mutants_AndAllTheBehavioursThatCatchThem_AreTheApprovedTable()
    {
        var lines = new List<string>();
        foreach (var mutant in s_all.Where(m => m.Floor == Floors.Loop))
        {
            var failed = new List<string>();
            foreach (var behaviour in ConformanceSuite.Behaviours)
            {
                var result = await behaviour.RunAsync(mutant.Create(), mutant.Floor);
                if (result.Verdict == Verdict.Failed && !failed.Contains(behaviour.Id))
                    failed.Add(behaviour.Id);
            }

            lines.Add($"{mutant}\n    {string.Join(' ', failed)}");
        }

        Approved.Equal("Mutants.approved.txt", string.Join('\n', lines) + "\n");
    }

    [Fact]
    public void Mutants_AreMany() => Assert.True(s_all.Length >= 25);

    [Fact]
    public async Task UnbrokenBases_PassWhatTheyOffer()
    {
        foreach (var floor in new[] { Floors.Loop, Floors.ThreadPool })
        {
            var hooks = new Implementation("hooks that change nothing") { TaskGroups = new BrokenGroups(), TimeoutScopes = new BrokenTimeouts(), Shields = Implementation.Library.Shields };
            var report = await ConformanceSuite.RunAsync(hooks, floor, b => b.Concept != Concept.JoinableQueue);
            Assert.True(report.Conforms, report.ToTable());
            Assert.DoesNotContain(report.Results, r => r.Verdict == Verdict.NotOffered);

            var plain = await ConformanceSuite.RunAsync(new Implementation("a plain group") { TaskGroups = new PlainGroups(new PlainRules()) }, floor);
            Assert.True(plain.Conforms, plain.ToTable());
            Assert.True(plain.Results.Count(r => r.Verdict == Verdict.Passed) >= 40, plain.ToTable());
        }
    }
}

/// <summary>Texts that somebody has looked at.</summary>
internal static class Approved
{
    public static void Equal(string file, string actual)
    {
        var approved = Path.Combine(Folder(), file);
        var received = Path.Combine(AppContext.BaseDirectory, file.Replace("approved", "received", StringComparison.Ordinal));
        File.WriteAllText(received, actual);
        Assert.True(
            File.Exists(approved) && File.ReadAllText(approved) == actual,
            $"It differs from what was approved. If that is intended, copy {received} to {approved} and say why in the commit.");
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
