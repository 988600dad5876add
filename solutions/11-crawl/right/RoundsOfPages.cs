// right: round by round, breadth first, with Parallel.ForEachAsync as the limit, and Task.WaitAsync nowhere: TimeoutScope.RunAsync and a catch
using System.Collections.Concurrent;

public static class Crawl
{
    public static async Task RunAsync(ClubSite site, CancellationToken token)
    {
        var pages = new ConcurrentBag<Uri>();
        var broken = new ConcurrentBag<Uri>();
        var complete = false;
        try
        {
            await TimeoutScope.RunAsync(
                site.Deadline,
                async scope =>
                {
                    var known = new HashSet<Uri> { site.Start };
                    IReadOnlyCollection<Uri> round = [site.Start];
                    while (round.Count > 0)
                    {
                        var links = new ConcurrentQueue<Uri>();
                        await Parallel.ForEachAsync(
                            round,
                            new ParallelOptions { MaxDegreeOfParallelism = site.MostAtOnce, CancellationToken = scope.Token },
                            async (page, t) =>
                            {
                                if (await GetAsync(site, page, t) is not { } html)
                                {
                                    broken.Add(page);
                                    return;
                                }

                                pages.Add(page);
                                foreach (var link in site.LinksIn(page, html))
                                    links.Enqueue(link);
                            });
                        round = [.. links.Where(link => site.IsInside(link) && known.Add(link))];
                    }
                },
                token);
            complete = true;
        }
        catch (TimeoutException)
        {
            site.Say("The server is off.");
        }

        site.HandIn(complete, pages, broken);
    }

    private static async Task<string?> GetAsync(ClubSite site, Uri page, CancellationToken token, int attempt = 1)
    {
        TimeSpan pause;
        try
        {
            using var response = await site.Client.GetAsync(page, HttpCompletionOption.ResponseContentRead, token);
            if (response.IsSuccessStatusCode)
                return await response.Content.ReadAsStringAsync(token);
            if ((int)response.StatusCode != 503)
                return null;
            pause = response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1);
        }
        catch (HttpRequestException e) when (e.StatusCode is null)
        {
            pause = site.RetryPause;
        }

        if (attempt == site.MostTries)
            return null;
        await Task.Delay(pause, token);
        return await GetAsync(site, page, token, attempt + 1);
    }
}
