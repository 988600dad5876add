namespace Workshop.Lesson.Exercises;

/// <summary>A crate on its way: to the <see cref="Ferry"/>, or out of a ship in the <see cref="Harbour"/>.</summary>
/// <param name="Number">Its number, from 1.</param>
public sealed record Crate(int Number)
{
    /// <summary>The number: how logs and timelines call the crate.</summary>
    public override string ToString() => $"{Number}";
}
