namespace Workshop.Lesson.Exercises;

/// <summary>Thrown when something breaks on the <see cref="MovingDay"/>.</summary>
public sealed class DamageException : Exception
{
    /// <summary>Says where it was.</summary>
    /// <param name="what">The work in which it broke: <c>room 3</c>.</param>
    public DamageException(string what)
        : base($"Something broke: {what}.") => What = what;

    /// <summary>The work in which it broke: <c>room 3</c>.</summary>
    public string What { get; }
}
