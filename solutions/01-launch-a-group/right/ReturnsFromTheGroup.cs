// right: awaits all completions in the body, which returns the counts as the group's value
public static class LaunchAGroup
{
    public static async Task RunAsync(VillageLibrary library, CancellationToken token) =>
        library.HandIn(await TaskGroup.RunAsync(
            group => Task.WhenAll(Enumerable.Range(1, library.ShelfCount).Select(shelf => group.Start(t => library.CountAsync(shelf, t)).Completion).ToList()),
            token));
}
