// right: each child keeps what became of it and stops the group itself, which then ends quietly
public static class FirstFailure
{
    public static async Task RunAsync(BalloonMeadow meadow, CancellationToken token)
    {
        var outcomes = new Task<Reading>?[meadow.PointCount];
        await TaskGroup.RunAsync(new TaskGroupOptions { Name = "inspection" }, async group =>
        {
            for (var i = 0; i < outcomes.Length; i++)
            {
                var place = i;
                group.Start(async t =>
                {
                    var inspection = outcomes[place] = meadow.InspectAsync(place + 1, t);
                    await ((Task)inspection).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    if (inspection.IsFaulted)
                        group.Cancel($"point {place + 1} is faulty");
                });
            }
        }, token);

        var faults = outcomes.Where(outcome => outcome is { IsFaulted: true }).SelectMany(outcome => outcome!.Exception!.InnerExceptions).ToList();
        var readings = outcomes.Where(outcome => outcome is { IsCompletedSuccessfully: true }).Select(outcome => outcome!.Result).ToList();
        if (faults.Count > 0)
            meadow.CallOff(faults, readings);
        else
            meadow.LiftOff(readings);
    }
}
