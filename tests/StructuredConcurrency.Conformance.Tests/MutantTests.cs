namespace StructuredConcurrency.Conformance.Tests;

/// <summary>The suite bites: each implementation that breaks a rule is caught by the behaviour that says the rule.</summary>
public sealed class MutantTests
{
    private static readonly Mutant[] s_all = [.. GroupMutants.All, .. TimeoutMutants.All, .. QueueMutants.All];

    // One mutant a paragraph: who it is, then the numbers of all the behaviours that fail.
    private static readonly Dictionary<string, string> s_approved = Approved.Read("Mutants.approved.txt")
        .Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
        .Select(paragraph => paragraph.Split('\n'))
        .ToDictionary(lines => lines[0], lines => lines[1].Trim());

    public static IEnumerable<ITheoryDataRow> Mutants => s_all.Index().Select(m => new TheoryDataRow<int>(m.Index) { TestDisplayName = $"caught by {m.Item}", Label = "" });

    [Theory]
    [MemberData(nameof(Mutants))]
    public async Task Mutant_IsCaughtByTheBehaviourThatNamesIt_AndByTheApprovedOthers(int number)
    {
        var mutant = s_all[number];
        var failed = new List<string>();
        foreach (var behaviour in mutant.Behaviours)
        {
            var result = await behaviour.RunAsync(mutant.Create(), mutant.Floor);
            if (result.Verdict == Verdict.Failed && !failed.Contains(behaviour.Id))
                failed.Add(behaviour.Id);
        }

        Assert.Contains(mutant.CaughtBy, failed);
        Assert.True(s_approved.TryGetValue(mutant.ToString(), out var approved), $"Not in Mutants.approved.txt yet:\n{mutant}\n    {string.Join(' ', failed)}");
        Assert.Equal(approved, string.Join(' ', failed));
    }

    [Fact]
    public void ApprovedMutants_AreTheMutantsThatThereAre() => Assert.Equal(s_approved.Keys.Order(StringComparer.Ordinal), s_all.Select(m => m.ToString()).Order(StringComparer.Ordinal));

    [Fact]
    public void Behaviours_AllOfThem_CatchSomebody()
    {
        var busy = s_approved.Values.SelectMany(failed => failed.Split(' ')).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(ConformanceSuite.Behaviours.Select(b => b.Id).Distinct(StringComparer.Ordinal).Where(id => !busy.Contains(id)));
    }

    [Theory]
    [MemberData(nameof(Floors.Both), MemberType = typeof(Floors))]
    public async Task HooksThatChangeNothing_PassEverything(string floor)
    {
        var hooks = Implementation.Library with { TaskGroups = new BrokenGroups(), TimeoutScopes = new BrokenTimeouts() };
        var report = await ConformanceSuite.RunAsync(hooks, Floors.Named(floor), b => b.Concept != Concept.JoinableQueue);
        Assert.True(report.Conforms, report.ToTable());
        Assert.DoesNotContain(report.Results, r => r.Verdict == Verdict.NotOffered);
    }

    [Theory]
    [MemberData(nameof(Floors.Both), MemberType = typeof(Floors))]
    public async Task PlainGroup_WithAllItsRules_PassesWhatItOffers(string floor)
    {
        var report = await ConformanceSuite.RunAsync(new Implementation("plain") { TaskGroups = new PlainGroups(new PlainRules()) }, Floors.Named(floor));
        Assert.True(report.Conforms, report.ToTable());
        Assert.Equal(50, report.Results.Count(r => r.Verdict == Verdict.Passed));
    }
}
