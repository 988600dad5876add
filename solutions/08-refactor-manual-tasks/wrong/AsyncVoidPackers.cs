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
        var damages = new List<Exception>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        for (var room = 1; room <= day.RoomCount; room++)
            Pack(room);
        var cat = day.WatchCatAsync(stop.Token);
        try
        {
            await day.CarryPianoAsync(stop.Token);
        }
        catch (DamageException e)
        {
            damages.Add(e);
        }

        stop.Cancel();
        await cat.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (damages.Count > 0)
            day.ReportDamage(damages);
        else if (!token.IsCancellationRequested)
            day.SignWaybill(boxes, boxes.Sum());

        async void Pack(int room)
        {
            try
            {
                boxes[room - 1] = await day.PackAsync(room, stop.Token);
            }
            catch (DamageException e)
            {
                damages.Add(e);
            }
        }
    }
}
