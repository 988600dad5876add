using StructuredConcurrency.Timelines;

namespace Grader;

/// <summary>The picture of a run that went wrong.</summary>
internal static class FailureTimeline
{
    public static string ToHtml(string exercise, FailingRun run)
    {
        run.Log.SetProperty("title", $"{exercise}: {run.Scenario}, schedule {run.Seed}");
        return Timeline.From(run.Log).ToHtml();
    }
}
