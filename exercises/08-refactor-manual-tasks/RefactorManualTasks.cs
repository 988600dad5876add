/// <summary>Exercise 08: a list of tasks, kept by hand, becomes a group. The task is told in README.md.</summary>
public static class RefactorManualTasks
{
    public static async Task RunAsync(MovingDay day, CancellationToken token)
    {
        // Two may stop it: whoever runs this program, and the customer, by telephone. This method may stay as it is.
        using var calledOff = CancellationTokenSource.CreateLinkedTokenSource(token, day.CalledOff);
        await MoveAsync(day, calledOff.Token);
    }

    // TODO: this has grown over the years, and it seems to work. Make a group of it: what it is meant to do stays, its bugs go.
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
        var piano = day.CarryPianoAsync(stop.Token);

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
