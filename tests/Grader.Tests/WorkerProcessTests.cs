using System.Collections.ObjectModel;
using Checks;

namespace Grader.Tests;

public sealed class WorkerProcessTests
{
    [Fact]
    public async Task RunAsync_CancelledWhileRunsKeepComing_TakesNoFurtherOne()
    {
        var exercise = Exercises.Find("03")!;
        var source = await File.ReadAllTextAsync(Path.Combine(Repository.FindRoot(), "solutions", exercise.Slug, "Solution.cs"));
        using var worker = WorkerProcess.Start();
        using var cancellation = new CancellationTokenSource();
        var runs = new RunsThatCancel(cancellation);
        var options = new CheckOptions { Schedules = 1_000_000 };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => worker.RunAsync(
            ExerciseGrader.JobFor(exercise, options, "Solution.cs"), LearnerCompiler.Compile(source, "Solution.cs", exercise, options.CompileTimeLimit, TestContext.Current.CancellationToken), options.TimeLimit, runs, cancellation.Token));

        Assert.Single(runs);
    }

    [Fact]
    public async Task Take_OneWasStartedAhead_IsThatOneAndOnlyOnce()
    {
        WorkerProcess.Take().Dispose(); // what another test left
        WorkerProcess.StartAhead();
        WorkerProcess.StartAhead(); // one is enough
        using var first = WorkerProcess.Take();
        using var second = WorkerProcess.Take();
        Assert.NotSame(first, second);

        var exercise = Exercises.Find("03")!;
        var source = await File.ReadAllTextAsync(Path.Combine(Repository.FindRoot(), "solutions", exercise.Slug, "Solution.cs"));
        var runs = new Collection<ObservedRun>();
        var (end, _, _) = await first.RunAsync(
            ExerciseGrader.JobFor(exercise, new CheckOptions { Schedules = 1 }, "Solution.cs"),
            LearnerCompiler.Compile(source, "Solution.cs", exercise, TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken),
            TimeSpan.FromSeconds(60),
            runs,
            TestContext.Current.CancellationToken);
        Assert.Equal(WorkerEnd.Finished, end);
        Assert.Equal(exercise.Scenarios.Count, runs.Count);
    }

    /// <summary>Presses Ctrl+C at the first run.</summary>
    private sealed class RunsThatCancel(CancellationTokenSource cancellation) : Collection<ObservedRun>
    {
        protected override void InsertItem(int index, ObservedRun item)
        {
            base.InsertItem(index, item);
            cancellation.Cancel();
        }
    }
}
