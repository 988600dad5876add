// caught by: TheOthersStopAtTheFirstFault — a group that isolates failures stops nobody
public static class FirstFailure
{
    public static async Task RunAsync(BalloonMeadow meadow, CancellationToken token)
    {
        var inspectors = new List<ChildTask<Reading>>();
        try
        {
            await TaskGroup.RunAsync(new TaskGroupOptions { OnChildFailure = ChildFailure.Isolate }, async group =>
            {
                for (var i = 1; i <= meadow.PointCount; i++)
                {
                    var point = i;
                    inspectors.Add(group.Start(t => meadow.InspectAsync(point, t), $"inspector {point}"));
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
