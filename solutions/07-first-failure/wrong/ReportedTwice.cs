// caught by: EveryFaultIsReportedOnce — one failure is one entry
public static class FirstFailure
{
    public static async Task RunAsync(BalloonMeadow meadow, CancellationToken token)
    {
        var readings = new Reading?[meadow.PointCount];
        var faults = new List<Exception>();
        try
        {
            await TaskGroup.RunAsync(async group =>
            {
                foreach (var point in Enumerable.Range(1, meadow.PointCount))
                {
                    group.Start(async t =>
                    {
                        try
                        {
                            readings[point - 1] = await meadow.InspectAsync(point, t);
                        }
                        catch (FaultFoundException e)
                        {
                            faults.Add(e); // so that it does not get lost
                            throw;
                        }
                    });
                }
            }, token);
            meadow.LiftOff(readings.OfType<Reading>());
        }
        catch (TaskGroupException e)
        {
            faults.AddRange(e.InnerExceptions);
            meadow.CallOff(faults, readings.OfType<Reading>());
        }
    }
}
