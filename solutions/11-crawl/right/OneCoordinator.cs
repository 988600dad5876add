// right: one coordinator that alone knows everything, a list of fetches under way and Task.WhenAny; headers first, then the page as a stream
using System.Net;
using System.Text;

public static class Crawl
{
    private sealed record Outcome(Uri Page, int Attempt, IReadOnlyList<Uri>? Links, TimeSpan? RetryAfter);

    public static async Task RunAsync(ClubSite site, CancellationToken token)
    {
        Dictionary<Uri, bool?> pages = new() { [site.Start] = null };
        var waiting = new Queue<(Uri Page, int Attempt)>([(site.Start, 1)]);
        var complete = await TimeoutScope.TryRunAsync(site.Deadline, scope => TaskGroup.RunAsync(CoordinateAsync, scope.Token), token);
        site.HandIn(complete, pages.Where(page => page.Value == true).Select(page => page.Key), pages.Where(page => page.Value == false).Select(page => page.Key));

        async Task CoordinateAsync(TaskGroup group)
        {
            List<ChildTask<Outcome>> fetching = [];
            List<ChildTask<(Uri, int)>> pausing = [];
            while (waiting.Count + fetching.Count + pausing.Count > 0)
            {
                while (fetching.Count < site.MostAtOnce && waiting.TryDequeue(out var next))
                    fetching.Add(group.Start(t => FetchAsync(site, next.Page, next.Attempt, t), next.Page.AbsolutePath));
                await Task.WhenAny([.. fetching.Select(child => child.Completion), .. pausing.Select(child => child.Completion)]);

                foreach (var child in pausing.FindAll(child => child.Completion.IsCompletedSuccessfully))
                    waiting.Enqueue(child.Result);
                pausing.RemoveAll(child => child.Completion.IsCompleted);
                foreach (var child in fetching.FindAll(child => child.Completion.IsCompletedSuccessfully))
                    Deal(child.Result);
                fetching.RemoveAll(child => child.Completion.IsCompleted);
                group.Token.ThrowIfCancellationRequested();
            }

            void Deal(Outcome outcome)
            {
                if (outcome.RetryAfter is { } pause && outcome.Attempt < site.MostTries)
                {
                    pausing.Add(group.Start(
                        async t =>
                        {
                            await Task.Delay(pause, site.Clock, t);
                            return (outcome.Page, outcome.Attempt + 1);
                        },
                        $"pause for {outcome.Page.AbsolutePath}"));
                    return;
                }

                pages[outcome.Page] = outcome.Links is not null;
                foreach (var link in outcome.Links ?? [])
                {
                    if (link.Host == site.Start.Host && link.Port == site.Start.Port && pages.TryAdd(link, null))
                        waiting.Enqueue((link, 1));
                }
            }
        }
    }

    private static async Task<Outcome> FetchAsync(ClubSite site, Uri page, int attempt, CancellationToken token)
    {
        try
        {
            using var response = await site.Client.GetAsync(page, HttpCompletionOption.ResponseHeadersRead, token);
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
                return new Outcome(page, attempt, null, response.Headers.RetryAfter?.Delta);
            if (!response.IsSuccessStatusCode)
                return new Outcome(page, attempt, null, null);
            using var copy = new MemoryStream();
            await response.Content.CopyToAsync(copy, token);
            return new Outcome(page, attempt, site.LinksIn(page, Encoding.UTF8.GetString(copy.ToArray())), null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new Outcome(page, attempt, null, site.RetryPause);
        }
    }
}
