/// <summary>Exercise 10: write a task group of your own. The task is told in README.md.</summary>
public sealed class MyTaskGroup : ILadderGroup
{
    // The class is yours: give it whatever fields, constructor and methods it needs.

    public static async Task RunAsync(Func<MyTaskGroup, Task> body, CancellationToken cancellationToken)
    {
        // TODO rung 1: make a group, and run the body with it.

        // TODO rungs 2 to 6: wait for the children; then end as the README says.
    }

    public CancellationToken Token => CancellationToken.None; // TODO rung 3: one that this group can cancel

    public void Start(Func<CancellationToken, Task> work)
    {
        // TODO rung 2: start a child, and remember it.
    }

    public void Cancel()
    {
        // TODO rung 6: ask everybody in the group to stop.
    }
}

/// <summary>Leave this as it is: it hands your group to the ladder.</summary>
public static class BuildATaskGroup
{
    public static Task RunAsync(Ladder ladder, CancellationToken token) => ladder.ClimbAsync<MyTaskGroup>(MyTaskGroup.RunAsync, token);
}
