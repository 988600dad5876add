using StructuredConcurrency.Simulation;

namespace StructuredConcurrency.Conformance.Tests;

public sealed class AnswerTests
{
    /// <summary>Whoever judges elsewhere compares with the library: its answers must not depend on the schedule.</summary>
    [Theory]
    [InlineData("1")]
    [InlineData("16")]
    [InlineData("26")]
    [InlineData("38")]
    [InlineData("43")]
    [InlineData("45")]
    public void AnswerAsync_OfTheLibrary_IsTheSameUnderEverySchedule(string id)
    {
        var answers = Answers(id, Implementation.Library, seed: 1);
        Assert.Equal(new Answer(Answer.End, "normally"), answers[^1]);
        for (var seed = 2UL; seed <= 20; seed++)
            Assert.Equal(answers, Answers(id, Implementation.Library, seed));
    }

    [Fact]
    public void AnswerAsync_GroupThatFails_TellsWhatWasFoundAndGoesOnAsFarAsItCan()
    {
        var answers = Answers("4", new Implementation("idle") { TaskGroups = new IdleGroups() }, seed: 1);
        Assert.Equal([new Answer("runs of the body", "0"), new Answer(Answer.End, "normally")], answers);
    }

    [Fact]
    public void AnswerAsync_BehaviourThatHangs_HasNoLastAnswer() =>
        Assert.Empty(Answers("4", new Implementation("endless") { TaskGroups = new EndlessGroups() }, seed: 1, Outcome.Deadlock));

    private static List<Answer> Answers(string id, Implementation implementation, ulong seed, Outcome outcome = Outcome.Completed)
    {
        var answers = new List<Answer>();
        var behaviour = ConformanceSuite.Behaviours.Last(behaviour => behaviour.Id == id);
        var report = EventLoop.Run(
            () => behaviour.AnswerAsync(implementation, EventLoop.Current!.TimeProvider, answers.Add),
            new EventLoopOptions { Seed = seed, Picker = new RandomPicker(seed) });
        Assert.Equal(outcome, report.Outcome);
        return answers;
    }

    private sealed class IdleGroups : ITaskGroups
    {
        public Task RunAsync(Func<ITaskGroup, Task> body, CancellationToken cancellationToken = default) => Task.CompletedTask;
    }

    private sealed class EndlessGroups : ITaskGroups
    {
        public Task RunAsync(Func<ITaskGroup, Task> body, CancellationToken cancellationToken = default) => new TaskCompletionSource().Task;
    }
}
