using StructuredConcurrency;
using StructuredConcurrency.Simulation;

namespace Workshop.Lesson.Tests;

[Collection(nameof(Console))]
public sealed class LessonLoopTests
{
    [Fact]
    public void Run_ProgramThatWaitsForItself_SaysWhoWaitsForWhat()
    {
        var lines = PrintedLines.Of(() => LessonLoop.Run(async work =>
        {
            var queue = new JoinableQueue<int>();
            await work.MakeAsync(1, CancellationToken.None);
            await queue.PutAsync(1);
            await queue.JoinAsync();
        }));
        Assert.Equal(["STANDS STILL at 0.023: main waits for 'queue' to be joined: 1 unfinished"], lines);
    }

    [Fact]
    public void Run_WorkOnTheBrokenItem_FailsAfterItsTime()
    {
        RunReport? report = null;
        var lines = PrintedLines.Of(() => report = LessonLoop.Run(async work =>
        {
            work.BrokenItem = 2;
            await work.ProcessAsync(1, CancellationToken.None);
            work.Print("1 done");
            await work.ProcessAsync(2, CancellationToken.None);
        }));
        Assert.Equal(["1 done 0.059", "failed after 0.094 s: InvalidDataException: item 2 is broken"], lines);
        Assert.Contains(report!.Log.Events, e => e is { Kind: ScopeEventKind.WorkEnded, Item: "2", Outcome: ScopeOutcome.Faulted });
    }
}
