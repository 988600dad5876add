/// <summary>Exercise 05: the ferry leaves on time, whatever stands on the quay. The task is told in README.md.</summary>
public static class EnforceADeadline
{
    public static async Task RunAsync(Ferry ferry, CancellationToken token)
    {
        var tally = new Tally();

        // TODO 1: from here on the ferry stays for ferry.BoardingTime. Give all that follows this one deadline.
        await ferry.LowerRampAsync(token);
        await LoadEverythingAsync(ferry, tally, token);

        // TODO 3: report how it ended, with ferry.ReportDone(…) or ferry.ReportTimeout(…), when the counts can change no more.
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
            await quay.PutAsync(crate, token); // waits while the quay is full

            // TODO 2: count the crates that came off the lorry, in tally.Unloaded. Is this the right place?
        }

        quay.Shutdown(); // nothing more will come: who finds the quay empty from now on goes home
    }

    private static async Task LoadAsync(Ferry ferry, JoinableQueue<Crate> quay, Tally tally, CancellationToken token)
    {
        await foreach (var crate in quay.GetAllAsync(token))
        {
            await ferry.LoadAsync(crate, token);

            // TODO 2: count the crates that are on board, in tally.Loaded.
        }
    }

    private sealed class Tally
    {
        public int Unloaded { get; set; }

        public int Loaded { get; set; }
    }
}
