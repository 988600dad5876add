// caught by: TheOthersStopAtTheFirstDamage — a child that catches its own failure ends as a success
public static class RefactorManualTasks
{
    public static async Task RunAsync(MovingDay day, CancellationToken token)
    {
        using var calledOff = CancellationTokenSource.CreateLinkedTokenSource(token, day.CalledOff);
        await MoveAsync(day, calledOff.Token);
    }

    private static async Task MoveAsync(MovingDay day, CancellationToken token)
    {
        var packers = new List<ChildTask>();
        var boxes = new int[day.RoomCount];
        var damages = new List<Exception>();
        try
        {
            await TaskGroup.RunAsync(async group =>
            {
                var cat = group.Start(day.WatchCatAsync, "cat");
                for (var i = 1; i <= day.RoomCount; i++)
                {
                    var room = i;
                    packers.Add(group.Start(t => PackAsync(room, t), $"room {room}"));
                }

                var piano = group.Start(day.CarryPianoAsync, "piano");

                await Task.WhenAll(packers.Select(packer => packer.Completion));
                await piano.Completion;
                cat.Cancel("everything is done"); // it never ends by itself
            }, token);
        }
        catch (TaskGroupException damage)
        {
            damages.AddRange(damage.InnerExceptions);
        }

        if (damages.Count > 0)
            day.ReportDamage(damages);
        else
            day.SignWaybill(boxes, boxes.Sum());

        async Task PackAsync(int room, CancellationToken t)
        {
            try
            {
                boxes[room - 1] = await day.PackAsync(room, t);
            }
            catch (DamageException e)
            {
                damages.Add(e);
            }
        }
    }
}
