// right: no group: one source for all, linked to the caller's, a watcher around each task, and everything is awaited
public static class RefactorManualTasks
{
    public static async Task RunAsync(MovingDay day, CancellationToken token)
    {
        using var calledOff = CancellationTokenSource.CreateLinkedTokenSource(token, day.CalledOff);
        await MoveAsync(day, calledOff.Token);
    }

    private static async Task MoveAsync(MovingDay day, CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var damages = new List<Exception>();
        var boxes = new int[day.RoomCount];

        var cat = WatchAsync(day.WatchCatAsync(stop.Token));
        var tasks = new List<Task> { WatchAsync(day.CarryPianoAsync(stop.Token)) };
        for (var room = 1; room <= day.RoomCount; room++)
            tasks.Add(WatchAsync(PackAsync(room)));

        await Task.WhenAll(tasks);
        await stop.CancelAsync(); // the watcher of the cat never ends by itself
        await cat;

        if (damages.Count > 0)
        {
            day.ReportDamage(damages);
            return;
        }

        token.ThrowIfCancellationRequested();
        day.SignWaybill(boxes, boxes.Sum());

        async Task PackAsync(int room) => boxes[room - 1] = await day.PackAsync(room, stop.Token);

        async Task WatchAsync(Task task)
        {
            try
            {
                await task;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // being stopped is no damage
            }
            catch (Exception e)
            {
                damages.Add(e);
                stop.Cancel();
            }
        }
    }
}
