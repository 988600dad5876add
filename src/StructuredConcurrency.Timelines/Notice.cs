namespace StructuredConcurrency.Timelines;

/// <summary>Something about a log that does not add up, or that its end leaves open. The picture shows what can be shown all the same.</summary>
/// <param name="Text">What it is, in words.</param>
/// <param name="Sequence">The event concerned, where there is one.</param>
public sealed record Notice(string Text, long? Sequence = null);
