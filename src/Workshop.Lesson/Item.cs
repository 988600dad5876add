namespace Workshop.Lesson;

/// <summary>What the producer makes and a consumer works on.</summary>
/// <param name="Id">Its number, from 1.</param>
/// <param name="Payload">Its content: the square of its number.</param>
public sealed record Item(int Id, int Payload)
{
    /// <summary>The number: how logs and timelines call the item.</summary>
    public override string ToString() => $"{Id}";
}
