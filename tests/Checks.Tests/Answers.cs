using Grader;

namespace Checks.Tests;

/// <summary>The answers in <c>solutions/</c>, right and wrong, as they lie in the repository.</summary>
public static class Answers
{
    public static string Root { get; } = Repository.FindRoot();

    public static IEnumerable<TheoryDataRow<string, string>> Right() => Of(AnswerKind.Right);

    public static IEnumerable<TheoryDataRow<string, string>> Wrong() => Of(AnswerKind.Wrong);

    public static IEnumerable<TheoryDataRow<string, string>> Stubs() => Of(AnswerKind.Stub);

    public static AuthorsAnswer Find(string exercise, string file) => AuthorsCheck.AnswersOf(Exercises.Find(exercise)!, Root).Single(answer => answer.Name == file);

    public static string PathOf(string exercise, string file) => Path.Combine(Root, "solutions", exercise, file);

    private static IEnumerable<TheoryDataRow<string, string>> Of(AnswerKind kind) =>
        from exercise in Exercises.All
        from answer in AuthorsCheck.AnswersOf(exercise, Root)
        where answer.Kind == kind
        select new TheoryDataRow<string, string>(exercise.Slug, answer.Name);
}
