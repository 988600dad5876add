// right: a channel with a count of what is pending, workers that are awaited with Task.WhenAll, nothing of the kit's library; GetByteArrayAsync and SendAsync
using System.Net;
using System.Text;
using System.Threading.Channels;

public static class Crawl
{
    public static async Task RunAsync(ClubSite site, CancellationToken token)
    {
        var channel = Channel.CreateUnbounded<(Uri Page, int Try)>();
        var gate = new object();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        List<Uri> pages = [], broken = [];
        var pending = 0;
        var finished = false;
        Enqueue(site.Start);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        stop.CancelAfter(site.Deadline);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, site.MostAtOnce).Select(_ => Task.Run(() => WorkAsync(stop.Token), CancellationToken.None)));
            finished = true;
        }
        catch (OperationCanceledException)
        {
            token.ThrowIfCancellationRequested();
        }

        site.HandIn(finished, pages, broken);

        void Enqueue(Uri page)
        {
            lock (gate)
            {
                if (!seen.Add(page.AbsoluteUri))
                    return;
                pending++;
            }

            channel.Writer.TryWrite((page, 1));
        }

        async Task WorkAsync(CancellationToken t)
        {
            await foreach (var (page, attempt) in channel.Reader.ReadAllAsync(t))
            {
                TimeSpan? again = null;
                try
                {
                    using var request = new HttpRequestMessage(HttpMethod.Get, page);
                    using var response = await site.Client.SendAsync(request, t);
                    if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
                    {
                        again = response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1);
                    }
                    else if (response.IsSuccessStatusCode)
                    {
                        var html = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(t));
                        lock (gate)
                            pages.Add(page);
                        foreach (var link in site.LinksIn(page, html).Where(site.IsInside))
                            Enqueue(link);
                    }
                    else
                    {
                        lock (gate)
                            broken.Add(page);
                    }
                }
                catch (HttpRequestException)
                {
                    again = site.RetryPause * Math.Pow(2, attempt - 1);
                }

                if (again is { } pause && attempt < site.MostTries)
                {
                    await Task.Delay(pause, t);
                    channel.Writer.TryWrite((page, attempt + 1));
                    continue;
                }

                lock (gate)
                {
                    if (again is not null)
                        broken.Add(page);
                    if (--pending == 0)
                        channel.Writer.Complete();
                }
            }
        }
    }
}
