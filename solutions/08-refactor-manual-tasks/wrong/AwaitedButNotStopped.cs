// caught by: TheOthersStopAtTheFirstDamage — waiting is not stopping
public static class RefactorManualTasks
{
    public static async Task RunAsync(MovingDay day, CancellationToken token)
    {
        using var calledOff = CancellationTokenSource.CreateLinkedTokenSource(token, day.CalledOff);
        await MoveAsync(day, calledOff.Token);
    }

    private static async Task MoveAsync(MovingDay day, CancellationToken token)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(token);
        var cat = day.WatchCatAsync(enough.Token);
        var packers = Enumerable.Range(1, day.RoomCount).Select(room => day.PackAsync(room, token)).ToList();
        var all = Task.WhenAll(packers.Cast<Task>().Append(day.CarryPianoAsync(token)));
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        enough.Cancel();
        await cat.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        if (all.Exception is { } damage)
            day.ReportDamage(damage.InnerExceptions);
        else if (!all.IsCanceled)
            day.SignWaybill(packers.Select(packer => packer.Result), packers.Sum(packer => packer.Result));
    }
}
