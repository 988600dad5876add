// caught by: EveryFaultIsReportedOnce — one envelope lies in the other
public static class FirstFailure
{
    public static async Task RunAsync(BalloonMeadow meadow, CancellationToken token)
    {
        var inspectors = new List<ChildTask<Reading>>();
        try
        {
            await TaskGroup.RunAsync(async morning =>
            {
                morning.Start(t => ReadTheWindAsync(meadow, t), "wind");
                await TaskGroup.RunAsync(async team =>
                {
                    foreach (var point in Enumerable.Range(1, meadow.PointCount))
                        inspectors.Add(team.Start(t => meadow.InspectAsync(point, t), $"inspector {point}"));
                }, morning.Token);
                morning.Cancel("everybody is back");
            }, token);
            meadow.LiftOff(Finished());
        }
        catch (TaskGroupException faults)
        {
            meadow.CallOff(faults.InnerExceptions, Finished());
        }

        IEnumerable<Reading> Finished() => inspectors.Where(inspector => inspector.Status == ChildTaskStatus.Succeeded).Select(inspector => inspector.Result);
    }

    private static async Task ReadTheWindAsync(BalloonMeadow meadow, CancellationToken token)
    {
        while (true)
        {
            meadow.Say("the wind is weak");
            await Task.Delay(TimeSpan.FromMilliseconds(30), meadow.Clock, token);
        }
    }
}
