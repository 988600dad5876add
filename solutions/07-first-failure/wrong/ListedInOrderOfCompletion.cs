// caught by: FinishedReadingsAreKept — the first to end is not the first that was started
public static class FirstFailure
{
    public static async Task RunAsync(BalloonMeadow meadow, CancellationToken token)
    {
        var readings = new List<Reading>();
        try
        {
            await TaskGroup.RunAsync(async group =>
            {
                foreach (var point in Enumerable.Range(1, meadow.PointCount))
                    group.Start(async t => readings.Add(await meadow.InspectAsync(point, t)), $"inspector {point}");
            }, token);
            meadow.LiftOff(readings);
        }
        catch (TaskGroupException faults)
        {
            meadow.CallOff(faults.InnerExceptions, readings);
        }
    }
}
