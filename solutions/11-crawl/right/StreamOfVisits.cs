// right: an asynchronous stream of visits that the caller reads, GetStringAsync and the status in its exception, a wait for those under way in a finally
using System.Net;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

public static class Crawl
{
    private sealed record Visit(Uri Page, IReadOnlyList<Uri>? Links);

    public static async Task RunAsync(ClubSite site, CancellationToken token)
    {
        var visits = new List<Visit>();
        var inTime = true;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        stop.CancelAfter(site.Deadline);
        try
        {
            await foreach (var visit in CrawlAsync(site, stop.Token))
                visits.Add(visit);
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            inTime = false;
        }

        site.HandIn(inTime, visits.Where(visit => visit.Links is not null).Select(visit => visit.Page), visits.Where(visit => visit.Links is null).Select(visit => visit.Page));
    }

    private static async IAsyncEnumerable<Visit> CrawlAsync(ClubSite site, [EnumeratorCancellation] CancellationToken token)
    {
        var visits = Channel.CreateUnbounded<Visit>();
        var known = new HashSet<Uri> { site.Start };
        var gate = new SemaphoreSlim(site.MostAtOnce);
        var underWay = new List<Task> { VisitAsync(site.Start) };
        try
        {
            for (var read = 0; read < known.Count; read++)
            {
                var visit = await visits.Reader.ReadAsync(token);
                foreach (var link in visit.Links ?? [])
                {
                    if (site.IsInside(link) && known.Add(link))
                        underWay.Add(VisitAsync(link));
                }

                yield return visit;
            }
        }
        finally
        {
            await Task.WhenAll(underWay).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task VisitAsync(Uri page)
        {
            for (var tries = 1; ; tries++)
            {
                TimeSpan pause;
                await gate.WaitAsync(token);
                try
                {
                    var html = await site.Client.GetStringAsync(page, token);
                    visits.Writer.TryWrite(new Visit(page, site.LinksIn(page, html)));
                    return;
                }
                catch (HttpRequestException e) when (e.StatusCode is null or HttpStatusCode.ServiceUnavailable)
                {
                    pause = e.StatusCode is null ? site.RetryPause : TimeSpan.FromSeconds(1.5); // longer than this server ever asks for
                }
                catch (HttpRequestException)
                {
                    break;
                }
                finally
                {
                    gate.Release();
                }

                if (tries == site.MostTries)
                    break;
                await Task.Delay(pause, token);
            }

            visits.Writer.TryWrite(new Visit(page, null));
        }
    }
}
