// caught by: TheProgramEndsWithoutAnError — numbered from 1
public static class LaunchAGroup
{
    public static async Task RunAsync(VillageLibrary library, CancellationToken token)
    {
        var helpers = new List<ChildTask<int>>();

        await TaskGroup.RunAsync(async group =>
        {
            for (var i = 0; i < library.ShelfCount; i++)
            {
                var shelf = i;
                helpers.Add(group.Start(t => library.CountAsync(shelf, t), $"helper {shelf}"));
            }
        }, token);

        library.HandIn(helpers.Select(helper => helper.Result));
    }
}
