using System.CommandLine;
using Checks;
using Grader;

namespace Workshop;

/// <summary>The argument that names an exercise, the same for every verb.</summary>
internal static class ExerciseArgument
{
    public static Argument<string> Required() => new("EXERCISE") { Description = "Number or name: 03, join-the-queue" };

    public static Argument<string?> Optional(string without) =>
        new("EXERCISE") { Description = $"Number or name: 03, join-the-queue; {without}", Arity = ArgumentArity.ZeroOrOne };

    /// <param name="verb">The verb that asks, for the message.</param>
    /// <param name="name">What was typed.</param>
    /// <exception cref="InputException">There is no such exercise.</exception>
    public static ExerciseInfo Find(string verb, string name) => Exercises.Find(name)
        ?? throw new InputException($"{verb} {name}: there is no such exercise. There are: {string.Join(", ", Exercises.All.Select(exercise => exercise.Slug))}.");
}
