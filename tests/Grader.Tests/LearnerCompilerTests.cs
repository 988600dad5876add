using Checks;

namespace Grader.Tests;

public sealed class LearnerCompilerTests
{
    [Fact]
    public void Compile_Cancelled_IsNotTakenForACompilerWithoutEnd()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => LearnerCompiler.Compile("class Answer;", "Answer.cs", Exercises.Find("03")!, TimeSpan.FromSeconds(60), cancellation.Token));
    }
}
