// right: no group: one token source for all, a watcher around each inspection, and nothing is said before all have ended
public static class FirstFailure
{
    public static async Task RunAsync(BalloonMeadow meadow, CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var inspections = Enumerable.Range(1, meadow.PointCount).Select(InspectAsync).ToList();
        await Task.WhenAll(inspections.Cast<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        var readings = inspections.Where(inspection => inspection.IsCompletedSuccessfully).Select(inspection => inspection.Result);
        var faults = inspections.Where(inspection => inspection.IsFaulted).SelectMany(inspection => inspection.Exception!.InnerExceptions).ToList();
        if (faults.Count > 0)
            meadow.CallOff(faults, readings);
        else
            meadow.LiftOff(readings);

        async Task<Reading> InspectAsync(int point)
        {
            try
            {
                return await meadow.InspectAsync(point, stop.Token);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                stop.Cancel();
                throw;
            }
        }
    }
}
