// right: without a group; each inspector returns how it went, and the first fault cancels a source
/// <summary>Exercise 07: call the flight off at the first fault, and tell the pilot everything.</summary>
public static class FirstFailure
{
    private abstract record Outcome;
    private sealed record Good(Reading Reading) : Outcome;
    private sealed record Bad(Exception Fault) : Outcome;
    private sealed record Stopped : Outcome;

    public static async Task RunAsync(BalloonMeadow meadow, CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var outcomes = await Task.WhenAll(Enumerable.Range(1, meadow.PointCount).Select(InspectAsync));
        token.ThrowIfCancellationRequested();

        var readings = outcomes.OfType<Good>().Select(g => g.Reading).OrderBy(r => r.Point).ToArray();
        if (outcomes.OfType<Bad>().Select(b => b.Fault).ToList() is { Count: > 0 } faults)
            meadow.CallOff(faults, readings);
        else
            meadow.LiftOff(readings);

        async Task<Outcome> InspectAsync(int point)
        {
            try
            {
                return new Good(await meadow.InspectAsync(point, stop.Token));
            }
            catch (OperationCanceledException)
            {
                return new Stopped();
            }
            catch (Exception e)
            {
                stop.Cancel();
                return new Bad(e);
            }
        }
    }
}
