// caught by: TheProgramEndsWithoutAnError — a lambda captures the variable, not its value
/// <summary>Exercise 01: let a helper for each shelf count at the same time, and hand in one sheet.</summary>
public static class LaunchAGroup
{
    public static async Task RunAsync(VillageLibrary library, CancellationToken token)
    {
        var helpers = new List<ChildTask<int>>();

        await TaskGroup.RunAsync(async group =>
        {
            for (var i = 1; i <= library.ShelfCount; i++)
            {
                helpers.Add(group.Start(t => library.CountAsync(i, t), $"helper {i}"));
            }
        }, token);

        library.HandIn(helpers.Select(helper => helper.Result));
    }
}
