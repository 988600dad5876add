using StructuredConcurrency.Simulation;

namespace StructuredConcurrency.Tests;

public sealed class EventLogAssertionsTests
{
    [Fact]
    public void AssertOrder_EventsWithOthersBetween_Passes() => Story().AssertOrder(
        new(ScopeEventKind.Put, "PROD", Item: "bean-1"),
        new(ScopeEventKind.Get, "C1", Item: "bean-1"),
        ScopeEventKind.DeadlineExpired,
        new(ScopeEventKind.CancelRequested, Text: "deadline"),
        new(ScopeEventKind.ChildEnded, "C1", Outcome: ScopeOutcome.Cancelled),
        new(ScopeEventKind.ScopeClosed, Outcome: ScopeOutcome.TimedOut));

    [Fact]
    public void AssertOrder_Nothing_Passes() => new EventLog().AssertOrder();

    [Fact]
    public void AssertOrder_OneEventForTwoExpectations_Throws() => Assert.Throws<OrderAssertionException>(() => Story().AssertOrder(
        ScopeEventKind.DeadlineExpired,
        ScopeEventKind.DeadlineExpired));

    [Fact]
    public void AssertOrder_OtherWayRound_NamesTheMissingOneAndShowsTheLogThere()
    {
        var log = Story();
        var error = Assert.Throws<OrderAssertionException>(() => log.AssertOrder(
            ScopeEventKind.ScopeOpened,
            ScopeEventKind.DeadlineExpired,
            new(ScopeEventKind.Get, "C1", Item: "bean-1"),
            ScopeEventKind.ScopeClosed));
        var expired = log.Events.Single(e => e.Kind == ScopeEventKind.DeadlineExpired);
        var get = log.Events.Single(e => e.Kind == ScopeEventKind.Get);
        var lines = error.Message.Split('\n');
        Assert.Equal($"Event 3 of 4 did not come after #{expired.Sequence}: Get, task C1, item bean-1. It came before, as #{get.Sequence}.", lines[0]);
        Assert.Equal("The log there (> was found):", lines[1]);
        Assert.Contains($"> #{expired.Sequence} 0.800 DeadlineExpired", lines);
        Assert.Contains($"  #{get.Sequence} 0.000 Get, task C1, item bean-1", lines);
        Assert.StartsWith("  … ", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void AssertOrder_EmptyLog_SaysSo() => Assert.Equal(
        "Event 1 of 1 did not come: Put.\nThe log is empty.",
        Assert.Throws<OrderAssertionException>(() => new EventLog().AssertOrder(ScopeEventKind.Put)).Message);

    [Theory]
    [InlineData(ScopeEventKind.Get, null, null, null, null)]
    [InlineData(ScopeEventKind.ChildEnded, "C2", null, null, null)]
    [InlineData(ScopeEventKind.ChildEnded, null, "bean-2", null, null)]
    [InlineData(ScopeEventKind.ChildEnded, null, null, "spoons", null)]
    [InlineData(ScopeEventKind.ChildEnded, null, null, null, ScopeOutcome.Succeeded)]
    public void Matches_OneFieldDiffers_IsFalse(ScopeEventKind kind, string? task, string? item, string? text, ScopeOutcome? outcome)
    {
        var happened = new ScopeEvent { Kind = ScopeEventKind.ChildEnded, TaskName = "C1", Item = "bean-1", Text = "out of beans", Outcome = ScopeOutcome.Faulted };
        Assert.True(new ExpectedEvent(ScopeEventKind.ChildEnded, "C1", "bean-1", "beans", ScopeOutcome.Faulted).Matches(happened));
        Assert.False(new ExpectedEvent(kind, task, item, text, outcome).Matches(happened));
    }

    private static EventLog Story() => EventLoop.Run(() => TimeoutScope.TryRunAsync(TimeSpan.FromSeconds(0.8), scope => TaskGroup.RunAsync(
        async group =>
        {
            var beans = new JoinableQueue<string>();
            group.Start(
                async token =>
                {
                    while (true)
                        await beans.GetAsync(token);
                },
                "C1");
            group.Start(async token => await beans.PutAsync("bean-1", token), "PROD");
        },
        scope.Token))).Log;
}
