// caught by: ThePilotIsToldOnce — what stands behind a try is run after its catch as well
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
                    inspectors.Add(group.Start(t => meadow.InspectAsync(point, t), $"inspector {point}"));
                }
            }, token);
        }
        catch (TaskGroupException faults)
        {
            meadow.CallOff(faults.InnerExceptions, inspectors.Where(inspector => inspector.Status == ChildTaskStatus.Succeeded).Select(inspector => inspector.Result));
        }

        meadow.LiftOff(inspectors.Where(inspector => inspector.Status == ChildTaskStatus.Succeeded).Select(inspector => inspector.Result));
    }
}
