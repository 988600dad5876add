using Grader;

namespace Checks.Tests;

public sealed class AnswersTests
{
    // Over three scenarios well above 2,000 schedules each answer, and another first seed than learners have.
    private const int ManySchedules = 800;

    [Theory]
    [MemberData(nameof(Answers.Right), MemberType = typeof(Answers))]
    public async Task CheckAsync_RightAnswer_PassesUnderEverySchedule(string exercise, string file)
    {
        foreach (var seed in new[] { 0UL, 1_000_000UL })
        {
            var report = await CheckAsync(exercise, file, seed, ManySchedules);

            Assert.True(report.Verdict == Verdict.Pass, report.ToJson());
            Assert.Equal(report.MaxPoints, report.Points);
            Assert.Equal(100, report.MaxPoints);
            Assert.Equal(3 * ManySchedules, report.Runs);
            Assert.True(report.FullyControlled);
        }
    }

    [Theory]
    [MemberData(nameof(Answers.Wrong), MemberType = typeof(Answers))]
    public async Task CheckAsync_WrongAnswer_IsCaughtByTheCheckThatItNames(string exercise, string file)
    {
        var (name, misconception) = Answers.PromiseOf(Answers.PathOf(exercise, file));

        var report = await CheckAsync(exercise, file, seed: 0, schedules: 50);

        Assert.NotEqual(Verdict.Pass, report.Verdict);
        var check = Assert.Single(report.Checks, check => check.Name == name);
        Assert.True(check.Verdict is not (Verdict.Pass or Verdict.Skipped), report.ToJson());
        Assert.Contains(misconception, check.Reason?.Misconception ?? "", StringComparison.OrdinalIgnoreCase);
        Assert.Equal(name, report.FirstFailure?.Name); // the learner is shown this one first
    }

    [Theory]
    [MemberData(nameof(Answers.Wrong), MemberType = typeof(Answers))]
    public async Task CheckAsync_SeedOfAFailingRun_RepeatsIt(string exercise, string file)
    {
        // Seeds without the plain order, which would be shown first.
        var report = await CheckAsync(exercise, file, seed: 77, schedules: 20);
        var failing = report.Failing!;

        var again = await CheckAsync(exercise, file, failing.Seed, schedules: 1);

        var repeated = Assert.Single(again.Checks, check => check.Name == report.FirstFailure!.Name);
        Assert.Equal(report.FirstFailure!.Verdict, repeated.Verdict);
        if (repeated.Run!.Scenario == failing.Scenario)
            Assert.Equal(failing.Log.ToJsonLines(), repeated.Run.Log.ToJsonLines());

        if (failing.Trace is not { } trace)
            return; // it never came to an end
        var info = Exercises.Find(exercise)!;
        var replayed = await ExerciseGrader.ReplayAsync(info, RunTrace.Parse(trace, info), new CheckOptions { File = Answers.PathOf(exercise, file), Root = Answers.Root });
        Assert.Null(replayed.Divergence);
        Assert.Equal(failing.Log.ToJsonLines(), replayed.Log!.ToJsonLines());
        Assert.Equal(report.FirstFailure.Verdict, Assert.Single(replayed.Check.Checks, check => check.Name == report.FirstFailure.Name).Verdict);
    }

    [Fact]
    public async Task CheckAsync_Stub_IsNotStarted()
    {
        foreach (var exercise in Exercises.All)
        {
            var report = await CheckAsync(exercise.Slug, "Stub.cs", seed: 0, schedules: 1);

            Assert.Equal(Verdict.NotStarted, report.Verdict);
            Assert.Equal(0, report.Points);
        }
    }

    private static Task<CheckReport> CheckAsync(string exercise, string file, ulong seed, int schedules) =>
        ExerciseGrader.CheckAsync(Exercises.Find(exercise)!, new CheckOptions
        {
            File = Answers.PathOf(exercise, file),
            Root = Answers.Root,
            Seed = seed,
            Schedules = schedules,
            TimeLimit = TimeSpan.FromSeconds(60), // a busy machine is no endless loop
        });
}
