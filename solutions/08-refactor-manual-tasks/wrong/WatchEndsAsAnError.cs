// caught by: OnePaperIsWrittenAtTheEnd — a cancellation that nobody in it asked for is an error
/// <summary>Exercise 08: the watcher is stopped by a source of its own, which is an error to its group.</summary>
public static class RefactorManualTasks
{
    public static async Task RunAsync(MovingDay day, CancellationToken token)
    {
        using var calledOff = CancellationTokenSource.CreateLinkedTokenSource(token, day.CalledOff);
        await MoveAsync(day, calledOff.Token);
    }

    private static async Task MoveAsync(MovingDay day, CancellationToken token)
    {
        var packers = new List<ChildTask<int>>();
        try
        {
            await TaskGroup.RunAsync(async group =>
            {
                var catSource = new CancellationTokenSource();
                var cat = group.Start(_ => day.WatchCatAsync(catSource.Token), "cat");
                try
                {
                    for (var i = 1; i <= day.RoomCount; i++)
                    {
                        var room = i;
                        packers.Add(group.Start(t => day.PackAsync(room, t), $"packer {room}"));
                    }

                    var piano = group.Start(day.CarryPianoAsync, "piano");
                    await Task.WhenAll(packers.Select(p => p.Completion));
                    await piano.Completion;
                }
                finally { catSource.Cancel(); }
            }, token);
        }
        catch (TaskGroupException e)
        {
            day.ReportDamage(e.InnerExceptions);
            return;
        }

        var boxes = packers.Select(p => p.Result).ToList();
        day.SignWaybill(boxes, boxes.Sum());
    }
}
