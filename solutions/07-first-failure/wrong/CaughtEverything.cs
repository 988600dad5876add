// caught by: ThePilotIsToldOnce — a failure that is caught and told to nobody looks like a success
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
        catch (Exception e)
        {
            meadow.Say(e.Message);
        }

        meadow.LiftOff(inspectors.Where(inspector => inspector.Status == ChildTaskStatus.Succeeded).Select(inspector => inspector.Result));
    }
}
