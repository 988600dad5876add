// right: a child rings the bell and cancels the group; the group ends quietly, and the last line asks what became of it
public static class EnforceADeadline
{
    public static async Task RunAsync(Ferry ferry, CancellationToken token)
    {
        var unloaded = new List<Crate>();
        var loaded = new List<Crate>();
        await TaskGroup.RunAsync(async group =>
        {
            var bell = group.Start(
                async t =>
                {
                    await Task.Delay(ferry.BoardingTime, ferry.Clock, t);
                    group.Cancel("the ferry leaves");
                },
                "bell");

            await ferry.LowerRampAsync(group.Token);
            var quay = new JoinableQueue<Crate?>(ferry.QuaySize);
            for (var i = 1; i <= ferry.DockerCount; i++)
            {
                group.Start(async t =>
                {
                    while (await quay.GetAsync(t) is { } crate)
                    {
                        await ferry.LoadAsync(crate, t);
                        loaded.Add(crate);
                        quay.MarkDone();
                    }

                    quay.MarkDone();
                });
            }

            for (var number = 1; number <= ferry.CrateCount; number++)
            {
                unloaded.Add(await ferry.UnloadAsync(number, group.Token));
                await quay.PutAsync(unloaded[^1], group.Token);
            }

            for (var i = 1; i <= ferry.DockerCount; i++)
                await quay.PutAsync(null, group.Token);
            await quay.JoinAsync(group.Token);
            bell.Cancel("everything is on board");
        }, token);

        if (loaded.Count == ferry.CrateCount)
            ferry.ReportDone(unloaded.Count, loaded.Count);
        else
            ferry.ReportTimeout(unloaded.Count, loaded.Count);
    }
}
