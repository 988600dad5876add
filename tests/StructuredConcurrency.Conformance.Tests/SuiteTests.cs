using PublicApiGenerator;

namespace StructuredConcurrency.Conformance.Tests;

public sealed class SuiteTests
{
    /// <summary>1 to 78, with 69a and 69b: the eighty behaviours; S1 to S27: the settled points.</summary>
    public static IEnumerable<string> Numbers => [.. Enumerable.Range(1, 78).Select(n => $"{n}"), "69a", "69b", .. Enumerable.Range(1, 27).Select(n => $"S{n}")];

    [Fact]
    public void Behaviours_OfTheDocument_AreEightyAndAllHaveAHome()
    {
        Assert.Equal(80 + 27, Numbers.Count());
        var missing = Numbers.Except(ConformanceSuite.Behaviours.Select(b => b.Id), StringComparer.Ordinal);
        Assert.Empty(missing);
    }

    [Fact]
    public void Behaviours_BeyondTheDocumentsNumbers_AreContestedChoices()
    {
        var others = ConformanceSuite.Behaviours.Select(b => b.Id).Except(Numbers, StringComparer.Ordinal);
        Assert.Equal(["F", "L"], others.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Behaviours_EachSaysSomethingElse() =>
        Assert.Equal(ConformanceSuite.Behaviours.Count, ConformanceSuite.Behaviours.Select(b => b.ToString()).Distinct(StringComparer.Ordinal).Count());

    [Fact]
    public void Behaviours_OfQueues_AreTheSameForEachOrder()
    {
        var orders = ConformanceSuite.Behaviours.Where(b => b.Order is not null).GroupBy(b => b.Order).Select(g => g.Select(b => b.Name).ToList()).ToList();
        Assert.Equal(3, orders.Count);
        Assert.All(orders, names => Assert.Equal(orders[0], names));
    }

    [Fact]
    public void PublicApi_OfTheSuite_IsTheApprovedOne() => Approved.Equal(
        "PublicApi.approved.txt",
        typeof(ConformanceSuite).Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n").TrimEnd() + "\n");
}
