namespace Workshop.Lesson.Exercises;

/// <summary>Thrown when an inspector who was stopped puts the instrument away and finds it broken.</summary>
public sealed class BrokenInstrumentException : Exception
{
    /// <summary>Says whose instrument it is.</summary>
    /// <param name="point">The point of the checklist that it is for.</param>
    public BrokenInstrumentException(int point)
        : base($"The instrument for point {point} is broken.") => Point = point;

    /// <summary>The point of the checklist that the instrument is for.</summary>
    public int Point { get; }
}
