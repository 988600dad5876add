namespace Workshop.Lesson.Exercises;

/// <summary>An order that a customer of the <see cref="PrintShop"/> placed.</summary>
/// <param name="Number">Its number, from 1.</param>
public sealed record Order(int Number)
{
    /// <summary>The number: how logs and timelines call the order.</summary>
    public override string ToString() => $"{Number}";
}
