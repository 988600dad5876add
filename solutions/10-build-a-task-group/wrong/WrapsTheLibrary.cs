// caught by: TheBodyRuns — To wrap a group is not to build one
/// <summary>Exercise 10: write a task group of your own.</summary>
public sealed class MyTaskGroup : ILadderGroup
{
    private readonly TaskGroup _group;

    private MyTaskGroup(TaskGroup group) => _group = group;

    public CancellationToken Token => _group.Token;

    public static Task RunAsync(Func<MyTaskGroup, Task> body, CancellationToken cancellationToken) =>
        TaskGroup.RunAsync(group => body(new MyTaskGroup(group)), cancellationToken);

    public void Start(Func<CancellationToken, Task> work) => _group.Start(work);

    public void Cancel() => _group.Cancel();
}

/// <summary>Hands the group to the ladder.</summary>
public static class BuildATaskGroup
{
    public static Task RunAsync(Ladder ladder, CancellationToken token) => ladder.ClimbAsync<MyTaskGroup>(MyTaskGroup.RunAsync, token);
}
