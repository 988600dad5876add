// caught by: TheCatIsWatchedToTheEnd — Cancelling is not waiting
/// <summary>Exercise 08: the watch is stopped when the piano is down, which is mostly the last.</summary>
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
                var cat = group.Start(day.WatchCatAsync, "cat");
                for (var i = 1; i <= day.RoomCount; i++)
                {
                    var room = i;
                    packers.Add(group.Start(t => day.PackAsync(room, t), $"packer {room}"));
                }

                var piano = group.Start(day.CarryPianoAsync, "piano");
                await piano.Completion;
                cat.Cancel();
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
