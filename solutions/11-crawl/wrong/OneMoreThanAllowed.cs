// caught by: NoMoreAtOnceThanAllowed — The limit holds, and is too high
using System.Net;
/// <summary>Exercise 11: the limit is one too high.</summary>
public static class Crawl
{
    public static async Task RunAsync(ClubSite site, CancellationToken token)
    {
        var pages = new List<Uri>();
        var broken = new List<Uri>();
        var seen = new HashSet<Uri> { site.Start };
        using var permits = new SemaphoreSlim(site.MostAtOnce + 1);

        var complete = await TimeoutScope.TryRunAsync(site.Deadline, scope => TaskGroup.RunAsync(async group =>
        {
            Visit(group, site.Start);
        }, scope.Token), token);
        site.HandIn(complete, pages, broken);

        void Visit(TaskGroup group, Uri page) => group.Start(async t =>
        {
            await permits.WaitAsync(t);
            IReadOnlyList<Uri>? links;
            try
            {
                links = await FetchAsync(site, page, t);
            }
            finally
            {
                permits.Release();
            }

            (links is null ? broken : pages).Add(page);
            foreach (var link in links ?? [])
                if (site.IsInside(link) && seen.Add(link))
                    Visit(group, link);
        });
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
