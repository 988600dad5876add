// caught by: TheOthersStopAtTheFirstFault — waiting is not stopping: Task.WhenAll waits for all
public static class FirstFailure
{
    public static async Task RunAsync(BalloonMeadow meadow, CancellationToken token)
    {
        var inspections = Enumerable.Range(1, meadow.PointCount).Select(point => meadow.InspectAsync(point, token)).ToList();
        var all = Task.WhenAll(inspections);
        try
        {
            meadow.LiftOff(await all);
        }
        catch (Exception)
        {
            meadow.CallOff(all.Exception!.InnerExceptions, inspections.Where(inspection => inspection.IsCompletedSuccessfully).Select(inspection => inspection.Result));
        }
    }
}
