/// <summary>Exercise 07: call the flight off at the first fault, and tell the pilot everything.</summary>
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
                    var point = i; // the inspector looks at it later, when i has gone on
                    inspectors.Add(group.Start(t => meadow.InspectAsync(point, t), $"inspector {point}"));
                }
            }, token);

            meadow.LiftOff(inspectors.Select(inspector => inspector.Result));
        }
        catch (TaskGroupException faults)
        {
            var finished = inspectors.Where(inspector => inspector.Status == ChildTaskStatus.Succeeded);
            meadow.CallOff(faults.InnerExceptions, finished.Select(inspector => inspector.Result));
        }
    }
}
