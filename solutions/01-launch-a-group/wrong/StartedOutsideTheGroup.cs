// caught by: NothingRunsOnAfterTheEnd — what is started outside a group belongs to nobody
/// <summary>Exercise 01: let a helper for each shelf count at the same time, and hand in one sheet.</summary>
public static class LaunchAGroup
{
    public static async Task RunAsync(VillageLibrary library, CancellationToken token)
    {
        var counts = new int[library.ShelfCount];

        await TaskGroup.RunAsync(async group =>
        {
            for (var i = 1; i <= library.ShelfCount; i++)
            {
                var shelf = i; // the helper looks at it later, when i has gone on
                _ = CountIntoAsync(counts, library, shelf, token); // no child of anybody
            }
        }, token);

        library.HandIn(counts);
    }

    private static async Task CountIntoAsync(int[] counts, VillageLibrary library, int shelf, CancellationToken token) =>
        counts[shelf - 1] = await library.CountAsync(shelf, token);
}
