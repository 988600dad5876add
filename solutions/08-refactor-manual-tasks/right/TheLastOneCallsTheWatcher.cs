// right: each child counts itself out, and the last one stops the watcher; results in an array
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
        var total = 0;
        var atWork = day.RoomCount + 1;
        try
        {
            await TaskGroup.RunAsync(async group =>
            {
                var cat = group.Start(day.WatchCatAsync, "cat");
                Start("piano", day.CarryPianoAsync);
                for (var i = 0; i < boxes.Length; i++)
                {
                    var place = i;
                    Start($"room {place + 1}", async t =>
                    {
                        var count = await day.PackAsync(place + 1, t);
                        boxes[place] = count;
                        Interlocked.Add(ref total, count);
                    });
                }

                void Start(string name, Func<CancellationToken, Task> work) => group.Start(
                    async t =>
                    {
                        await work(t);
                        if (Interlocked.Decrement(ref atWork) == 0)
                            cat.Cancel("the last one has ended");
                    },
                    name);
            }, token);
        }
        catch (TaskGroupException damage) when (damage.Contains<DamageException>())
        {
            day.ReportDamage(damage.InnerExceptions);
            return;
        }

        day.SignWaybill(boxes, total);
    }
}
