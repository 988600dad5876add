// right: no group: looks at each task as it ends, and cancels the rest at the first that failed
public static class FirstFailure
{
    public static async Task RunAsync(BalloonMeadow meadow, CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var inspections = Enumerable.Range(1, meadow.PointCount).Select(point => meadow.InspectAsync(point, stop.Token)).ToList();
        var faults = new List<Exception>();
        await foreach (var inspection in Task.WhenEach(inspections))
        {
            if (!inspection.IsFaulted)
                continue;
            faults.AddRange(inspection.Exception!.InnerExceptions);
            await stop.CancelAsync();
        }

        var readings = inspections.Where(inspection => inspection.IsCompletedSuccessfully).Select(inspection => inspection.Result).ToArray();
        if (faults.Count == 0)
            meadow.LiftOff(readings);
        else
            meadow.CallOff(faults, readings);
    }
}
