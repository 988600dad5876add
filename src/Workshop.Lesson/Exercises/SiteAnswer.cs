namespace Workshop.Lesson.Exercises;

/// <summary>What the club's server does when it is asked for a page.</summary>
/// <param name="Status">The status: 200, 404 or 503.</param>
/// <param name="Html">The page.</param>
public sealed record SiteAnswer(int Status, string Html)
{
    /// <summary>Time until the status and the headers come.</summary>
    public TimeSpan HeadersAfter { get; init; }

    /// <summary>Time from then on until the whole page has come.</summary>
    public TimeSpan BodyAfter { get; init; }

    /// <summary>The header Retry-After, in whole seconds; <see langword="null"/>: there is none.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Whether the server hangs up in the middle of the page.</summary>
    public bool HangsUp { get; init; }
}
