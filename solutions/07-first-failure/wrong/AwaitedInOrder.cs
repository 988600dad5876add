// caught by: TheOthersStopAtTheFirstFault — hears of a failure late
public static class FirstFailure
{
    public static async Task RunAsync(BalloonMeadow meadow, CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var inspections = Enumerable.Range(1, meadow.PointCount).Select(point => meadow.InspectAsync(point, stop.Token)).ToList();
        var readings = new List<Reading>();
        var faults = new List<Exception>();
        foreach (var inspection in inspections)
        {
            try
            {
                readings.Add(await inspection);
            }
            catch (OperationCanceledException)
            {
                // it was stopped, which is no fault
            }
            catch (Exception e)
            {
                faults.Add(e);
                stop.Cancel();
            }
        }

        if (faults.Count > 0)
            meadow.CallOff(faults, readings);
        else
            meadow.LiftOff(readings);
    }
}
