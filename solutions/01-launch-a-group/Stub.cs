/// <summary>Exercise 01: let a helper for each shelf count at the same time, and hand in one sheet. The task is told in README.md.</summary>
public static class LaunchAGroup
{
    public static async Task RunAsync(VillageLibrary library, CancellationToken token)
    {
        await TaskGroup.RunAsync(async group =>
        {
            // TODO 1: start one helper for each shelf. A helper is a child that calls library.CountAsync for its shelf.
        }, token);

        // TODO 2: gather what the helpers have counted, shelf 1 first. How do you get from a child to its result?

        // TODO 3: hand in the sheet, once: library.HandIn(…).
    }
}
