// caught by: NothingRunsOnAfterTheEnd — the group can be left unawaited
/// <summary>Exercise 01: let a helper for each shelf count at the same time, and hand in one sheet.</summary>
public static class LaunchAGroup
{
    public static async Task RunAsync(VillageLibrary library, CancellationToken token)
    {
        var counts = new int[library.ShelfCount];

        _ = TaskGroup.RunAsync(async group =>
        {
            for (var i = 1; i <= library.ShelfCount; i++)
            {
                var shelf = i; // the helper looks at it later, when i has gone on
                group.Start(async t => counts[shelf - 1] = await library.CountAsync(shelf, t), $"helper {shelf}");
            }
        }, token);

        library.HandIn(counts);
    }
}
