/// <summary>Exercise 07: call the flight off at the first fault, and tell the pilot everything. The task is told in README.md.</summary>
public static class FirstFailure
{
    public static async Task RunAsync(BalloonMeadow meadow, CancellationToken token)
    {
        await TaskGroup.RunAsync(async group =>
        {
            // TODO 1: start an inspector for each point of the checklist, all at the same time, and keep what Start returns.
        }, token);

        // TODO 2: nothing is faulty? Then lift off: meadow.LiftOff(…), with the readings of all points.

        // TODO 3: something is? Where does that arrive? Call the flight off there: meadow.CallOff(…), with every fault, and with the readings that there are.
    }
}
