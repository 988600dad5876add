namespace StructuredConcurrency.Conformance.Tests;

public sealed class GroupMutantTests : MutantTests
{
    public static IEnumerable<ITheoryDataRow> Mutants => Rows(GroupMutants.All);

    [Theory]
    [MemberData(nameof(Mutants))]
    public Task Group(int mutant) => IsCaughtAsync(GroupMutants.All[mutant]);
}

public sealed class TimeoutMutantTests : MutantTests
{
    public static IEnumerable<ITheoryDataRow> Mutants => Rows(TimeoutMutants.All);

    [Theory]
    [MemberData(nameof(Mutants))]
    public Task Timeout(int mutant) => IsCaughtAsync(TimeoutMutants.All[mutant]);
}

public sealed class QueueMutantTests : MutantTests
{
    public static IEnumerable<ITheoryDataRow> Mutants => Rows(QueueMutants.All);

    [Theory]
    [MemberData(nameof(Mutants))]
    public Task Queue(int mutant) => IsCaughtAsync(QueueMutants.All[mutant]);
}

/// <summary>The suite bites: each implementation that breaks a rule is caught by the behaviour that says the rule.</summary>
public abstract class MutantTests
{
    // One mutant a paragraph: who it is, then the numbers of all the behaviours that fail.
    private static readonly Dictionary<string, string> s_approved = Approved.Read("Mutants.approved.txt")
        .Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
        .Select(paragraph => paragraph.Split('\n'))
        .ToDictionary(lines => lines[0], lines => lines[1].Trim());

    private protected static IReadOnlyDictionary<string, string> ApprovedFailures => s_approved;

    private protected static IEnumerable<ITheoryDataRow> Rows(IEnumerable<Mutant> mutants) =>
        mutants.Index().Select(m => new TheoryDataRow<int>(m.Index) { TestDisplayName = $"caught by {m.Item}", Label = "" });

    /// <summary>By the behaviour that names it, and by exactly the others that were approved.</summary>
    private protected static async Task IsCaughtAsync(Mutant mutant)
    {
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
}

public sealed class MutantTableTests : MutantTests
{
    [Fact]
    public void ApprovedMutants_AreTheMutantsThatThereAre() => Assert.Equal(
        ApprovedFailures.Keys,
        GroupMutants.All.Concat(TimeoutMutants.All).Concat(QueueMutants.All).Select(m => m.ToString()));

    [Fact]
    public void Behaviours_AllOfThem_CatchSomebody()
    {
        var busy = ApprovedFailures.Values.SelectMany(failed => failed.Split(' ')).ToHashSet(StringComparer.Ordinal);
        var idle = ConformanceSuite.Behaviours.Select(b => b.Id).Where(id => !busy.Contains(id)).ToList();
        Assert.Empty(idle);
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
        Assert.Equal(52, report.Results.Count(r => r.Verdict == Verdict.Passed));
    }
}
