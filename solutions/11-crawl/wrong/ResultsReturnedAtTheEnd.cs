// caught by: TheReportIsTrue — partial results are results
using System.Net;

/// <summary>Exercise 11: walk through the bird club's web site, quickly and politely.</summary>
public static class Crawl
{
    public static async Task RunAsync(ClubSite site, CancellationToken token)
    {
        var limit = new SemaphoreSlim(site.MostAtOnce, site.MostAtOnce);
        var known = new HashSet<string>(StringComparer.Ordinal);
        List<(string Path, bool IsGood)> notes = [];
        var inTime = await TaskGroup.RunAsync(
            async group =>
            {
                var ended = group.Start(t => VisitAsync("/", t), "crawl").Completion;
                var first = await Task.WhenAny(ended, Task.Delay(site.Deadline, group.Token));
                group.Cancel();
                if (first != ended)
                    return false;
                notes = await ended;
                return true;
            },
            token);
        site.HandIn(inTime, Noted(true), Noted(false));

        IEnumerable<Uri> Noted(bool isGood) => notes.Where(note => note.IsGood == isGood).Select(note => new Uri(site.Start, note.Path));

        async Task<List<(string Path, bool IsGood)>> VisitAsync(string path, CancellationToken t)
        {
            lock (known)
            {
                if (!known.Add(path))
                    return [];
            }

            var links = await WithRetriesAsync(path, t);
            var below = await Task.WhenAll((links ?? []).Where(site.IsInside).Select(link => VisitAsync(link.AbsolutePath, t)));
            return [(path, links is not null), .. below.SelectMany(notes => notes)];
        }

        async Task<IReadOnlyList<Uri>?> WithRetriesAsync(string path, CancellationToken t)
        {
            for (var left = site.MostTries; left > 0; left--)
            {
                var pause = TimeSpan.Zero;
                await limit.WaitAsync(t);
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
                finally
                {
                    limit.Release();
                }

                if (left > 1)
                    await Task.Delay(pause, t);
            }

            return null;
        }
    }
}
