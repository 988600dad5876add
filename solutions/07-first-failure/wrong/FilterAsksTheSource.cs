// caught by: EveryFaultIsReportedOnce — The first failure is not the only one
/// <summary>Exercise 07: by hand; what comes after the stop is taken for a cancellation, whatever it is.</summary>
public static class FirstFailure
{
    public static async Task RunAsync(BalloonMeadow meadow, CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var faults = new List<Exception>();
        var readings = new List<Reading>();
        await Task.WhenAll(Enumerable.Range(1, meadow.PointCount).Select(InspectAsync));
        if (faults.Count == 0)
            meadow.LiftOff(readings.OrderBy(r => r.Point));
        else
            meadow.CallOff(faults, readings.OrderBy(r => r.Point));

        async Task InspectAsync(int point)
        {
            try
            {
                readings.Add(await meadow.InspectAsync(point, stop.Token));
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                // we were told to stop
            }
            catch (Exception e)
            {
                faults.Add(e);
                stop.Cancel();
            }
        }
    }
}
