using StructuredConcurrency.Simulation;

namespace StructuredConcurrency.Tests;

/// <summary>Rare ways through the library, each with what it must come to.</summary>
public sealed class EdgeTests
{
    [Fact]
    public async Task Start_WorkReturnsNoTask_IsTheChildsFailureAndNamesIt()
    {
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => TaskGroup.RunAsync(group =>
        {
            group.Start(NoTask, "forgetful");
            return Task.CompletedTask;
        }));
        Assert.Contains("'forgetful'", Assert.IsType<InvalidOperationException>(Assert.Single(error.InnerExceptions)).Message, StringComparison.Ordinal);

#pragma warning disable MA0022, VSTHRD114 // that is the mistake
        static Task NoTask(CancellationToken token) => null!;
#pragma warning restore MA0022, VSTHRD114
    }

    [Fact]
    public Task ChildCancel_ChildWithAValueThatThrowsBeforeItsFirstAwait_IsCancelledByName() => TaskGroup.RunAsync(async group =>
    {
        var started = new TaskCompletionSource();
        var child = group.Start<int>(
            token =>
            {
                started.Task.Wait(TimeSpan.FromSeconds(20), CancellationToken.None);
                token.ThrowIfCancellationRequested();
                return Task.FromResult(1);
            },
            "lonely");
        child.Cancel();
        started.SetResult();
        Assert.Equal("lonely", (await Assert.ThrowsAsync<ChildCancelledException>(() => child.Completion)).Name);
        Assert.Equal(ChildTaskStatus.Cancelled, child.Status);
        Assert.Contains("Cancelled", Assert.Throws<InvalidOperationException>(() => child.Result).Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Cancel_FromAStrangersThread_CallsBackOnTheLoop()
    {
        var thread = Environment.CurrentManagedThreadId;
        var calledBackOn = 0;
        var report = EventLoop.Run(() => TaskGroup.RunAsync(async group =>
        {
            var cancelled = new TaskCompletionSource();
            group.Token.Register(() =>
            {
                calledBackOn = Environment.CurrentManagedThreadId;
                cancelled.SetResult();
            });
            var stranger = new Thread(() => group.Cancel());
            stranger.Start();
            await cancelled.Task;
        }));
        Assert.Equal(Outcome.Completed, report.Outcome);
        Assert.Equal(thread, calledBackOn);
    }

    [Fact]
    public async Task RaceAsync_Name_IsThatOfItsScope() => Assert.Equal("group", await TaskGroup.RaceAsync<string>(race =>
    {
        race.Start(_ => Task.FromResult(race.Name));
        return Task.CompletedTask;
    }));

    [Fact]
    public void ScopeTracing_NobodyObserves_DoesNothing()
    {
        Assert.False(ScopeTracing.IsEnabled);
        ScopeTracing.Mark("unheard");
        ScopeTracing.Line("unheard");
        ScopeTracing.WorkStarted("unheard");
        ScopeTracing.WorkEnded("unheard", ScopeOutcome.Succeeded);
        ScopeTracing.CancelObserved();
    }

    [Fact]
    public void QueueMessage_InALog_IsItsItemOrTheWordStop()
    {
        Assert.Equal("7", new QueueMessage<int>.Item(7).ToString());
        Assert.Equal("", new QueueMessage<string?>.Item(null).ToString());
        Assert.Equal("stop", new QueueMessage<int>.Stop().ToString());
    }

    [Fact]
    public void SaveAndLoad_File_HoldsTheSameStoryAndNamesItselfWhereItIsBroken()
    {
        var path = Path.GetTempFileName();
        try
        {
            var log = EventLoop.Run(() => TaskGroup.RunAsync(group =>
            {
                var child = group.Start(Forever.WaitAsync, "lonely");
                child.Cancel(); // alone, without a reason of its own
                return Task.CompletedTask;
            })).Log;
            log.SetProperty("title", "a test");
            log.Save(path);
            var loaded = EventLog.Load(path);
            Assert.Equal(log.Events, loaded.Events);
            Assert.Equal(log.Count, loaded.Count);
            Assert.Equal("a test", loaded.Properties["title"]);
            Assert.Contains("'lonely' was cancelled", File.ReadAllText(path), StringComparison.Ordinal);

            File.AppendAllText(path, "{}\n");
            Assert.Contains($"{path}:", Assert.Throws<FormatException>(() => EventLog.Load(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void ToTree_StoryThatBreaksOff_SaysWhatIsStillRunning()
    {
        var log = EventLoop.Run(() => TaskGroup.RunAsync(group =>
        {
            group.Start(
                async token =>
                {
                    await TaskGroup.RunAsync(_ => Task.CompletedTask, token);
                    await TaskGroup.RunAsync(_ => Forever.WaitAsync(CancellationToken.None), token);
                },
                "stuck");
            return Task.CompletedTask;
        })).Log;
        Assert.Equal(
            """
            group-1  0.000–  still running
            └─ stuck  0.000–  still running
               ├─ group-2  0.000–0.000  succeeded
               └─ group-3  0.000–  still running

            """.ReplaceLineEndings("\n"),
            log.ToTree());
    }

    [Fact]
    public void Reschedule_WhileObserved_TellsWhereTheDeadlineWent()
    {
        var log = EventLoop.Run(() => TimeoutScope.RunAsync(TimeSpan.FromSeconds(1), scope =>
        {
            scope.Reschedule(TimeSpan.FromSeconds(2));
            scope.Reschedule(null);
            return Task.CompletedTask;
        })).Log;
        Assert.Equal(
            [TimeSpan.FromSeconds(2), null],
            log.Events.Where(e => e.Kind == ScopeEventKind.DeadlineMoved).Select(e => e.Deadline));
    }
}
