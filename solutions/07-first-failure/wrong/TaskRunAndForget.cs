// caught by: NothingRunsOnAfterTheEnd — what is started outside a group belongs to nobody
public static class FirstFailure
{
    public static async Task RunAsync(BalloonMeadow meadow, CancellationToken token)
    {
        var readings = new Reading?[meadow.PointCount];
        try
        {
            await TaskGroup.RunAsync(async group =>
            {
                foreach (var point in Enumerable.Range(1, meadow.PointCount))
                    group.Start(async t => { _ = Task.Run(async () => readings[point - 1] = await meadow.InspectAsync(point, t), t); });
            }, token);
            meadow.LiftOff(readings.OfType<Reading>());
        }
        catch (TaskGroupException faults)
        {
            meadow.CallOff(faults.InnerExceptions, readings.OfType<Reading>());
        }
    }
}
