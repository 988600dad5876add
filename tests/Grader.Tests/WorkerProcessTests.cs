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
            ExerciseGrader.JobFor(exercise, options, "Solution.cs"), LearnerCompiler.Compile(source, "Solution.cs", exercise, options.CompileTimeLimit), options.TimeLimit, runs, cancellation.Token));

        Assert.Single(runs);
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
