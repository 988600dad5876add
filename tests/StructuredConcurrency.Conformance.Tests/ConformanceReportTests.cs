namespace StructuredConcurrency.Conformance.Tests;

public sealed class ConformanceReportTests
{
    // Where a group that is not right yet fails in one way only, on whatever machine.
    private static readonly string[] s_firstRungs = ["1", "2", "3", "4", "7", "9", "11", "12", "13", "14", "26", "30", "33", "40"];

    [Fact]
    public async Task ToTable_OfALearnersFirstGroup_IsTheApprovedOne()
    {
        var report = await ConformanceSuite.RunAsync(
            new Implementation("a learner's group") { TaskGroups = new LearnersAdapter() },
            Floor.OnThreadPool(TimeSpan.FromSeconds(1)),
            b => s_firstRungs.Contains(b.Id));
        Assert.False(report.Conforms);
        Assert.Equal(report.ToTable(), report.ToString());
        Approved.Equal("LearnersGroup.approved.txt", report.ToTable());
    }

    [Fact]
    public async Task RunAsync_NothingImplemented_OffersNothingAndFailsNothing()
    {
        var report = await ConformanceSuite.RunAsync(new Implementation("nothing"), Floors.Loop);
        Assert.True(report.Conforms);
        Assert.Equal(ConformanceSuite.Behaviours, report.Results.Select(r => r.Behaviour));
        Assert.All(report.Results, r => Assert.Equal(Verdict.NotOffered, r.Verdict));
    }

    [Fact]
    public async Task RunAsync_GroupThatHangs_FailsOnBothFloors()
    {
        var hanging = new Implementation("hanging") { TaskGroups = new HangingGroups() };
        var four = ConformanceSuite.Behaviours.Single(b => b.Id == "4");
        Assert.Equal(Verdict.Failed, (await four.RunAsync(hanging, Floors.Loop)).Verdict);
        Assert.StartsWith("it never ended", (await four.RunAsync(hanging, Floor.OnThreadPool(TimeSpan.FromMilliseconds(50)))).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_FeatureLackingInsideAChild_CountsAsNotOfferedThoughTheGroupWrapsTheException()
    {
        var result = await ConformanceSuite.Behaviours.First(b => b.Id == "35").RunAsync(new Implementation("a learner's group") { TaskGroups = new LearnersAdapter() }, Floors.ThreadPool);
        Assert.Equal((Verdict.NotOffered, "cancelling a group is not offered"), (result.Verdict, result.Reason));
    }

    [Fact]
    public async Task RunAsync_StubThatIsNotWrittenYet_SaysSo()
    {
        var stub = new Implementation("stub") { TaskGroups = new StubGroups() };
        Assert.Equal("not done yet: rung 1", (await ConformanceSuite.Behaviours.Single(b => b.Id == "4").RunAsync(stub, Floors.ThreadPool)).Reason);
    }

    private sealed class HangingGroups : ITaskGroups
    {
        public Task RunAsync(Func<ITaskGroup, Task> body, CancellationToken cancellationToken) => new TaskCompletionSource().Task;
    }

#pragma warning disable MA0025 // a stub is what this is about
    private sealed class StubGroups : ITaskGroups
    {
        public Task RunAsync(Func<ITaskGroup, Task> body, CancellationToken cancellationToken) => throw new NotImplementedException("rung 1");
    }
#pragma warning restore MA0025
}
