using System.Globalization;
using System.Text;
using StructuredConcurrency.Simulation;

namespace Workshop.Lesson.Exercises;

/// <summary>The pages of the bird club's web site, and how its old server behaves: the same behind a real connection and in memory.</summary>
/// <remarks>Everything follows from the settings, and from how often a page was asked for. May be used by several threads at once.</remarks>
public sealed class ClubPages
{
    /// <summary>A page of somebody else's, to which the club's pages lead.</summary>
    public const string Elsewhere = "http://elsewhere.example/weather";

    private const int FirstRow = 5; // pages to which the first page leads
    private const int Reach = 6; // a page is led to from one that is not far before it

    private static readonly TimeSpan s_slowBody = TimeSpan.FromSeconds(3);

    private static readonly string[] s_birds =
    [
        "heron", "kestrel", "wren", "coot", "owl", "swift", "lapwing", "crane", "stork", "robin",
        "finch", "tern", "plover", "swan", "grebe", "dipper", "siskin", "linnet", "curlew", "bittern",
    ];

    private readonly ClubSiteSettings _settings;
    private readonly List<int>[] _links;
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly int[] _asked;

    /// <summary>Lays the pages out.</summary>
    /// <param name="settings">How many there are, and which of them fail.</param>
    public ClubPages(ClubSiteSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Pages, 1, nameof(settings));
        _settings = settings;
        _asked = new int[settings.Pages];
        _links = new List<int>[settings.Pages];
        for (var page = 0; page < settings.Pages; page++)
        {
            _numbers.Add(PathOf(page), page);
            _links[page] = [];
        }

        // A page that cannot be read leads nowhere.
        var random = new SplitMix64(SplitMix64.Mix(settings.Seed, 7));
        for (var page = 1; page < settings.Pages; page++)
        {
            var from = page <= FirstRow ? 0 : Math.Max(1, page - 1 - random.Next(Reach));
            while (from > 0 && !IsGood(from))
                from--;
            _links[from].Add(page);
        }

        // Every page leads back, and to some other page; each may be found on several ways.
        for (var page = 0; page < settings.Pages; page++)
            _links[page].AddRange([0, random.Next(settings.Pages)]);
    }

    /// <summary>Paths of the pages that can be read, the first page first.</summary>
    public IReadOnlyList<string> Good => [.. Enumerable.Range(0, _settings.Pages).Where(IsGood).Select(PathOf)];

    /// <summary>Paths that others lead to and that cannot be read: those that are missing, those that are always busy, and those that never come whole.</summary>
    public IReadOnlyList<string> Broken => [.. Enumerable.Range(0, _settings.Pages).Where(page => !IsGood(page)).Select(PathOf)];

    /// <summary>Answers a request. The next one for the same page may be answered otherwise.</summary>
    /// <param name="path">What is asked for: <c>/heron</c>.</param>
    public SiteAnswer Answer(string path)
    {
        if (!_numbers.TryGetValue(path, out var page))
            return Short(404, "There is no such page.");
        var random = new SplitMix64(SplitMix64.Mix(_settings.Seed, 100 + (ulong)page));
        var headersAfter = TimeSpan.FromMilliseconds(20 + random.Next(61));
        var bodyAfter = TimeSpan.FromMilliseconds(10 + random.Next(31));
        var before = Interlocked.Increment(ref _asked[page]) - 1;
        if (_settings.Missing.Contains(page))
            return Short(404, "There is no such page.") with { HeadersAfter = headersAfter };
        if (_settings.Torn.Contains(page) || (before == 0 && (_settings.Dropping.Contains(page) || _settings.Moody.Contains(page))))
            return new SiteAnswer(200, Html(page)) { HangsUp = true, HeadersAfter = headersAfter, BodyAfter = bodyAfter };
        return _settings.Dead.Contains(page) || (before == 0 && _settings.Busy.Contains(page)) || (before == 1 && _settings.Moody.Contains(page))
            ? Short(503, "The server is busy. Come back in a second.") with { RetryAfter = 1, HeadersAfter = headersAfter }
            : new SiteAnswer(200, Html(page)) { HeadersAfter = headersAfter, BodyAfter = _settings.Slow.Contains(page) ? s_slowBody : bodyAfter };
    }

    private static SiteAnswer Short(int status, string text) => new(status, $"<!doctype html><title>{status}</title><p>{text}</p>");

    private static string PathOf(int page)
    {
        var round = (page - 1) / s_birds.Length;
        return page == 0 ? "/" : $"/{s_birds[(page - 1) % s_birds.Length]}{(round == 0 ? "" : (round + 1).ToString(CultureInfo.InvariantCulture))}";
    }

    private bool IsGood(int page) => !_settings.Missing.Contains(page) && !_settings.Dead.Contains(page) && !_settings.Torn.Contains(page);

    private string Html(int page)
    {
        var name = page == 0 ? "The bird club" : PathOf(page)[1..];
        var html = new StringBuilder($"<!doctype html><title>{name}</title><h1>{name}</h1><p><a href=\"#list\">To the list</a></p><ul id=\"list\">");
        foreach (var link in _links[page])
            html.Append(CultureInfo.InvariantCulture, $"<li><a href=\"{PathOf(link)}\">{PathOf(link)}</a></li>");
        html.Append("</ul>");
        if (page % 3 == 0)
            html.Append(CultureInfo.InvariantCulture, $"<p><a href=\"{Elsewhere}\">The weather</a> <a href=\"mailto:club@birds.example\">Write to us</a></p>");
        return html.ToString();
    }
}
