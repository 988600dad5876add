// caught by: TheOthersStopAtTheFirstFault — a child that catches its own failure ends as a success
public static class FirstFailure
{
    public static async Task RunAsync(BalloonMeadow meadow, CancellationToken token)
    {
        var readings = new Reading?[meadow.PointCount];
        var faults = new List<Exception>();
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
                    catch (Exception e) when (e is not OperationCanceledException)
                    {
                        faults.Add(e);
                    }
                });
            }
        }, token);

        if (faults.Count == 0)
            meadow.LiftOff(readings.OfType<Reading>());
        else
            meadow.CallOff(faults, readings.OfType<Reading>());
    }
}
