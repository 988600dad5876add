using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using StructuredConcurrency;

namespace Workshop.Lesson.Exercises;

/// <summary>Serves the club's pages over HTTP, to this machine alone: to 127.0.0.1, and to no other address.</summary>
public static class ClubServer
{
    private const int MostAttempts = 5; // to find a port that nobody takes in between

    /// <summary>Serves for as long as a program runs.</summary>
    /// <param name="pages">The pages.</param>
    /// <param name="port">The port; 0: one that the system chooses.</param>
    /// <param name="body">The program; it is given the address of the first page.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A task that ends as <paramref name="body"/> ends, when nothing is served any more.</returns>
    /// <exception cref="IOException">The port cannot be had.</exception>
    public static async Task RunAsync(ClubPages pages, int port, Func<Uri, CancellationToken, Task> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pages);
        ArgumentNullException.ThrowIfNull(body);
        var (listener, start) = Listen(port);
        using var closing = listener;
        Task? running = null;
        await TaskGroup.RunAsync(
            async group =>
            {
                group.Start(token => AcceptAsync(listener, pages, group, token), "accept");
                running = CallAsync(group.Token);
                await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                group.Cancel("the program has ended");
            },
            cancellationToken);
        await running!; // its own error, not the group's collection of them

        async Task CallAsync(CancellationToken token) => await body(start, token);
    }

    private static (HttpListener Listener, Uri Start) Listen(int port)
    {
        for (var attempt = 1; ; attempt++)
        {
            var chosen = port == 0 ? FreePort() : port;
            var start = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{chosen}/"));
            var listener = new HttpListener();
            listener.Prefixes.Add(start.AbsoluteUri);
            try
            {
                listener.Start();
                return (listener, start);
            }
            catch (Exception e) when (e is HttpListenerException or SocketException)
            {
                listener.Close();
                if (port != 0 || attempt == MostAttempts)
                    throw new IOException($"port {chosen} of 127.0.0.1 cannot be had: {e.Message.TrimEnd('.')}", e);
            }
        }
    }

    /// <summary>The listener does not choose one by itself.</summary>
    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static async Task AcceptAsync(HttpListener listener, ClubPages pages, TaskGroup group, CancellationToken token)
    {
        using var closing = token.Register(listener.Abort); // it knows nothing of tokens
        while (true)
        {
            HttpListenerContext request;
            try
            {
                request = await listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException && token.IsCancellationRequested)
            {
                throw new OperationCanceledException("The server was closed.", e, token);
            }

            group.Start(t => AnswerAsync(request, pages, t), request.Request.Url?.AbsolutePath);
        }
    }

    private static async Task AnswerAsync(HttpListenerContext request, ClubPages pages, CancellationToken token)
    {
        var response = request.Response;
        try
        {
            var answer = request.Request.HttpMethod == HttpMethod.Get.Method ? pages.Answer(request.Request.Url!.AbsolutePath) : new SiteAnswer(405, "");
            await Task.Delay(answer.HeadersAfter, token);
            var bytes = Encoding.UTF8.GetBytes(answer.Html);
            response.StatusCode = answer.Status;
            response.KeepAlive = false; // else a client that finds its connection cut off tries again by itself, unasked
            response.ContentType = "text/html; charset=utf-8";
            response.ContentLength64 = bytes.Length;
            if (answer.RetryAfter is { } seconds)
                response.AddHeader("Retry-After", seconds.ToString(CultureInfo.InvariantCulture));
            var begun = Math.Min(1, bytes.Length); // the headers leave with the first byte
            await response.OutputStream.WriteAsync(bytes.AsMemory(0, begun), token);
            await Task.Delay(answer.BodyAfter, token);
            if (answer.HangsUp)
            {
                response.Abort();
                return;
            }

            await response.OutputStream.WriteAsync(bytes.AsMemory(begun), token);
            response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            response.Abort(); // whoever asked has gone
        }
        catch (OperationCanceledException)
        {
            response.Abort();
            throw;
        }
    }
}
