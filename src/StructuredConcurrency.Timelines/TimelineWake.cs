namespace StructuredConcurrency.Timelines;

/// <summary>Who woke whom: the end of a wait, with its cause.</summary>
/// <param name="Woken">Lane of the task that waited.</param>
/// <param name="Wait">What it waited for.</param>
/// <param name="Time">When what it waited for happened, since the story's start.</param>
/// <param name="RunsAt">When it ran again.</param>
/// <param name="Cause">Place in the log of the event that woke it.</param>
/// <param name="By">Lane of the task that brought it about; <see langword="null"/> when unknown.</param>
public sealed record TimelineWake(TimelineLane Woken, SpanState Wait, TimeSpan Time, TimeSpan RunsAt, long Cause, TimelineLane? By);
