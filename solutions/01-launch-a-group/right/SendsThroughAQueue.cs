// right: helpers send what they have counted through a queue; whoever reads it sorts it by shelf, and hands it in before the group ends
public static class LaunchAGroup
{
    public static Task RunAsync(VillageLibrary library, CancellationToken token) => TaskGroup.RunAsync(
        async group =>
        {
            var slips = new JoinableQueue<(int Shelf, int Count)>();
            for (var shelf = 1; shelf <= library.ShelfCount; shelf++)
                StartHelper(group, library, slips, shelf);

            var sheet = new SortedDictionary<int, int>();
            while (sheet.Count < library.ShelfCount)
            {
                var (shelf, count) = await slips.GetAsync(group.Token);
                sheet.Add(shelf, count);
                library.Say($"shelf {shelf} is counted");
            }

            library.HandIn(sheet.Values);
        },
        token);

    private static void StartHelper(TaskGroup group, VillageLibrary library, JoinableQueue<(int Shelf, int Count)> slips, int shelf) =>
        group.Start(async t => await slips.PutAsync((shelf, await library.CountAsync(shelf, t)), t), $"helper {shelf}");
}
