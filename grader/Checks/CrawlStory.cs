using Grader;
using StructuredConcurrency;
using Workshop.Lesson.Exercises;

namespace Checks;

/// <summary>One request of a crawler, from its beginning to the moment when its whole answer had come, or when it broke off.</summary>
internal sealed class CrawlRequest
{
    /// <summary>What was asked for: a path, or the whole address where it is somebody else's.</summary>
    public required string Page { get; init; }

    /// <summary>When it was sent.</summary>
    public required ScopeEvent Begun { get; init; }

    /// <summary>Its end; <see langword="null"/>: it had none in this run.</summary>
    public ScopeEvent? Ended { get; set; }

    /// <summary>The status as a number, or one of the words of <see cref="SiteJournal"/>; <see langword="null"/>: it has not ended.</summary>
    public string? Answer { get; set; }

    /// <summary>Whether it failed in a way that may pass.</summary>
    public bool MayPass => Answer is "503" or SiteJournal.Dropped;

    /// <summary>Whether it brought the page.</summary>
    public bool IsFetched => Answer == "200";

    /// <summary>Whether the server said something that will not change.</summary>
    public bool IsFinal => Answer is not (null or "503" or SiteJournal.Dropped or SiteJournal.Stopped or SiteJournal.Left);
}

/// <summary>What a crawler handed in.</summary>
/// <param name="Event">When.</param>
/// <param name="Complete">Whether it says that every page was dealt with.</param>
/// <param name="Pages">What it says was fetched.</param>
/// <param name="Broken">What it says leads nowhere.</param>
internal sealed record CrawlReport(ScopeEvent Event, bool Complete, IReadOnlySet<string> Pages, IReadOnlySet<string> Broken);

/// <summary>One crawl, as the site's journal tells it.</summary>
internal sealed class CrawlStory
{
    public CrawlStory(ObservedRun run, ClubSiteSettings settings)
    {
        Settings = settings;
        var underWay = new List<CrawlRequest>();
        foreach (var e in run.Events)
        {
            if (e.Kind == ScopeEventKind.WorkStarted)
            {
                var begun = new CrawlRequest { Page = e.Item!, Begun = e };
                Requests.Add(begun);
                underWay.Add(begun);
                MostAtOnce = Math.Max(MostAtOnce, underWay.Count);
                TooMany ??= underWay.Count > settings.MostAtOnce ? [.. underWay] : null;
                continue;
            }

            if (e.Kind == ScopeEventKind.Mark && e.Text!.StartsWith(SiteJournal.Reading, StringComparison.Ordinal))
                ReadsAfterTheHeaders = true;
            if (e.Kind != ScopeEventKind.Line)
                continue;

            var line = e.Text![..Math.Max(0, e.Text!.LastIndexOf(' '))]; // behind it stands the time
            if (line == ClubSite.CallerStops)
                CallerStopped ??= e;
            else if (line.StartsWith($"{ClubSite.Report} ", StringComparison.Ordinal))
                Reports.Add(Read(e, line));
            else if (line.Split(' ') is [not ">" and var answer, var page] && Open(underWay, page, e.Task) is { } request)
            {
                (request.Answer, request.Ended) = (answer, e);
                underWay.Remove(request);
            }
        }
    }

    public ClubSiteSettings Settings { get; }

    /// <summary>All requests, in the order in which they began.</summary>
    public List<CrawlRequest> Requests { get; } = [];

    /// <summary>What was handed in.</summary>
    public List<CrawlReport> Reports { get; } = [];

    /// <summary>When the caller changed his mind.</summary>
    public ScopeEvent? CallerStopped { get; }

    /// <summary>Whether the crawler asks for headers first, and reads the page later.</summary>
    public bool ReadsAfterTheHeaders { get; }

    /// <summary>When the time is up.</summary>
    public TimeSpan Deadline => TimeSpan.FromMilliseconds(Settings.Deadline);

    /// <summary>Whether this is a day on which there is time for everything.</summary>
    public bool HasTime => Settings is { Deadline: >= 60_000, CallerStopsAfter: null };

    /// <summary>The requests for each page, in their order.</summary>
    public IEnumerable<IGrouping<string, CrawlRequest>> ByPage => Requests.GroupBy(request => request.Page, StringComparer.Ordinal);

    /// <summary>When the last answer had come, or the last request had broken off.</summary>
    public TimeSpan LastEnd => Requests.Select(request => request.Ended?.Time ?? TimeSpan.Zero).DefaultIfEmpty().Max();

    /// <summary>How many requests were under way at once, at most.</summary>
    public int MostAtOnce { get; }

    /// <summary>The first moment at which more requests were under way than are allowed; the last of them was too much. <see langword="null"/>: there was none.</summary>
    public IReadOnlyList<CrawlRequest>? TooMany { get; }

    private static CrawlRequest? Open(List<CrawlRequest> underWay, string page, int? task) =>
        underWay.Find(request => request.Page == page && request.Begun.Task == task) ?? underWay.Find(request => request.Page == page);

    private static CrawlReport Read(ScopeEvent e, string line)
    {
        // REPORT complete; pages: / /heron; broken: none
        var parts = line.Split("; ");
        return new CrawlReport(e, parts[0].EndsWith("complete", StringComparison.Ordinal), Names(1), Names(2));

        // Of a very long line the end is missing.
        HashSet<string> Names(int part) => [.. (parts.ElementAtOrDefault(part) ?? "").Split(' ').Skip(1).Where(name => name != "none")];
    }
}
