// caught by: AllPointsAreInspectedAtTheSameTime — a lambda captures the variable, not its value
public static class FirstFailure
{
    public static async Task RunAsync(BalloonMeadow meadow, CancellationToken token)
    {
        var inspectors = new List<ChildTask<Reading>>();
        try
        {
            await TaskGroup.RunAsync(async group =>
            {
                for (var i = 1; i <= meadow.PointCount; i++)
                {
                    inspectors.Add(group.Start(t => meadow.InspectAsync(i, t), $"inspector {i}"));
                }
            }, token);
            meadow.LiftOff(inspectors.Select(inspector => inspector.Result));
        }
        catch (TaskGroupException faults)
        {
            meadow.CallOff(faults.Flatten().InnerExceptions, inspectors.Where(inspector => inspector.Status == ChildTaskStatus.Succeeded).Select(inspector => inspector.Result));
        }
    }
}
