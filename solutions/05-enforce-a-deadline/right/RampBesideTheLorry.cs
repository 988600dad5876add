// right: the lorry is unloaded while the ramp is lowered, and the dockers wait for the ramp
public static class EnforceADeadline
{
    public static async Task RunAsync(Ferry ferry, CancellationToken token)
    {
        var tally = new Tally();

        try
        {
            await TimeoutScope.RunAsync(ferry.BoardingTime, async scope =>
            {
                await LoadEverythingAsync(ferry, tally, scope.Token);
            }, token);
            ferry.ReportDone(tally.Unloaded, tally.Loaded);
        }
        catch (TimeoutException)
        {
            ferry.ReportTimeout(tally.Unloaded, tally.Loaded);
        }
    }

    private static async Task LoadEverythingAsync(Ferry ferry, Tally tally, CancellationToken token)
    {
        var ramp = new TaskCompletionSource();
        var quay = new JoinableQueue<Crate>(ferry.QuaySize) { Name = "quay" };

        await TaskGroup.RunAsync(async group =>
        {
            group.Start(t => UnloadAsync(ferry, quay, tally, t), "lorry");
            for (var i = 1; i <= ferry.DockerCount; i++)
            {
                group.Start(async t =>
                {
                    await ramp.Task.WaitAsync(t);
                    await LoadAsync(ferry, quay, tally, t);
                }, $"docker {i}");
            }

            await ferry.LowerRampAsync(group.Token);
            ramp.SetResult();
        }, token);
    }

    private static async Task UnloadAsync(Ferry ferry, JoinableQueue<Crate> quay, Tally tally, CancellationToken token)
    {
        for (var number = 1; number <= ferry.CrateCount; number++)
        {
            var crate = await ferry.UnloadAsync(number, token);
            tally.Unloaded++;
            await quay.PutAsync(crate, token);
        }

        quay.Shutdown();
    }

    private static async Task LoadAsync(Ferry ferry, JoinableQueue<Crate> quay, Tally tally, CancellationToken token)
    {
        await foreach (var crate in quay.GetAllAsync(token))
        {
            await ferry.LoadAsync(crate, token);
            tally.Loaded++;
        }
    }

    private sealed class Tally
    {
        public int Unloaded { get; set; }

        public int Loaded { get; set; }
    }
}
