// caught by: NoMoreAtOnceThanAllowed — nothing holds a crawler back but a limit of its own
using System.Collections.Concurrent;
using System.Net;

/// <summary>Exercise 11: walk through the bird club's web site, quickly and politely.</summary>
public static class Crawl
{
    public static async Task RunAsync(ClubSite site, CancellationToken token)
    {
        var answers = new ConcurrentDictionary<Uri, bool>();
        var found = new ConcurrentDictionary<Uri, byte>();
        using var deadline = new CancellationTokenSource(site.Deadline, site.Clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(token, deadline.Token);

        var complete = true;
        try
        {
            await TaskGroup.RunAsync(
                group =>
                {
                    Visit(site.Start);
                    return Task.CompletedTask;

                    void Visit(Uri page)
                    {
                        if (site.IsInside(page) && found.TryAdd(page, 0))
                            group.Start(t => FetchAndFollowAsync(page, t), page.AbsolutePath);
                    }

                    async Task FetchAndFollowAsync(Uri page, CancellationToken t)
                    {
                        for (var tries = 1; tries <= site.MostTries; tries++)
                        {
                            var (isFinal, links, pause) = await TryOnceAsync(page, t);
                            if (links is not null)
                            {
                                answers[page] = true;
                                foreach (var link in links)
                                    Visit(link);
                                return;
                            }

                            if (isFinal || tries == site.MostTries)
                                break;
                            await Task.Delay(pause, t);
                        }

                        answers[page] = false;
                    }
                },
                both.Token);
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            complete = false;
        }

        site.HandIn(complete, answers.Where(answer => answer.Value).Select(answer => answer.Key), answers.Where(answer => !answer.Value).Select(answer => answer.Key));

        async Task<(bool IsFinal, IReadOnlyList<Uri>? Links, TimeSpan Pause)> TryOnceAsync(Uri page, CancellationToken t)
        {
            try
            {
                using var response = await site.Client.GetAsync(page, t).ConfigureAwait(false);
                return response.StatusCode switch
                {
                    HttpStatusCode.OK => (true, site.LinksIn(page, await response.Content.ReadAsStringAsync(t).ConfigureAwait(false)), default),
                    HttpStatusCode.ServiceUnavailable => (false, null, response.Headers.RetryAfter!.Delta!.Value),
                    _ => (true, null, default),
                };
            }
            catch (HttpRequestException)
            {
                return (false, null, site.RetryPause);
            }
        }
    }
}
