using System.Runtime.CompilerServices;

namespace StructuredConcurrency.Tests;

public sealed class OrderedStepsTests
{
    [Fact]
    public Task Expect_InOrderAcrossTasks_Passes() => Floor.Loop.RunAsync(() => OrderedSteps.RunAsync(async steps =>
    {
        await TaskGroup.RunAsync(async group =>
        {
            group.Start(async _ =>
            {
                steps.Expect(2);
                await Task.Yield();
                steps.Expect(4);
            });
            group.Start(async _ => steps.Expect(3));
            steps.Expect(1);
        });
        Assert.False(steps.IsFinished);
        steps.Finish(5);
        Assert.True(steps.IsFinished);
    }));

    [Fact]
    public void Expect_WrongOrder_SaysWhichStepCameWhereAndWhatCameBefore()
    {
        var steps = new OrderedSteps();
        var first = Line();
        steps.Expect(1);
        var third = Line();
        var error = Assert.Throws<OrderAssertionException>(() => steps.Expect(3));
        Assert.Equal($"Step 3 came at OrderedStepsTests.cs:{third + 1}; step 2 was due. Reached so far:\n  1 at OrderedStepsTests.cs:{first + 1}", error.Message);
    }

    [Fact]
    public void Expect_SameStepTwice_Throws()
    {
        var steps = new OrderedSteps();
        steps.Expect(1);
        Assert.Contains("step 2 was due", Assert.Throws<OrderAssertionException>(() => steps.Expect(1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ExpectUnreached_Reached_NamesTheLine()
    {
        var line = Line();
        var error = Assert.Throws<OrderAssertionException>(() => new OrderedSteps().ExpectUnreached());
        Assert.Equal($"OrderedStepsTests.cs:{line + 1} was reached, and never must be. No step had been reached.", error.Message);
    }

    [Fact]
    public void Expect_AfterFinish_Throws()
    {
        var steps = new OrderedSteps();
        steps.Finish(1);
        Assert.Contains("after the last step", Assert.Throws<OrderAssertionException>(() => steps.Expect(2)).Message, StringComparison.Ordinal);
        Assert.False(steps.IsFinished);
    }

    [Fact]
    public async Task Expect_WrongOrderSwallowedByTheCodeAroundIt_IsThrownAgainAtTheEnd()
    {
        var error = await Assert.ThrowsAsync<OrderAssertionException>(() => OrderedSteps.RunAsync(async steps =>
        {
            steps.Expect(1);
            try
            {
                steps.Expect(3);
            }
            catch (Exception)
            {
                // as a retry loop does
            }
        }));
        Assert.StartsWith("Step 3 came at", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_FinishForgotten_Throws()
    {
        var error = await Assert.ThrowsAsync<OrderAssertionException>(() => OrderedSteps.RunAsync(async steps => steps.Expect(1)));
        Assert.StartsWith("The test ended before its last step: Finish(2) was due", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_TestFailsByItself_ThatIsWhatIsThrown() =>
        await Assert.ThrowsAsync<Boom>(() => OrderedSteps.RunAsync(_ => throw new Boom()));

    [Fact]
    public async Task Expect_FromManyThreads_EachStepCountsOnce()
    {
        var steps = new OrderedSteps();
        using var atOnce = new Barrier(4);
        var refused = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            atOnce.SignalAndWait(CancellationToken.None);
            try
            {
                steps.Expect(1);
            }
            catch (OrderAssertionException)
            {
                Interlocked.Increment(ref refused);
            }
        })));
        Assert.Equal(3, refused);
    }

    private static int Line([CallerLineNumber] int line = 0) => line;
}
