namespace Workshop.Lesson.Exercises;

/// <summary>A call over the radio, from a ship that the fog hides from the <see cref="Harbour"/>.</summary>
/// <param name="Number">Its number, from 1.</param>
public sealed record RadioCall(int Number)
{
    /// <summary>The number: how logs and timelines call the call.</summary>
    public override string ToString() => $"{Number}";
}
