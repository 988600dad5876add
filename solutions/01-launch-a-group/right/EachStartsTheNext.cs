// right: each helper starts the next one before it counts, so that all of them are at work together
public static class LaunchAGroup
{
    public static async Task RunAsync(VillageLibrary library, CancellationToken token)
    {
        var counts = new int[library.ShelfCount];
        await TaskGroup.RunAsync(
            group =>
            {
                Launch(group, 1);
                return Task.CompletedTask;
            },
            token);
        library.HandIn(counts);

        void Launch(TaskGroup group, int shelf)
        {
            if (shelf > counts.Length)
                return;
            group.Start(
                async t =>
                {
                    Launch(group, shelf + 1);
                    counts[shelf - 1] = await library.CountAsync(shelf, t);
                },
                $"helper {shelf}");
        }
    }
}
