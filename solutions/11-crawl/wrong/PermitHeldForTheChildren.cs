// caught by: EveryPageIsReached — a permit is for a request and no longer
using System.Net;

/// <summary>Exercise 11: walk through the bird club's web site, quickly and politely.</summary>
public static class Crawl
{
    public static async Task RunAsync(ClubSite site, CancellationToken token)
    {
        var limit = new SemaphoreSlim(site.MostAtOnce, site.MostAtOnce);
        var notes = new SortedDictionary<string, bool?>(StringComparer.Ordinal);
        var inTime = await TaskGroup.RunAsync(
            async group =>
            {
                var ended = group.Start(t => VisitAsync("/", t), "crawl").Completion;
                var first = await Task.WhenAny(ended, Task.Delay(site.Deadline, group.Token));
                group.Cancel();
                return first == ended;
            },
            token);
        lock (notes)
            site.HandIn(inTime, Noted(true), Noted(false));

        IEnumerable<Uri> Noted(bool isGood) => notes.Where(note => note.Value == isGood).Select(note => new Uri(site.Start, note.Key));

        async Task VisitAsync(string path, CancellationToken t)
        {
            lock (notes)
            {
                if (!notes.TryAdd(path, null))
                    return;
            }

            await limit.WaitAsync(t);
            try
            {
                var links = await WithRetriesAsync(path, t);
                lock (notes)
                    notes[path] = links is not null;
                await Task.WhenAll((links ?? []).Where(site.IsInside).Select(link => VisitAsync(link.AbsolutePath, t)));
            }
            finally
            {
                limit.Release();
            }
        }

        async Task<IReadOnlyList<Uri>?> WithRetriesAsync(string path, CancellationToken t)
        {
            for (var left = site.MostTries; left > 0; left--)
            {
                var pause = TimeSpan.Zero;
                try
                {
                    using var response = await site.Client.GetAsync(path, t);
                    if (response.StatusCode == HttpStatusCode.NotFound)
                        return null;
                    if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
                        pause = response.Headers.RetryAfter?.Delta ?? site.RetryPause;
                    else
                        return site.LinksIn(new Uri(site.Start, path), await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(t));
                }
                catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ResponseEnded)
                {
                    pause = site.RetryPause;
                }

                if (left > 1)
                    await Task.Delay(pause, t);
            }

            return null;
        }
    }
}
