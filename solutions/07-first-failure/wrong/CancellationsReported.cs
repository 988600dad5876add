// caught by: EveryFaultIsReportedOnce — being stopped is no failure
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
                        catch (Exception e)
                        {
                            faults.Add(e);
                            throw;
                        }
                    });
                }
            }, token);
            meadow.LiftOff(readings.OfType<Reading>());
        }
        catch (TaskGroupException)
        {
            meadow.CallOff(faults, readings.OfType<Reading>());
        }
    }
}
