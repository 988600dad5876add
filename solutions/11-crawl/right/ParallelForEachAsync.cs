// right: round by round, with Parallel.ForEachAsync
using System.Net;

/// <summary>Exercise 11: walk through the bird club's web site, quickly and politely.</summary>
public static class Crawl
{
    public static async Task RunAsync(ClubSite site, CancellationToken token)
    {
        List<Uri> pages = [], broken = [];
        var complete = await TimeoutScope.TryRunAsync(site.Deadline, async scope =>
        {
            HashSet<Uri> seen = [site.Start];
            Uri[] wave = [site.Start];
            while (wave.Length > 0)
            {
                var next = new List<Uri>();
                await Parallel.ForEachAsync(wave, new ParallelOptions { MaxDegreeOfParallelism = site.MostAtOnce, CancellationToken = scope.Token }, async (page, t) =>
                {
                    var links = await FetchAsync(site, page, t);
                    lock (seen)
                    {
                        (links is null ? broken : pages).Add(page);
                        next.AddRange((links ?? []).Where(link => site.IsInside(link) && seen.Add(link)));
                    }
                });
                wave = [.. next];
            }
        }, token);
        site.HandIn(complete, pages, broken);
    }

    private static async Task<IReadOnlyList<Uri>?> FetchAsync(ClubSite site, Uri page, CancellationToken token)
    {
        for (var attempt = 1; ; attempt++)
        {
            var pause = site.RetryPause;
            try
            {
                using var response = await site.Client.GetAsync(page, token);
                if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
                    pause = response.Headers.RetryAfter?.Delta ?? pause;
                else if (!response.IsSuccessStatusCode)
                    return null;
                else
                    return site.LinksIn(page, await response.Content.ReadAsStringAsync(token));
            }
            catch (HttpRequestException)
            {
            }

            if (attempt == site.MostTries)
                return null;
            await Task.Delay(pause, site.Clock, token);
        }
    }
}
