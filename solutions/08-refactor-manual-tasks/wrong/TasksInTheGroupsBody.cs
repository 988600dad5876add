// caught by: NothingRunsOnAfterTheEnd — what is started outside a group belongs to nobody
public static class RefactorManualTasks
{
    public static async Task RunAsync(MovingDay day, CancellationToken token)
    {
        using var calledOff = CancellationTokenSource.CreateLinkedTokenSource(token, day.CalledOff);
        await MoveAsync(day, calledOff.Token);
    }

    private static async Task MoveAsync(MovingDay day, CancellationToken token)
    {
        var boxes = new int[day.RoomCount];
        try
        {
            await TaskGroup.RunAsync(async group =>
            {
                var cat = group.Start(day.WatchCatAsync, "cat");
                var piano = group.Start(day.CarryPianoAsync, "piano");
                for (var i = 1; i <= day.RoomCount; i++)
                {
                    var room = i;
                    _ = Task.Run(async () => boxes[room - 1] = await day.PackAsync(room, group.Token));
                }

                await piano.Completion;
                cat.Cancel("everything is done");
            }, token);
            day.SignWaybill(boxes, boxes.Sum());
        }
        catch (TaskGroupException damage)
        {
            day.ReportDamage(damage.InnerExceptions);
        }
    }
}
