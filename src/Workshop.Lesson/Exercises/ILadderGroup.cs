namespace Workshop.Lesson.Exercises;

/// <summary>What the ladder of exercise 10 asks of a task group that somebody wrote. The fourth thing is the method that runs the group, which has no place in an interface.</summary>
public interface ILadderGroup
{
    /// <summary>Cancelled when the group is to stop, for whatever reason.</summary>
    CancellationToken Token { get; }

    /// <summary>Starts a child of the group. Returns before any of the child's code has run.</summary>
    /// <param name="work">The child's code; it is called once, with <see cref="Token"/>.</param>
    /// <exception cref="OperationCanceledException">The group has been asked to stop: it takes no child any more. Carries <see cref="Token"/>.</exception>
    /// <exception cref="InvalidOperationException">The group has ended.</exception>
    void Start(Func<CancellationToken, Task> work);

    /// <summary>Asks everything in the group to stop. May be called at any time, as often as one likes; after the end it does nothing.</summary>
    void Cancel();
}
