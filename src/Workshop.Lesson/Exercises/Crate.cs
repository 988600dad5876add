namespace Workshop.Lesson.Exercises;

/// <summary>A crate for the <see cref="Ferry"/>.</summary>
/// <param name="Number">Its number, from 1.</param>
public sealed record Crate(int Number)
{
    /// <summary>The number: how logs and timelines call the crate.</summary>
    public override string ToString() => $"{Number}";
}
