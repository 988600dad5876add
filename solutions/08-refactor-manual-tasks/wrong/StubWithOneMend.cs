// caught by: NothingRunsOnAfterTheEnd — whoever watches the cat brings it to the car first
public static class RefactorManualTasks
{
    public static async Task RunAsync(MovingDay day, CancellationToken token)
    {
        using var calledOff = CancellationTokenSource.CreateLinkedTokenSource(token, day.CalledOff);
        await MoveAsync(day, calledOff.Token);
    }

    private static async Task MoveAsync(MovingDay day, CancellationToken token)
    {
        var stop = new CancellationTokenSource();
        var boxes = new List<int>();
        var total = 0;
        var tasks = new List<Task>();

        // Somebody keeps an eye on the cat until everything is done.
        var cat = day.WatchCatAsync(stop.Token);

        for (var i = 1; i <= day.RoomCount; i++)
        {
            var room = i;
            tasks.Add(Task.Run(async () => total += await PackAsync(room)));
        }

        // New since last spring: customers with a piano.
        tasks.Add(day.CarryPianoAsync(stop.Token));

        try
        {
            await Task.WhenAll(tasks);
            day.SignWaybill(boxes, total);
        }
        catch (Exception e)
        {
            day.ReportDamage([e]);
        }

        await stop.CancelAsync(); // the cat is in the van by now

        async Task<int> PackAsync(int room)
        {
            var count = await day.PackAsync(room, stop.Token);
            boxes.Add(count);
            return count;
        }
    }
}
