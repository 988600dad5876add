// caught by: TheProgramEndsWithoutAnError — on a network a failure is an ordinary answer
using System.Net;

/// <summary>Exercise 11: what breaks at the last try is let out.</summary>
public static class Crawl
{
    public static async Task RunAsync(ClubSite site, CancellationToken token)
    {
        var findings = new Findings();
        var complete = await TimeoutScope.TryRunAsync(site.Deadline, scope => CrawlAsync(site, findings, scope.Token), token);
        site.HandIn(complete, findings.Pages, findings.Broken); // nobody adds to them any more: the scope has ended, and all in it
    }

    private static Task CrawlAsync(ClubSite site, Findings findings, CancellationToken token) => TaskGroup.RunAsync(
        async group =>
        {
            var toVisit = new JoinableQueue<Uri> { Name = "to visit" };
            findings.TryDiscover(site.Start);
            toVisit.TryPut(site.Start);
            for (var i = 1; i <= site.MostAtOnce; i++)
                group.Start(t => VisitAsync(site, toVisit, findings, t), $"visitor {i}");

            await toVisit.JoinAsync(group.Token); // an empty queue is not the end: the page under way may lead to more
            group.Cancel("every page has been visited");
        },
        token);

    private static async Task VisitAsync(ClubSite site, JoinableQueue<Uri> toVisit, Findings findings, CancellationToken token)
    {
        while (true)
        {
            var page = await toVisit.GetAsync(token);
            try
            {
                var links = await FetchAsync(site, page, token);
                findings.Add(page, isBroken: links is null);
                foreach (var link in links ?? [])
                {
                    if (site.IsInside(link) && findings.TryDiscover(link))
                        toVisit.TryPut(link); // before this page is marked done, so that the queue is never joined too early
                }
            }
            finally
            {
                toVisit.MarkDone();
            }
        }
    }

    /// <returns>The addresses that the page leads to; null: it cannot be had.</returns>
    private static async Task<IReadOnlyList<Uri>?> FetchAsync(ClubSite site, Uri page, CancellationToken token)
    {
        for (var attempt = 1; ; attempt++)
        {
            var pause = site.RetryPause;
            try
            {
                using var response = await site.Client.GetAsync(page, token);
                if (response.IsSuccessStatusCode)
                    return site.LinksIn(page, await response.Content.ReadAsStringAsync(token));
                if (response.StatusCode != HttpStatusCode.ServiceUnavailable)
                    return null;
                pause = response.Headers.RetryAfter?.Delta ?? pause;
            }
            catch (HttpRequestException) when (attempt < site.MostTries)
            {
                // The connection broke: that may pass.
            }

            if (attempt == site.MostTries)
                return null;
            await Task.Delay(pause, site.Clock, token);
        }
    }

    /// <summary>What has been found so far. By hand the crawl runs on several threads: so everything here is behind a lock.</summary>
    private sealed class Findings
    {
        private readonly Lock _gate = new();
        private readonly HashSet<Uri> _discovered = [];

        public List<Uri> Pages { get; } = [];

        public List<Uri> Broken { get; } = [];

        /// <returns>Whether the page is new: asked before it is fetched, since several pages lead to it.</returns>
        public bool TryDiscover(Uri page)
        {
            lock (_gate)
                return _discovered.Add(page);
        }

        public void Add(Uri page, bool isBroken)
        {
            lock (_gate)
                (isBroken ? Broken : Pages).Add(page);
        }
    }
}
