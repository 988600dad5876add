namespace StructuredConcurrency.Conformance.Tests;

/// <summary>What a learner has after the first rungs: it waits for the children, cancels them when one fails, and listens to the caller.</summary>
internal sealed class LearnersGroup(CancellationToken caller)
{
    private readonly CancellationTokenSource _source = CancellationTokenSource.CreateLinkedTokenSource(caller);
    private readonly List<Task> _children = [];

    public CancellationToken Token => _source.Token;

    public static async Task RunAsync(Func<LearnersGroup, Task> body, CancellationToken caller)
    {
        var group = new LearnersGroup(caller);
        await body(group);
        await Task.WhenAll(group._children);
    }

    public void Start(Func<CancellationToken, Task> work) => _children.Add(Task.Run(async () =>
    {
        try
        {
            await work(Token);
        }
        catch
        {
            await _source.CancelAsync();
            throw;
        }
    }));
}

/// <summary>All that the suite needs to know of it.</summary>
internal sealed class LearnersAdapter : ITaskGroups
{
    public Task RunAsync(Func<ITaskGroup, Task> body, CancellationToken cancellationToken) => LearnersGroup.RunAsync(group => body(new Group(group)), cancellationToken);

    private sealed class Group(LearnersGroup group) : ITaskGroup
    {
        public CancellationToken Token => group.Token;

        public IChildTask Start(Func<CancellationToken, Task> work, string? name)
        {
            group.Start(work);
            return IChildTask.None;
        }
    }
}
