// caught by: OneErrorStopsAll — To await is to see one exception
/// <summary>Exercise 10: write a task group of your own.</summary>
public sealed class MyTaskGroup : ILadderGroup
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _children = [];

    public CancellationToken Token => _stop.Token;

    public static async Task RunAsync(Func<MyTaskGroup, Task> body, CancellationToken cancellationToken)
    {
        var group = new MyTaskGroup();
        await body(group);
        await Task.WhenAll(group._children);
    }

    public void Start(Func<CancellationToken, Task> work) => _children.Add(Task.Run(() => work(Token)));

    public void Cancel() => _stop.Cancel();
}

/// <summary>Hands the group to the ladder.</summary>
public static class BuildATaskGroup
{
    public static Task RunAsync(Ladder ladder, CancellationToken token) => ladder.ClimbAsync<MyTaskGroup>(MyTaskGroup.RunAsync, token);
}
