// caught by: TheProgramEndsWithoutAnError — what a catch throws on after that ends the program
/// <summary>Exercise 07: the pilot is told, and the error is thrown on all the same.</summary>
public static class FirstFailure
{
    public static async Task RunAsync(BalloonMeadow meadow, CancellationToken token)
    {
        var readings = new SortedList<int, Reading>();
        try
        {
            await TaskGroup.RunAsync(async group =>
            {
                for (var i = 1; i <= meadow.PointCount; i++)
                {
                    var p = i;
                    group.Start(async t => readings.Add(p, await meadow.InspectAsync(p, t)));
                }
            }, token);
            meadow.LiftOff(readings.Values);
        }
        catch (TaskGroupException e)
        {
            meadow.CallOff(e.InnerExceptions, readings.Values);
            throw;
        }
    }
}
