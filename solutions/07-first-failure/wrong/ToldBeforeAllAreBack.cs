// caught by: ThePilotIsToldWhenEverybodyIsBack — asked to stop is not stopped
public static class FirstFailure
{
    public static async Task RunAsync(BalloonMeadow meadow, CancellationToken token)
    {
        var inspectors = new List<ChildTask<Reading>>();
        try
        {
            await TaskGroup.RunAsync(async group =>
            {
                foreach (var point in Enumerable.Range(1, meadow.PointCount))
                    inspectors.Add(group.Start(t => meadow.InspectAsync(point, t), $"inspector {point}"));
                try
                {
                    await foreach (var ended in Task.WhenEach(inspectors.Select(inspector => inspector.Completion)))
                        await ended;
                }
                catch (Exception fault)
                {
                    meadow.CallOff([fault], inspectors.Where(inspector => inspector.Status == ChildTaskStatus.Succeeded).Select(inspector => inspector.Result));
                }
            }, token);
            meadow.LiftOff(inspectors.Select(inspector => inspector.Result));
        }
        catch (TaskGroupException)
        {
            // the pilot knows already
        }
    }
}
