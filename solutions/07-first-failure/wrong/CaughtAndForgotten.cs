// caught by: ThePilotIsToldOnce — a failure that is caught and told to nobody is lost
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
            meadow.LiftOff(inspectors.Select(inspector => inspector.Result));
        }
        catch (TaskGroupException faults)
        {
            meadow.Say(faults.Message);
        }
    }
}
