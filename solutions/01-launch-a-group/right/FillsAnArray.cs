// right: each helper writes into a place of its own
public static class LaunchAGroup
{
    public static async Task RunAsync(VillageLibrary library, CancellationToken token)
    {
        var counts = new int[library.ShelfCount];
        await TaskGroup.RunAsync(group =>
        {
            foreach (var shelf in Enumerable.Range(1, library.ShelfCount))
                group.Start(async t => counts[shelf - 1] = await library.CountAsync(shelf, t));
            return Task.CompletedTask;
        }, token);
        library.HandIn(counts);
    }
}
