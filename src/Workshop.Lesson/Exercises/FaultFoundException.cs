namespace Workshop.Lesson.Exercises;

/// <summary>Thrown when an inspection finds that a point of the checklist is not in order.</summary>
public sealed class FaultFoundException : Exception
{
    /// <summary>Says which point it is.</summary>
    /// <param name="point">The point of the checklist.</param>
    public FaultFoundException(int point)
        : base($"Point {point} of the checklist is faulty.") => Point = point;

    /// <summary>The point of the checklist.</summary>
    public int Point { get; }
}
