namespace Workshop.Lesson.Exercises;

/// <summary>A ship that wants to come into the <see cref="Harbour"/>, to go out, or to change its berth.</summary>
/// <param name="Number">Its number, from 1; no two ships of a day have the same.</param>
public sealed record Ship(int Number)
{
    /// <summary>When it is ready to be moved, in milliseconds since the beginning.</summary>
    public int ReadyAt { get; init; }

    /// <summary>The number: how logs and timelines call the ship.</summary>
    public override string ToString() => $"{Number}";
}
