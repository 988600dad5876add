// caught by: AllPointsAreInspectedAtTheSameTime — there is no reading, and none is wanted
/// <summary>Exercise 07: who was stopped is sent off once more.</summary>
public static class FirstFailure
{
    public static async Task RunAsync(BalloonMeadow meadow, CancellationToken token)
    {
        var readings = new SortedList<int, Reading>();
        try
        {
            await TaskGroup.RunAsync(async group =>
            {
                for (var i = 1; i <= meadow.PointCount; i++)
                {
                    var p = i;
                    group.Start(async t => readings.Add(p, await meadow.InspectAsync(p, t)));
                }
            }, token);
            meadow.LiftOff(readings.Values);
        }
        catch (TaskGroupException e)
        {
            for (var p = 1; p <= meadow.PointCount; p++)
                if (!readings.ContainsKey(p))
                    try { readings.Add(p, await meadow.InspectAsync(p, token)); } catch (Exception) { }
            meadow.CallOff(e.InnerExceptions, readings.Values);
        }
    }
}
