// caught by: EachHelperHasAShelfOfItsOwn — a child does one thing after the other
/// <summary>Exercise 01: let a helper for each shelf count at the same time, and hand in one sheet.</summary>
public static class LaunchAGroup
{
    public static async Task RunAsync(VillageLibrary library, CancellationToken token)
    {
        var counts = new List<int>();

        await TaskGroup.RunAsync(async group =>
        {
            group.Start(async t =>
            {
                for (var shelf = 1; shelf <= library.ShelfCount; shelf++)
                    counts.Add(await library.CountAsync(shelf, t));
            }, "helpers");
        }, token);

        library.HandIn(counts);
    }
}
