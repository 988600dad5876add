// caught by: EachHelperHasAShelfOfItsOwn — a call inside the body is no child
/// <summary>Exercise 01: let a helper for each shelf count at the same time, and hand in one sheet.</summary>
public static class LaunchAGroup
{
    public static async Task RunAsync(VillageLibrary library, CancellationToken token)
    {
        var counts = new List<Task<int>>();

        await TaskGroup.RunAsync(async group =>
        {
            for (var i = 1; i <= library.ShelfCount; i++)
            {
                counts.Add(library.CountAsync(i, group.Token));
            }
        }, token);

        library.HandIn(await Task.WhenAll(counts));
    }
}
