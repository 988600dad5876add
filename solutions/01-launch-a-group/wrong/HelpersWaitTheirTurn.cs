// caught by: AllHelpersCountAtTheSameTime — had been started in time
public static class LaunchAGroup
{
    public static async Task RunAsync(VillageLibrary library, CancellationToken token)
    {
        var counts = new int[library.ShelfCount];
        using var turn = new SemaphoreSlim(4);

        await TaskGroup.RunAsync(async group =>
        {
            for (var i = 1; i <= library.ShelfCount; i++)
            {
                var shelf = i;
                group.Start(async t =>
                {
                    await turn.WaitAsync(t);
                    try
                    {
                        counts[shelf - 1] = await library.CountAsync(shelf, t);
                    }
                    finally
                    {
                        turn.Release();
                    }
                }, $"helper {shelf}");
            }
        }, token);

        library.HandIn(counts);
    }
}
