// caught by: TheProgramEndsWithoutAnError — starts everything again
public static class LaunchAGroup
{
    public static async Task RunAsync(VillageLibrary library, CancellationToken token)
    {
        await TaskGroup.RunAsync(async group =>
        {
            var helpers = Enumerable.Range(1, library.ShelfCount).Select(shelf => group.Start(t => library.CountAsync(shelf, t), $"helper {shelf}"));
            await Task.WhenAll(helpers.Select(helper => helper.Completion));
            library.HandIn(helpers.Select(helper => helper.Result));
        }, token);
    }
}
