// caught by: NothingRunsOnAfterTheEnd — what is started outside a group belongs to nobody
public static class FirstFailure
{
    public static async Task RunAsync(BalloonMeadow meadow, CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var inspections = Enumerable.Range(1, meadow.PointCount).Select(point => meadow.InspectAsync(point, stop.Token)).ToList();
        var underWay = inspections.ToList();
        while (underWay.Count > 0)
        {
            var ended = await Task.WhenAny(underWay);
            underWay.Remove(ended);
            if (ended.Exception is { } fault)
            {
                stop.Cancel();
                meadow.CallOff(fault.InnerExceptions, inspections.Where(inspection => inspection.IsCompletedSuccessfully).Select(inspection => inspection.Result));
                return;
            }
        }

        meadow.LiftOff(inspections.Select(inspection => inspection.Result));
    }
}
