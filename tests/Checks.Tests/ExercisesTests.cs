namespace Checks.Tests;

public sealed class ExercisesTests
{
    [Theory]
    [InlineData("03")]
    [InlineData("3")]
    [InlineData("03-join-the-queue")]
    [InlineData("join-the-queue")]
    [InlineData("Join-The-Queue")]
    public void Find_AnyWayToSayIt_FindsTheExercise(string name) => Assert.Equal("03-join-the-queue", Exercises.Find(name)?.Slug);

    [Theory]
    [InlineData("")]
    [InlineData("99")]
    [InlineData("queue")]
    public void Find_UnknownName_FindsNone(string name) => Assert.Null(Exercises.Find(name));

    [Fact]
    public void All_EachExercise_HasItsFiles()
    {
        foreach (var exercise in Exercises.All)
        {
            var folder = Path.GetDirectoryName(exercise.FilePath(Answers.Root))!;
            Assert.True(File.Exists(Path.Combine(folder, "README.md")));
            Assert.Equal(3, Grader.HintLadder.Read(exercise, Answers.Root).Count);
            Assert.True(File.Exists(Answers.PathOf(exercise.Slug, "NOTES.md")));
        }
    }

    [Fact]
    public void Messages_EachApproved_IsOfAnAnswerThatIsThere() => Assert.Empty(Messages.Stale());

    [Fact]
    public void Stub_LearnersFile_IsTheSame()
    {
        foreach (var exercise in Exercises.All)
        {
            var same = File.ReadAllText(exercise.FilePath(Answers.Root)).ReplaceLineEndings("\n") == exercise.Stub.ReplaceLineEndings("\n");
            if (!same && Environment.GetEnvironmentVariable("CI") != "true")
                Assert.Skip($"{exercise.FilePath(Answers.Root)} differs from the stub: somebody works on the exercise here.");
            Assert.True(same, $"{exercise.FilePath(Answers.Root)} differs from solutions/{exercise.Slug}/Stub.cs; both must be changed together.");
        }
    }
}
