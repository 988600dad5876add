namespace StructuredConcurrency.Simulation.Tests.Corpus;

/// <summary>A small program with a known mistake, and its twin without it.</summary>
/// <param name="Name">What the mistake is called.</param>
/// <param name="Budget">Schedules within which the portfolio finds it, whatever the master seed.</param>
/// <param name="Buggy">The program; throws (or ends as it should not) in some schedule.</param>
/// <param name="Mended">The same, mended: fails in none.</param>
public sealed record BuggyProgram(string Name, int Budget, Func<Task> Buggy, Func<Task> Mended)
{
    public override string ToString() => Name;
}

/// <summary>Words that all programs of the corpus share.</summary>
internal static class Words
{
    public static TimeProvider Clock => EventLoop.Current!.TimeProvider;

    /// <summary>Some milliseconds on the loop's clock.</summary>
    public static Task Pause(int milliseconds, CancellationToken token) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), Clock, token);

    /// <summary>A rule of the program.</summary>
    public static void Rule(bool holds, string rule)
    {
        if (!holds)
            throw new InvalidDataException(rule);
    }

    /// <summary>Runs tasks side by side, named A, B, C…</summary>
    public static Task Together(params Func<CancellationToken, Task>[] bodies) => TaskGroup.RunAsync(group =>
    {
        for (var i = 0; i < bodies.Length; i++)
            group.Start(bodies[i], $"{(char)('A' + i)}");
        return Task.CompletedTask;
    });

    /// <summary>The same body several times.</summary>
    public static Task Times(int count, Func<CancellationToken, Task> body) => Together([.. Enumerable.Repeat(body, count)]);
}
