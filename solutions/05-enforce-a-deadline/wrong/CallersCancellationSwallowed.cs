// caught by: CancellationByTheCallerPassesThrough — A cancellation that is swallowed looks like a success
/// <summary>Exercise 05: the ferry leaves on time, whatever stands on the quay.</summary>
public static class EnforceADeadline
{
    public static async Task RunAsync(Ferry ferry, CancellationToken token)
    {
        var tally = new Tally();

        try
        {
            await TimeoutScope.RunAsync(ferry.BoardingTime, async scope =>
            {
                await ferry.LowerRampAsync(scope.Token);
                await LoadEverythingAsync(ferry, tally, scope.Token);
            }, token);
            ferry.ReportDone(tally.Unloaded, tally.Loaded);
        }
        catch (TimeoutException) // the scope's own deadline; a storm passes as what it is
        {
            ferry.ReportTimeout(tally.Unloaded, tally.Loaded);
        }
        catch (OperationCanceledException)
        {
            ferry.Say("harbour closed");
        }
    }

    private static async Task LoadEverythingAsync(Ferry ferry, Tally tally, CancellationToken token)
    {
        var quay = new JoinableQueue<Crate>(ferry.QuaySize) { Name = "quay" };

        await TaskGroup.RunAsync(async group =>
        {
            group.Start(t => UnloadAsync(ferry, quay, tally, t), "lorry");
            for (var i = 1; i <= ferry.DockerCount; i++)
                group.Start(t => LoadAsync(ferry, quay, tally, t), $"docker {i}");
        }, token);
    }

    private static async Task UnloadAsync(Ferry ferry, JoinableQueue<Crate> quay, Tally tally, CancellationToken token)
    {
        for (var number = 1; number <= ferry.CrateCount; number++)
        {
            var crate = await ferry.UnloadAsync(number, token);
            tally.Unloaded++; // counted after the wait for room, the last one might be forgotten
            await quay.PutAsync(crate, token);
        }

        quay.Shutdown(); // nothing more will come: who finds the quay empty from now on goes home
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
