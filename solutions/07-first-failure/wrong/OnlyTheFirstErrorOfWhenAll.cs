// caught by: EveryFaultIsReportedOnce — the first failure is not the only one
public static class FirstFailure
{
    public static async Task RunAsync(BalloonMeadow meadow, CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var inspections = Enumerable.Range(1, meadow.PointCount).Select(InspectAsync).ToList();
        try
        {
            meadow.LiftOff(await Task.WhenAll(inspections));
        }
        catch (Exception e)
        {
            meadow.CallOff([e], inspections.Where(inspection => inspection.IsCompletedSuccessfully).Select(inspection => inspection.Result));
        }

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
