// caught by: NothingRunsOnAfterTheEnd — what is started outside a group belongs to nobody
public static class FirstFailure
{
    public static async Task RunAsync(BalloonMeadow meadow, CancellationToken token)
    {
        var inspections = new List<Task<Reading>>();
        for (var point = 1; point <= meadow.PointCount; point++)
            inspections.Add(meadow.InspectAsync(point, token));

        if (inspections.All(inspection => !inspection.IsFaulted))
            meadow.LiftOff(inspections.Where(inspection => inspection.IsCompletedSuccessfully).Select(inspection => inspection.Result));
    }
}
