using StructuredConcurrency.Timelines;

namespace Grader;

/// <summary>The picture of a run that went wrong.</summary>
internal static class FailureTimeline
{
    public static string ToHtml(FailingRun run) => Timeline.From(run.Log).ToHtml();
}
