using Grader;

namespace Checks.Tests;

public sealed class AnswersTests
{
    // The bench runs 100,000 of each.
    private const int ManySchedules = 700;

    [Theory]
    [MemberData(nameof(Answers.Right), MemberType = typeof(Answers))]
    public Task CheckAsync_RightAnswer_PassesUnderEverySchedule(string exercise, string file) => JudgeAsync(exercise, file, seed: 0, ManySchedules);

    /// <summary>By the check that it names, with the misconception that it names, in the words that were approved; and the run that is shown can be seen again.</summary>
    [Theory]
    [MemberData(nameof(Answers.Wrong), MemberType = typeof(Answers))]
    public async Task CheckAsync_WrongAnswer_IsToldWhatIsWrong(string exercise, string file)
    {
        var report = await JudgeAsync(exercise, file, seed: 0, schedules: 50);
        Messages.IsApproved(report, file);

        if (report.Failing is not { Trace: { } trace } failing)
            return; // it never came to an end
        var info = Exercises.Find(exercise)!;
        var replayed = await ExerciseGrader.ReplayAsync(info, RunTrace.Parse(trace, info), new CheckOptions { File = Answers.PathOf(exercise, file), Root = Answers.Root });
        Assert.Null(replayed.Divergence);
        Assert.Equal(failing.Log.ToJsonLines(), replayed.Log!.ToJsonLines());
        Assert.Equal(report.FirstFailure!.Verdict, Assert.Single(replayed.Check.Checks, check => check.Name == report.FirstFailure.Name).Verdict);
    }

    [Theory]
    [InlineData("02-stop-with-sentinels")]
    [InlineData("03-join-the-queue")]
    public async Task CheckAsync_SeedOfAFailingRun_RepeatsIt(string exercise)
    {
        foreach (var file in Answers.Wrong().Where(row => row.Data.Item1 == exercise).Select(row => row.Data.Item2))
        {
            // Seeds without the plain order, which would be shown first.
            var report = await CheckAsync(exercise, file, seed: 77, schedules: 20);
            var failing = report.Failing!;

            var again = await CheckAsync(exercise, file, failing.Seed, schedules: 1);

            var repeated = Assert.Single(again.Checks, check => check.Name == report.FirstFailure!.Name);
            Assert.Equal(report.FirstFailure!.Verdict, repeated.Verdict);
            if (repeated.Run!.Scenario == failing.Scenario)
                Assert.Equal(failing.Log.ToJsonLines(), repeated.Run.Log.ToJsonLines());
        }
    }

    [Theory]
    [MemberData(nameof(Answers.Stubs), MemberType = typeof(Answers))]
    public Task CheckAsync_Stub_IsNotStarted(string exercise, string file) => JudgeAsync(exercise, file, seed: 0, schedules: 1);

    [Theory]
    [InlineData("Stub.cs", AnswerKind.Right, "a right answer fails: Not started")]
    [InlineData("wrong/NeverMarkedDone.cs", AnswerKind.Right, "a right answer fails: ")]
    [InlineData("wrong/NeverMarkedDone.cs", AnswerKind.Stub, "the verdict is Deadlock instead of NotStarted")]
    [InlineData("Solution.cs", AnswerKind.Wrong, "its first line must read: // caught by: ")]
    public async Task JudgeAsync_AnswerThatIsNotWhatItSays_IsAProblem(string file, AnswerKind kind, string problem)
    {
        var judged = await AuthorsCheck.JudgeAsync(Answers.Find("03", file) with { Kind = kind }, Options(seed: 0, schedules: 5));
        Assert.StartsWith(problem, judged.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Solution.cs", "EveryRunEnds — nothing", "it passes, and 'EveryRunEnds' should catch it")]
    [InlineData("wrong/NeverMarkedDone.cs", "NoSuchCheck — nothing", "the learner is shown '")]
    [InlineData("wrong/WaitedForAnEmptyTray.cs", "EveryOrderTakenIsProcessed — the moon is made of cheese", "'EveryOrderTakenIsProcessed' says '")]
    public async Task JudgeAsync_WrongAnswerThatIsCaughtOtherwise_IsAProblem(string file, string promise, string problem)
    {
        var folder = Directory.CreateTempSubdirectory("checks-tests-");
        try
        {
            var copy = Path.Combine(folder.FullName, "Answer.cs");
            var source = await File.ReadAllTextAsync(Answers.PathOf("03-join-the-queue", file));
            await File.WriteAllTextAsync(copy, $"// caught by: {promise}\n{source}");
            var judged = await AuthorsCheck.JudgeAsync(new AuthorsAnswer(Exercises.Find("03")!, copy, AnswerKind.Wrong), Options(seed: 0, schedules: 5));
            Assert.StartsWith(problem, judged.Problem, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<CheckReport> JudgeAsync(string exercise, string file, ulong seed, int schedules)
    {
        var judged = await AuthorsCheck.JudgeAsync(Answers.Find(exercise, file), Options(seed, schedules));
        Assert.True(judged.Problem is null, $"{judged.Problem}\n{judged.Report.ToJson()}");
        return judged.Report;
    }

    private static Task<CheckReport> CheckAsync(string exercise, string file, ulong seed, int schedules) =>
        ExerciseGrader.CheckAsync(Exercises.Find(exercise)!, Options(seed, schedules) with { File = Answers.PathOf(exercise, file) });

    private static CheckOptions Options(ulong seed, int schedules) => new()
    {
        Root = Answers.Root,
        Seed = seed,
        Schedules = schedules,
        TimeLimit = TimeSpan.FromSeconds(60), // a busy machine is no endless loop
    };
}
