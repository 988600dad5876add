// caught by: AllPointsAreInspectedAtTheSameTime — awaiting an inspection in the loop is waiting before the next is started
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
                    var point = i;
                    var inspector = group.Start(t => meadow.InspectAsync(point, t), $"inspector {point}");
                    inspectors.Add(inspector);
                    await inspector.Completion;
                }
            }, token);
            meadow.LiftOff(inspectors.Select(inspector => inspector.Result));
        }
        catch (TaskGroupException faults)
        {
            meadow.CallOff(faults.InnerExceptions, inspectors.Where(inspector => inspector.Status == ChildTaskStatus.Succeeded).Select(inspector => inspector.Result));
        }
    }
}
