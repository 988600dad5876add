using System.Net;

/// <summary>Exercise 11: walk through the bird club's web site, quickly and politely. The task is told in README.md.</summary>
public static class Crawl
{
    public static async Task RunAsync(ClubSite site, CancellationToken token)
    {
        var pages = new List<Uri>(); // fetched
        var broken = new List<Uri>(); // addresses that lead nowhere

        // TODO 2: the first page leads to others. Fetch each page of the site once, several at a time, and never more than site.MostAtOnce.
        // TODO 3: when site.Deadline has passed, stop, and hand in what there is. When the caller cancels, stop, and hand in nothing.
        if (await FetchAsync(site, site.Start, token) is { } links)
        {
            pages.Add(site.Start);
            site.Say($"The first page leads to {links.Count} addresses.");
        }

        site.HandIn(complete: true, pages, broken);
    }

    /// <returns>The addresses that the page leads to; null: it cannot be had.</returns>
    private static async Task<IReadOnlyList<Uri>?> FetchAsync(ClubSite site, Uri page, CancellationToken token)
    {
        // TODO 1: 503 (ServiceUnavailable) and a connection that breaks (HttpRequestException) pass. Wait, and ask again.
        using var response = await site.Client.GetAsync(page, token);
        if (!response.IsSuccessStatusCode)
            return null;
        var html = await response.Content.ReadAsStringAsync(token);
        return site.LinksIn(page, html);
    }
}
