using System.Diagnostics.CodeAnalysis;
using System.Net;
using StructuredConcurrency.Simulation;

namespace Workshop.Lesson.Exercises;

/// <summary>The world of exercise 11: the web site of a bird club, on an old server that is switched off soon.</summary>
/// <remarks>
/// It is asked for its pages with an ordinary <see cref="HttpClient"/>. In a check the pages come from memory and time is the event loop's; by hand they come
/// over a real connection to this machine.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "It lives as long as the program that it is given to.")]
public sealed class ClubSite : ICallsOff
{
    /// <summary>How the line begins that <see cref="HandIn"/> writes into the log.</summary>
    public const string Report = "REPORT";

    /// <summary>The line that tells of the caller who changed his mind.</summary>
    public const string CallerStops = "CALLER stops";

    private static readonly Uri s_address = new("http://birds.example/");

    private readonly ClubSiteSettings _settings;
    private readonly SimulatedWork _work;
    private readonly SiteJournal _journal;
    private readonly CancellationTokenSource _caller = new();

    /// <summary>Puts the site before a crawler, in memory; its clock starts now.</summary>
    /// <param name="settings">The figures.</param>
    public ClubSite(ClubSiteSettings settings)
        : this(settings, s_address, clock => new SiteInMemory(new ClubPages(settings), s_address, clock), Console.WriteLine)
    {
    }

    private ClubSite(ClubSiteSettings settings, Uri start, Func<TimeProvider, HttpMessageHandler> network, Action<string> print)
    {
        _settings = settings;
        Start = start;
        Clock = EventLoop.Current?.TimeProvider ?? TimeProvider.System;
        _work = new SimulatedWork(settings.Seed, Clock, print);
        _journal = new SiteJournal(start, network(Clock), _work.Print);

        Client = new HttpClient(_journal) { BaseAddress = start, Timeout = Timeout.InfiniteTimeSpan };
        if (settings.CallerStopsAfter is { } after)
            _ = StopAsync(TimeSpan.FromMilliseconds(after));
    }

    /// <summary>Address of the first page, from which every other can be reached.</summary>
    public Uri Start { get; }

    /// <summary>The client to ask with.</summary>
    /// <remarks><b>Pitfall.</b> Its own <see cref="HttpClient.Timeout"/> counts on the system's clock, and for each request anew: it is no deadline for a crawl, and is left off.</remarks>
    public HttpClient Client { get; }

    /// <summary>How many requests the server bears at a time. A request lasts until its whole page has come.</summary>
    public int MostAtOnce => _settings.MostAtOnce;

    /// <summary>How often a page may be asked for before it is given up.</summary>
    public int MostTries => _settings.MostTries;

    /// <summary>How long to wait, at least, before asking again after the connection broke. After a 503 its header Retry-After says how long.</summary>
    public TimeSpan RetryPause { get; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long the crawl may take, counted from the call of <c>RunAsync</c>.</summary>
    public TimeSpan Deadline => TimeSpan.FromMilliseconds(_settings.Deadline);

    /// <summary>The site's clock, for delays of your own: <c>Task.Delay(time, site.Clock, token)</c>.</summary>
    public TimeProvider Clock { get; }

    /// <inheritdoc />
    CancellationToken ICallsOff.CalledOff => _caller.Token;

    /// <summary>Puts a site that is reached over a network before a crawler; its clock starts now.</summary>
    /// <param name="settings">The figures: the site's own are the server's affair.</param>
    /// <param name="start">Address of the first page. Nothing outside of it is ever asked for, whatever the crawler tries.</param>
    /// <param name="print">Receives the printed lines, one at a time.</param>
    /// <param name="journal">What was asked for, and how many requests were under way.</param>
    public static ClubSite OverTheNetwork(ClubSiteSettings settings, Uri start, Action<string> print, out SiteJournal journal)
    {
        var site = new ClubSite(settings, start, _ => new OnlyBelow(start), print);
        journal = site._journal;
        return site;
    }

    /// <summary>Whether an address belongs to the club.</summary>
    /// <param name="address">The address.</param>
    public bool IsInside(Uri address) => Start.IsBaseOf(address);

    /// <summary>The addresses that a page leads to, in their order; one may be there twice, some are somebody else's. What follows a '#' is left out.</summary>
    /// <param name="page">Address of the page.</param>
    /// <param name="html">The page.</param>
    public IReadOnlyList<Uri> LinksIn(Uri page, string html)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(html);
        const string Mark = "href=\"";
        var links = new List<Uri>();
        for (var at = html.IndexOf(Mark, StringComparison.Ordinal); at >= 0; at = html.IndexOf(Mark, at, StringComparison.Ordinal))
        {
            at += Mark.Length;
            var end = html.IndexOf('"', at);
            if (end < 0)
                break;
            if (Uri.TryCreate(new Uri(Start, page), html[at..end], out var link) && link.Scheme == Uri.UriSchemeHttp)
                links.Add(link.Fragment.Length == 0 ? link : new Uri(link.GetLeftPart(UriPartial.Query)));
        }

        return links;
    }

    /// <summary>Hands in what the crawl brought. Takes no time.</summary>
    /// <param name="complete">Whether every page of the site was dealt with; <see langword="false"/>: the deadline came first.</param>
    /// <param name="pages">The pages that were fetched.</param>
    /// <param name="broken">The addresses that lead nowhere: those that are missing, and those that were given up.</param>
    public void HandIn(bool complete, IEnumerable<Uri> pages, IEnumerable<Uri> broken)
    {
        ArgumentNullException.ThrowIfNull(pages);
        ArgumentNullException.ThrowIfNull(broken);
        _work.Print($"{Report} {(complete ? "complete" : "cut short")}; pages: {Names(pages)}; broken: {Names(broken)}");
    }

    /// <summary>Prints a line, with the seconds since the beginning; the timeline shows it as well.</summary>
    /// <param name="text">The line.</param>
    public void Say(string text) => _work.Print($"> {text}");

    private string Names(IEnumerable<Uri> addresses) => string.Join(' ', addresses.Select(_journal.NameOf).Order(StringComparer.Ordinal).DefaultIfEmpty("none"));

    private async Task StopAsync(TimeSpan after)
    {
        await Task.Delay(after, Clock, CancellationToken.None);
        _work.Print(CallerStops);
#pragma warning disable VSTHRD103, CA1849 // whoever listens hears it in this step, as from a button that somebody presses
        _caller.Cancel();
#pragma warning restore VSTHRD103, CA1849
    }

    /// <summary>By hand too a crawler must not wander off into the world.</summary>
    private sealed class OnlyBelow(Uri start) : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            start.IsBaseOf(request.RequestUri!)
                ? base.SendAsync(request, cancellationToken)
                : Task.FromResult(new HttpResponseMessage(HttpStatusCode.Forbidden) { RequestMessage = request, Content = new StringContent("outside") });
    }
}
