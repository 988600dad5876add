using System.Text.Json;

namespace StructuredConcurrency.Simulation.Tests;

public sealed class SchedulesTests
{
    [Fact]
    public async Task ExploreAsync_LostUpdateThatThePlainOrderHides_FailsTheTestWithItsReport()
    {
        var failure = await Assert.ThrowsAsync<ScheduleFailedException>(ReadmeExample.WithdrawalMeetsDeposit);
        Assert.IsAssignableFrom<Xunit.Sdk.IAssertionException>(failure.InnerException);
        Assert.True(failure.Report.Findings[0].Schedule > 1);
        Assert.Contains("Actual:   70", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Replay: EventLoop.Replay(program, ScheduleTrace.Parse(\"s1.", failure.Message, StringComparison.Ordinal);
        Assert.Contains("│ Ann", failure.Message, StringComparison.Ordinal);
        Assert.Contains("; PICKED before 1 that came first", failure.Message, StringComparison.Ordinal);
        Assert.All(failure.Message.Split('\n'), line => Assert.True(line.Length <= 110, line));
    }

    [Fact]
    public async Task ExploreAsync_DeadlockThatThePlainOrderHides_NamesWhoWaitsForWhatAndWhere()
    {
        var failure = await Assert.ThrowsAsync<ScheduleFailedException>(ReadmeExample.TransfersBothWays);
        Assert.True(failure.Report.Findings[0].Schedule > 1);
        Assert.Matches(@"there waits for a permit of a semaphore \(line \d+\)", failure.Message);
        Assert.Matches(@"back waits for a permit of a semaphore \(line \d+\)", failure.Message);
        Assert.Contains("Usual causes: two tasks wait", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExploreAsync_NothingWrong_SaysHowMuchWasSearched()
    {
        var report = await Schedules.ExploreAsync(
            () => TaskGroup.RunAsync(group =>
            {
                group.Start(async _ => await Task.Yield());
                group.Start(async _ => await Task.Yield());
                return Task.CompletedTask;
            }),
            ct: TestContext.Current.CancellationToken);
        Assert.Empty(report.Findings);
        Assert.True(report.Exhausted);
        Assert.Contains("all there are", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExploreAsync_CancelledBeforeAnythingIsFound_IsCancelled()
    {
        using var source = new CancellationTokenSource();
        var runs = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Schedules.ExploreAsync(
            () =>
            {
                if (++runs == 3)
                    source.Cancel();
                return Task.CompletedTask;
            },
            new ExploreOptions { Strategy = ExploreStrategy.Random },
            source.Token));
        Assert.Equal(3, runs);
    }

    [Fact]
    public async Task ExploreAsync_OnALoop_IsRefused()
    {
        Exception? refused = null;
        var report = EventLoop.Run(async () => refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Schedules.ExploreAsync(() => Task.CompletedTask)));
        Assert.Equal(Outcome.Completed, report.Outcome);
        Assert.Contains("cannot run inside another", refused?.Message, StringComparison.Ordinal);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task ReplayAsync_TraceOfAFailure_FailsWithTheProgramsOwnException()
    {
        Func<Task> program = async () =>
        {
            var order = "";
            await TaskGroup.RunAsync(group =>
            {
                foreach (var name in new[] { "A", "B", "C" })
                    group.Start(_ => Task.FromResult(order += name), name);
                return Task.CompletedTask;
            });
            Assert.NotEqual("CBA", order);
        };
        var failure = await Assert.ThrowsAsync<ScheduleFailedException>(() => Schedules.ExploreAsync(program));
        var trace = failure.Report.Findings[0].Shrunk.Trace.ToString();
        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => Schedules.ReplayAsync(program, trace));
    }

    [Fact]
    public async Task ToJson_OfAFailure_HoldsTheFactsOfTheText()
    {
        var failure = await Assert.ThrowsAsync<ScheduleFailedException>(ReadmeExample.TransfersBothWays);
        var report = failure.Report.Findings[0].Failure;
        using var json = JsonDocument.Parse(report.ToJson());
        var root = json.RootElement;
        Assert.Equal("deadlock", root.GetProperty("outcome").GetString());
        Assert.Equal(report.Report.Trace, ScheduleTrace.Parse(root.GetProperty("trace").GetString()!));
        Assert.Equal(report.Steps.Count, root.GetProperty("steps").GetArrayLength());
        Assert.Equal(["main", "there", "back"], root.GetProperty("waiting").EnumerateArray().Select(task => task.GetProperty("name").GetString()));
        Assert.Contains(root.GetProperty("steps").EnumerateArray(), step => step.GetProperty("choice").GetInt32() > 0);
    }
}
