using System.Reflection;
using Grader;
using Workshop.Lesson.Exercises;

namespace Checks;

/// <summary>The exercises of the kit, in the order in which they are done.</summary>
public static class Exercises
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ExerciseInfo> All { get; } =
    [
        new()
        {
            Slug = "03-join-the-queue",
            Title = "Join the queue: all work processed before the group ends",
            FileName = "JoinTheQueue.cs",
            EntryType = "JoinTheQueue",
            World = typeof(PrintShop),
            Checks = typeof(JoinTheQueueChecks),
            Stub = StubOf("03-join-the-queue"),
            Scenarios =
            [
                // With two presses and this seed orders pile up: when the counter closes, some lie in the tray and some under a press. And the
                // order put last is not the one finished last.
                new Scenario("an ordinary morning", new PrintShopSettings { Orders = 8, Presses = 2, Seed = 45 }),
                new Scenario("one broken order", new PrintShopSettings { Orders = 8, Presses = 3, BrokenOrders = [5], Seed = 2 }),
                new Scenario("room for one order", new PrintShopSettings { Orders = 6, Presses = 2, TraySize = 1, Seed = 3 }),
            ],
        },
    ];

    /// <summary>Finds an exercise by what a person types.</summary>
    /// <param name="name">Its number, its name, or both: <c>3</c>, <c>03</c>, <c>join-the-queue</c>, <c>03-join-the-queue</c>.</param>
    /// <returns>The exercise; <see langword="null"/>: there is none of that name.</returns>
    public static ExerciseInfo? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(exercise =>
            name.Equals(exercise.Slug, StringComparison.OrdinalIgnoreCase)
            || name.Equals(exercise.Slug[3..], StringComparison.OrdinalIgnoreCase)
            || (int.TryParse(name, out var number) && number == int.Parse(exercise.Number)));
    }

    private static string StubOf(string slug)
    {
        // The name's slash is the one of the machine that built it.
        var assembly = Assembly.GetExecutingAssembly();
        using var stream = assembly.GetManifestResourceStream($"{slug}/Stub.cs") ?? assembly.GetManifestResourceStream($"{slug}\\Stub.cs")
            ?? throw new InvalidOperationException($"solutions/{slug}/Stub.cs is not embedded in this assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
