namespace Workshop.Lesson.Exercises;

/// <summary>What an inspector of the <see cref="BalloonMeadow"/> read off an instrument.</summary>
/// <param name="Point">The point of the checklist, from 1.</param>
/// <param name="Value">The figure.</param>
public sealed record Reading(int Point, int Value)
{
    /// <summary>Point and figure: <c>3=51</c>.</summary>
    public override string ToString() => $"{Point}={Value}";
}
