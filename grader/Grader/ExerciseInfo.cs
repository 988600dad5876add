namespace Grader;

/// <summary>An exercise: which file the learner edits, what is run, and who judges it.</summary>
public sealed record ExerciseInfo
{
    /// <summary>Number and name, as its folder is called: <c>03-join-the-queue</c>.</summary>
    public required string Slug { get; init; }

    /// <summary>The task in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>Name of the learner's file in the exercise's folder.</summary>
    public required string FileName { get; init; }

    /// <summary>
    /// The learner's class. Its method <c>public static Task RunAsync(World, CancellationToken)</c> is what is run.
    /// </summary>
    public required string EntryType { get; init; }

    /// <summary>Type of the method's first parameter. It has one public constructor, whose only parameter is the type of the scenarios' settings.</summary>
    public required Type World { get; init; }

    /// <summary>The situations it is run in, the plainest first.</summary>
    public required IReadOnlyList<Scenario> Scenarios { get; init; }

    /// <summary>The class of checks, an <see cref="ExerciseChecks"/>.</summary>
    public required Type Checks { get; init; }

    /// <summary>The learner's file as it was handed out.</summary>
    public required string Stub { get; init; }

    /// <summary>The two digits in front: <c>03</c>.</summary>
    public string Number => Slug[..2];

    /// <summary>The learner's file.</summary>
    /// <param name="root">The repository's root: <see cref="Repository.FindRoot"/>.</param>
    public string FilePath(string root) => Path.Combine(root, "exercises", Slug, FileName);
}
