// right: the inner group's value is the boxes; the watcher's token is a source of its own, which a finally cancels
public static class RefactorManualTasks
{
    public static async Task RunAsync(MovingDay day, CancellationToken token)
    {
        using var calledOff = CancellationTokenSource.CreateLinkedTokenSource(token, day.CalledOff);
        await MoveAsync(day, calledOff.Token);
    }

    private static async Task MoveAsync(MovingDay day, CancellationToken token)
    {
        try
        {
            int[] boxes = [];
            using var enough = new CancellationTokenSource();
            await TaskGroup.RunAsync(async group =>
            {
                group.Start(
                    async t =>
                    {
                        using var either = CancellationTokenSource.CreateLinkedTokenSource(t, enough.Token);
                        try
                        {
                            await day.WatchCatAsync(either.Token);
                        }
                        catch (OperationCanceledException) when (enough.IsCancellationRequested)
                        {
                            // that is how a watch ends
                        }
                    },
                    "cat");
                try
                {
                    boxes = await TaskGroup.RunAsync(
                        async movers =>
                        {
                            var piano = movers.Start(day.CarryPianoAsync);
                            var packers = Enumerable.Range(1, day.RoomCount).Select(room => movers.Start(t => day.PackAsync(room, t)).Completion).ToList();
                            var counts = await Task.WhenAll(packers);
                            await piano.Completion;
                            return counts;
                        },
                        group.Token);
                }
                finally
                {
                    enough.Cancel();
                }
            }, token);
            day.SignWaybill(boxes, boxes.Sum());
        }
        catch (AggregateException damage)
        {
            day.ReportDamage(damage.Flatten().InnerExceptions);
        }
    }
}
