// right: the body awaits the completions of all and returns what they read; an array keeps what was read in case it does not come to that
public static class FirstFailure
{
    public static async Task RunAsync(BalloonMeadow meadow, CancellationToken token)
    {
        var finished = new Reading?[meadow.PointCount];
        try
        {
            var readings = await TaskGroup.RunAsync(
                group => Task.WhenAll(Enumerable.Range(1, meadow.PointCount).Select(point => group.Start(t => InspectAsync(point, t)).Completion).ToList()),
                token);
            meadow.LiftOff(readings);
        }
        catch (TaskGroupException e)
        {
            meadow.CallOff(e.Flatten().InnerExceptions, finished.OfType<Reading>());
        }

        async Task<Reading> InspectAsync(int point, CancellationToken t)
        {
            var reading = await meadow.InspectAsync(point, t);
            finished[point - 1] = reading;
            return reading;
        }
    }
}
