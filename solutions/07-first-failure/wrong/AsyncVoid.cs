// caught by: NothingRunsOnAfterTheEnd — what is started outside a group belongs to nobody
public static class FirstFailure
{
    public static async Task RunAsync(BalloonMeadow meadow, CancellationToken token)
    {
        var readings = new List<Reading>();
        var faults = new List<Exception>();
        await TaskGroup.RunAsync(async group =>
        {
            for (var point = 1; point <= meadow.PointCount; point++)
                Inspect(point, group.Token);
        }, token);
        if (faults.Count == 0)
            meadow.LiftOff(readings);
        else
            meadow.CallOff(faults, readings);

        async void Inspect(int point, CancellationToken t)
        {
            try
            {
                readings.Add(await meadow.InspectAsync(point, t));
            }
            catch (Exception e)
            {
                faults.Add(e);
            }
        }
    }
}
