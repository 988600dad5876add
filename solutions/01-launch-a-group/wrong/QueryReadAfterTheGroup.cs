// caught by: TheProgramEndsWithoutAnError — starts nothing until it is read
public static class LaunchAGroup
{
    public static async Task RunAsync(VillageLibrary library, CancellationToken token)
    {
        IEnumerable<ChildTask<int>> helpers = [];

        await TaskGroup.RunAsync(async group =>
        {
            helpers = Enumerable.Range(1, library.ShelfCount).Select(shelf => group.Start(t => library.CountAsync(shelf, t), $"helper {shelf}"));
        }, token);

        library.HandIn(helpers.Select(helper => helper.Result));
    }
}
