// caught by: TheRunEnds — blocking is not awaiting
public static class FirstFailure
{
    public static async Task RunAsync(BalloonMeadow meadow, CancellationToken token)
    {
        var inspections = Enumerable.Range(1, meadow.PointCount).Select(point => meadow.InspectAsync(point, token)).ToList();
        try
        {
            meadow.LiftOff(inspections.Select(inspection => inspection.Result).ToList());
        }
        catch (AggregateException faults)
        {
            meadow.CallOff(faults.InnerExceptions, []);
        }
    }
}
