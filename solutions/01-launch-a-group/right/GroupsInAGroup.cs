// right: two rooms, a group for each inside a group for the house
public static class LaunchAGroup
{
    public static async Task RunAsync(VillageLibrary library, CancellationToken token)
    {
        var half = library.ShelfCount / 2;
        ChildTask<int[]>? front = null, back = null;
        await TaskGroup.RunAsync(
            async house =>
            {
                await Task.Yield();
                front = house.Start(t => CountRoomAsync(library, 1, half, t), "front room");
                back = house.Start(t => CountRoomAsync(library, half + 1, library.ShelfCount, t), "back room");
            },
            token);
        library.HandIn([.. front!.Result, .. back!.Result]);
    }

    private static async Task<int[]> CountRoomAsync(VillageLibrary library, int first, int last, CancellationToken token)
    {
        var counts = new Dictionary<int, int>();
        await TaskGroup.RunAsync(
            async room =>
            {
                for (var i = first; i <= last; i++)
                {
                    var shelf = i;
                    room.Start(async t => counts[shelf] = await library.CountAsync(shelf, t));
                }
            },
            token);
        return [.. counts.OrderBy(count => count.Key).Select(count => count.Value)];
    }
}
