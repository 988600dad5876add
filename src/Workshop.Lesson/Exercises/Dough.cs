namespace Workshop.Lesson.Exercises;

/// <summary>A dough of the <see cref="Bakery"/>.</summary>
/// <param name="Number">Its number, from 1.</param>
public sealed record Dough(int Number)
{
    /// <summary>The number: how logs and timelines call the dough.</summary>
    public override string ToString() => $"{Number}";
}
