namespace Grader;

/// <summary>The picture of a run that went wrong.</summary>
internal static class FailureTimeline
{
    public static string ToHtml(FailingRun run) =>
        $"<!doctype html><meta charset=\"utf-8\"><title>{run.Scenario}, seed {run.Seed}</title><pre>{System.Net.WebUtility.HtmlEncode(run.Log.ToJsonLines())}</pre>";
}
