namespace StructuredConcurrency.Tests.Museum;

/// <summary>
/// A scope that ends in <c>DisposeAsync</c> is not told that its block failed: it cannot cancel the children.
/// What it throws itself replaces the error of the block, which nobody ever sees.
/// </summary>
public sealed class Trap01_AwaitUsingHidesTheError
{
    internal static async Task Trap()
    {
        await using var group = new HomemadeGroup();
        group.Start(() => throw new IOException("the child's error"));
        throw new InvalidDataException("the body's error"); // lost
    }

    internal static Task Answer() => TaskGroup.RunAsync(group =>
    {
        group.Start(_ => throw new IOException("the child's error"));
        throw new InvalidDataException("the body's error");
    });

    [Fact]
    public async Task Trap_BodyAndChildFail_TheBodysErrorIsGone()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(Trap);
        Assert.Equal("the child's error", error.Message);
        Assert.Null(error.InnerException);
    }

    [Fact]
    public async Task Answer_BodyAndChildFail_BothAreKept()
    {
        var error = await Assert.ThrowsAsync<TaskGroupException>(Answer);
        Assert.Equal(["the child's error", "the body's error"], error.InnerExceptions.Select(e => e.Message));
    }

    /// <summary>What people build first: it can only wait, since nobody tells it how the block ended.</summary>
    private sealed class HomemadeGroup : IAsyncDisposable
    {
        private readonly List<Task> _children = [];

        public void Start(Func<Task> work) => _children.Add(Task.Run(work));

        public async ValueTask DisposeAsync() => await Task.WhenAll(_children);
    }
}
