// caught by: TheSheetIsRight — the first to end is not the first that was started
/// <summary>Exercise 01: let a helper for each shelf count at the same time, and hand in one sheet.</summary>
public static class LaunchAGroup
{
    public static async Task RunAsync(VillageLibrary library, CancellationToken token)
    {
        var counts = new List<int>();

        await TaskGroup.RunAsync(async group =>
        {
            for (var i = 1; i <= library.ShelfCount; i++)
            {
                var shelf = i; // the helper looks at it later, when i has gone on
                group.Start(async t => counts.Add(await library.CountAsync(shelf, t)), $"helper {shelf}");
            }
        }, token);

        library.HandIn(counts);
    }
}
