// caught by: TheProgramEndsWithoutAnError — what nobody catches ends the program
public static class FirstFailure
{
    public static async Task RunAsync(BalloonMeadow meadow, CancellationToken token)
    {
        var inspectors = new List<ChildTask<Reading>>();
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
}
