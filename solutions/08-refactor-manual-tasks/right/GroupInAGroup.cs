// right: the cat is watched in an outer group, as long as the inner one is at work; Flatten opens the envelope in the envelope
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
            await TaskGroup.RunAsync(async house =>
            {
                house.Start(day.WatchCatAsync, "cat");
                await TaskGroup.RunAsync(async movers =>
                {
                    movers.Start(day.CarryPianoAsync, "piano");
                    foreach (var room in Enumerable.Range(1, day.RoomCount))
                        packers.Add(movers.Start(t => day.PackAsync(room, t)));
                }, house.Token);
                house.Cancel("everybody has ended");
            }, token);
            day.SignWaybill(packers.Select(packer => packer.Result), packers.Sum(packer => packer.Result));
        }
        catch (TaskGroupException damage)
        {
            day.ReportDamage(damage.Flatten().InnerExceptions);
        }
        catch (OperationCanceledException)
        {
            day.Say("the customer has called it off");
        }
    }
}
