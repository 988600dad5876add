namespace Workshop.Lesson.Exercises;

/// <summary>A world in which somebody may call the whole program off: its token is the one that the program's <c>RunAsync</c> is given.</summary>
/// <remarks>In any other world that token is never cancelled.</remarks>
public interface ICallsOff
{
    /// <summary>Cancelled when the program is called off.</summary>
    CancellationToken CalledOff { get; }
}
