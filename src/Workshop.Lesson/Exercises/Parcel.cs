namespace Workshop.Lesson.Exercises;

/// <summary>A parcel that somebody brought to the <see cref="PostOffice"/>.</summary>
/// <param name="Number">Its number, from 1.</param>
public sealed record Parcel(int Number)
{
    /// <summary>The number: how logs and timelines call the parcel.</summary>
    public override string ToString() => $"{Number}";
}
