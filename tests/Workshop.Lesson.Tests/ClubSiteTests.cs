using System.Net;
using StructuredConcurrency.Simulation;
using Workshop.Lesson.Exercises;

namespace Workshop.Lesson.Tests;

[Collection(nameof(Console))] // the site prints, and the process has one console
public sealed class ClubSiteTests
{
    private static readonly ClubSiteSettings s_settings = new() { Pages = 12, Missing = [4], Busy = [2], Dropping = [3], Moody = [5], Dead = [6], Seed = 5 };

    [Fact]
    public async Task GetAsync_OverHttpAndInMemory_GiveTheSamePagesStatusesAndFailures()
    {
        var inMemory = new List<string>();
        var report = EventLoop.Run(async () => inMemory = await AskForEverythingAsync(new ClubSite(s_settings)));
        Assert.Equal(Outcome.Completed, report.Outcome);

        var overHttp = new List<string>();
        await ClubServer.RunAsync(
            new ClubPages(s_settings),
            port: 0,
            async (start, _) => overHttp = await AskForEverythingAsync(ClubSite.OverTheNetwork(s_settings, start, _ => { }, out var _)),
            TestContext.Current.CancellationToken);

        Assert.Equal(inMemory, overHttp);
        Assert.Contains(inMemory, line => line.StartsWith("/heron 1: 200 text/html; charset=utf-8 <!doctype html>", StringComparison.Ordinal));
        Assert.Contains("/kestrel 1: 503 retry after 00:00:01", inMemory);
        Assert.Contains(inMemory, line => line.StartsWith("/kestrel 2: 200", StringComparison.Ordinal));
        Assert.Contains("/wren 1: HttpRequestException ResponseEnded", inMemory);
        Assert.Contains("/nowhere 1: 404", inMemory);
    }

    [Fact]
    public async Task GetAsync_HeadersFirst_HasThePageUnderWayUntilItIsRead()
    {
        await ClubServer.RunAsync(
            new ClubPages(s_settings),
            port: 0,
            async (start, token) =>
            {
                var ended = new List<string>();
                var site = ClubSite.OverTheNetwork(s_settings, start, ended.Add, out var journal);
                using (var response = await site.Client.GetAsync(site.Start, HttpCompletionOption.ResponseHeadersRead, token))
                {
                    Assert.Empty(ended);
                    Assert.Contains("The bird club", await response.Content.ReadAsStringAsync(token), StringComparison.Ordinal);
                    Assert.StartsWith("200 / ", Assert.Single(ended), StringComparison.Ordinal);
                }

                (await site.Client.GetAsync(site.Start, HttpCompletionOption.ResponseHeadersRead, token)).Dispose();
                Assert.StartsWith("LEFT / ", ended[^1], StringComparison.Ordinal);
                Assert.Equal((2, 1), (journal.Requests, journal.MostAtOnce));
            },
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task GetAsync_AddressOutsideTheSite_NeverLeavesTheMachine()
    {
        var site = ClubSite.OverTheNetwork(s_settings, new Uri("http://127.0.0.1:1/"), _ => { }, out _);
        using var response = await site.Client.GetAsync(ClubPages.Elsewhere, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public void GetAsync_OnTheLoop_StaysThereAndRepeats()
    {
        var logs = Enumerable.Range(0, 3).Select(_ =>
        {
            var report = EventLoop.Run(
                () => Task.WhenAll(AskAsync(), AskAsync()),
                new EventLoopOptions { Seed = 3, Picker = new RandomPicker(3), TimerJitter = TimeSpan.FromMilliseconds(25) });
            Assert.Equal((Outcome.Completed, 0), (report.Outcome, report.ForeignPosts));
            return report.Log.ToJsonLines();
        }).ToList();
        Assert.Single(logs.Distinct(StringComparer.Ordinal));

        static async Task AskAsync()
        {
            var site = new ClubSite(s_settings with { Moody = [] });
            var html = await site.Client.GetStringAsync(site.Start);
            foreach (var link in site.LinksIn(site.Start, html).Where(site.IsInside).Distinct())
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, link);
                using var response = await site.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                Assert.NotNull(EventLoop.Current);
                if (link.AbsolutePath == "/wren")
                    await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.ReadAsByteArrayAsync());
                else
                    await response.Content.ReadAsByteArrayAsync();
                Assert.NotNull(EventLoop.Current);
            }
        }
    }

    [Fact]
    public void GetAsync_TokenThatIsCancelled_EndsTheRequestAtOnce()
    {
        var report = EventLoop.Run(async () =>
        {
            var site = new ClubSite(s_settings with { Slow = [1] });
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(500), site.Clock);
            var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => site.Client.GetAsync("/heron", stop.Token));
            Assert.Equal(stop.Token, error.CancellationToken);
        });
        Assert.Equal((Outcome.Completed, 0, TimeSpan.FromMilliseconds(500)), (report.Outcome, report.ForeignPosts, report.VirtualElapsed));
        Assert.Contains(report.Log.Events, e => e.Text?.StartsWith("STOPPED /heron", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void Good_PagesThatCanBeRead_AreAllReachedFromTheFirst()
    {
        for (var seed = 0UL; seed < 50; seed++)
        {
            var settings = new ClubSiteSettings { Pages = 40, Missing = [1, 2, 3, 9], Dead = [5, 17], Seed = seed };
            var pages = new ClubPages(settings);
            var site = ClubSite.OverTheNetwork(settings, new Uri("http://127.0.0.1:1/"), _ => { }, out var journal);
            var seen = new HashSet<string>(StringComparer.Ordinal) { "/" };
            var toRead = new Queue<string>(seen);
            while (toRead.TryDequeue(out var path))
            {
                foreach (var link in site.LinksIn(new Uri(site.Start, path), pages.Answer(path).Html).Where(site.IsInside).Select(journal.NameOf))
                {
                    if (seen.Add(link))
                        toRead.Enqueue(link);
                }
            }

            Assert.Equal(pages.Good.Concat(pages.Broken).Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task RunAsync_PortThatIsTaken_SaysSo()
    {
        await ClubServer.RunAsync(
            new ClubPages(s_settings),
            port: 0,
            async (start, token) =>
            {
                var error = await Assert.ThrowsAsync<IOException>(() => ClubServer.RunAsync(new ClubPages(s_settings), start.Port, (_, _) => Task.CompletedTask, token));
                Assert.StartsWith($"port {start.Port} of 127.0.0.1 cannot be had: ", error.Message, StringComparison.Ordinal);
            },
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task RunAsync_ProgramThatFails_FailsAsItDoes() =>
        await Assert.ThrowsAsync<InvalidDataException>(() => ClubServer.RunAsync(new ClubPages(s_settings), 0, (_, _) => throw new InvalidDataException(), TestContext.Current.CancellationToken));

    /// <summary>Asks for every page four times, one after the other.</summary>
    private static async Task<List<string>> AskForEverythingAsync(ClubSite site)
    {
        var pages = new ClubPages(s_settings);
        var answers = new List<string>();
        foreach (var path in (IEnumerable<string>)[.. pages.Good, .. pages.Broken, "/nowhere"])
        {
            for (var i = 1; i <= 4; i++)
                answers.Add($"{path} {i}: {await AskAsync(path)}");
        }

        return answers;

        async Task<string> AskAsync(string path)
        {
            try
            {
                using var response = await site.Client.GetAsync(path);
                return response.StatusCode == HttpStatusCode.OK ? $"200 {response.Content.Headers.ContentType} {await response.Content.ReadAsStringAsync()}"
                    : $"{(int)response.StatusCode}{(response.Headers.RetryAfter is { } after ? $" retry after {after.Delta}" : "")}";
            }
            catch (HttpRequestException e)
            {
                return $"{e.GetType().Name} {e.HttpRequestError}";
            }
        }
    }
}
