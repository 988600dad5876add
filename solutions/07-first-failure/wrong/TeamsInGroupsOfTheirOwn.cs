// caught by: TheOthersStopAtTheFirstFault — a group passes its failure on only when all its own children have ended
public static class FirstFailure
{
    public static async Task RunAsync(BalloonMeadow meadow, CancellationToken token)
    {
        var inspectors = new List<ChildTask<Reading>>();
        try
        {
            await TaskGroup.RunAsync(async teams =>
            {
                // Two teams: one for the odd points, one for the even ones.
                foreach (var first in new[] { 1, 2 })
                {
                    teams.Start(t => TaskGroup.RunAsync(async team =>
                    {
                        for (var i = first; i <= meadow.PointCount; i += 2)
                        {
                            var point = i;
                            inspectors.Add(team.Start(t => meadow.InspectAsync(point, t), $"inspector {point}"));
                        }
                    }, t), $"team {first}");
                }
            }, token);
            meadow.LiftOff(Finished());
        }
        catch (TaskGroupException faults)
        {
            meadow.CallOff(faults.Flatten().InnerExceptions, Finished());
        }

        IEnumerable<Reading> Finished() =>
            inspectors.Where(inspector => inspector.Status == ChildTaskStatus.Succeeded).Select(inspector => inspector.Result).OrderBy(reading => reading.Point);
    }
}
