using Microsoft.Playwright;
using StructuredConcurrency;
using StructuredConcurrency.Simulation;
using StructuredConcurrency.Timelines;
using Workshop.Lesson;

namespace Workshop.Tests.Browser;

/// <summary>Chromium, and the pages to open in it: the gallery and all of its stories, a log too large to draw at once, and one whose names attack.</summary>
public sealed class DrawnPages : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Every page, by its file's name.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "index.html", "large.html", "hostile.html", "many-lanes.html",
        .. Directory.GetFiles(Path.Combine(CommandLine.Repository, "tests", "Workshop.Tests", "gallery"), "*.txt").Select(file => Path.GetFileNameWithoutExtension(file) + ".html").Order(StringComparer.Ordinal),
    ];

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.LaunchAsync(_playwright);
        var run = await CommandLine.RunAsync("timeline", "--gallery", _folder.Path);
        Assert.Equal(0, run.ExitCode);
        Write("large.html", Timeline.From(Large()));
        Write("hostile.html", Timeline.From(Hostile()));
        Write("many-lanes.html", Timeline.From(ManyLanes()));
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        _folder.Dispose();
    }

    /// <summary>Opens a page, without any network but, when asked for, plotly.js from the test bed.</summary>
    public async Task<IPage> OpenAsync(string name, int width = 1200, ColorScheme scheme = ColorScheme.Light, bool withPlotly = false)
    {
        var page = await _browser!.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = width, Height = 900 }, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        var plotly = Path.Combine(CommandLine.Repository, "tests", "StructuredConcurrency.Timelines.Tests", "plotly", "node_modules", "plotly.js-dist-min", "plotly.min.js");
        await page.RouteAsync(url => url.StartsWith("http", StringComparison.Ordinal), route => withPlotly && route.Request.Url.EndsWith("/plotly.min.js", StringComparison.Ordinal)
            ? route.FulfillAsync(new RouteFulfillOptions { Path = plotly, ContentType = "text/javascript", Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Access-Control-Allow-Origin"] = "*" } })
            : route.AbortAsync());
        await page.GotoAsync(new Uri(Path.Combine(_folder.Path, name)).AbsoluteUri);
        if (withPlotly)
            await page.WaitForFunctionAsync("document.getElementById('drawing').hidden");
        return page;
    }

    private void Write(string name, Timeline timeline) => File.WriteAllText(Path.Combine(_folder.Path, name), timeline.ToHtml());

    private static EventLog Large()
    {
        var settings = new LessonSettings { Items = 14_000, Deadline = TimeSpan.FromSeconds(300) };
        var log = EventLoop.Run(
            () => LessonProgram.RunAsync(settings, new SimulatedWork(settings.Seed, EventLoop.Current!.TimeProvider, print: null)),
            new EventLoopOptions { Seed = settings.Seed, MaxSteps = int.MaxValue }).Log;
        Assert.True(log.Count > 100_000);
        return log;
    }

    private static EventLog ManyLanes() => EventLoop.Run(() => TaskGroup.RunAsync(group =>
    {
        for (var i = 1; i <= 200; i++)
        {
            var delay = TimeSpan.FromMilliseconds(i);
            group.Start(token => Task.Delay(delay, EventLoop.Current!.TimeProvider, token), $"task {i}");
        }

        return Task.CompletedTask;
    }), new EventLoopOptions { Seed = 1 }).Log;

    private static EventLog Hostile()
    {
        const string Markup = "</script><script>window.hacked=1</script><img src=x onerror=\"window.hacked=1\"><b>\"'&";
        var log = EventLoop.Run(
            () => TaskGroup.RunAsync(new TaskGroupOptions { Name = Markup }, async group =>
            {
                var queue = new JoinableQueue<string>(2) { Name = Markup };
                group.Start(async token => await queue.GetAsync(token), new string('x', 10_000));
                group.Start(async token => await queue.GetAsync(token), "\u202Eمرحبا שלום 👩‍👩‍👧‍👦 \u0007");
                await queue.PutAsync(Markup, group.Token);
                await queue.PutAsync("`${window.hacked=1}`", group.Token);
                ScopeTracing.Mark(Markup);
                group.Start(_ => throw new InvalidOperationException(Markup), Markup);
            }),
            new EventLoopOptions { Seed = 1 }).Log;
        log.SetProperty("title", Markup);
        Assert.NotEqual(0, log.Count);
        return log;
    }
}
