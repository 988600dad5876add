using System.CommandLine;
using System.Text.Json;
using Checks;
using Grader;
using StructuredConcurrency;
using StructuredConcurrency.Timelines;
using Workshop.Lesson.Exercises;

namespace Workshop;

/// <summary><c>workshop crawl</c>: serves the bird club's web site on this machine, and lets the learner's crawler of exercise 11 loose on it.</summary>
internal static class CrawlVerb
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    public static Command Create()
    {
        var port = NumberOption.Create("--port", "Port on 127.0.0.1; 0: the system chooses one", 0, 0, 65_535);
        var pages = NumberOption.Create("--pages", "Pages of the site", 20, 1, 500);
        var deadline = NumberOption.Create("--deadline", "Seconds until the time is up", 10.0, 0, 3_600);
        var seed = NumberOption.Create("--seed", "Decides which page leads to which, and how long each takes", 1UL, 0UL, ulong.MaxValue);
        var file = new Option<string?>("--file") { Description = "Run this file instead of the one in exercises" };
        var serve = new Option<bool>("--serve") { Description = "Run no crawler: serve until Ctrl+C, for a browser" };
        var folder = new Option<string?>("--out") { Description = "Folder to write the crawl to: log.jsonl, timeline.html and timeline.svg" };
        var json = new Option<bool>("--json") { Description = "Print one JSON document instead of the lines" };
        var verb = new Command("crawl", "Run your crawler of exercise 11 by hand, over real connections to this machine, in real time.") { port, pages, deadline, seed, file, serve, folder, json };
        verb.Validators.Add(result =>
        {
            if (result.GetValue(serve) && (result.GetValue(file) is not null ? "--file" : result.GetValue(folder) is not null ? "--out" : result.GetValue(json) ? "--json" : null) is { } other)
                result.AddError($"--serve runs no crawler: leave out {other}");
        });
        verb.SetAction(async (parsed, token) =>
        {
            using var interrupt = Interrupt.Listen(token);
            var settings = SettingsFor(parsed.GetValue(pages), parsed.GetValue(deadline), parsed.GetValue(seed));
            try
            {
                return parsed.GetValue(serve)
                    ? await ServeAsync(settings, parsed.GetValue(port), interrupt.Token)
                    : await CrawlAsync(
                        settings, parsed.GetValue(port), parsed.GetValue(file), parsed.GetValue(folder) is { } path ? OutputFolder.Open(path, "--out") : null, parsed.GetValue(json), interrupt.Token);
            }
            catch (IOException e) when (e.InnerException is System.Net.HttpListenerException or System.Net.Sockets.SocketException)
            {
                throw new InputException($"--port {parsed.GetValue(port)}: {e.Message}. Leave --port out, and the system chooses one.", e);
            }
        });
        return verb;
    }

    /// <summary>Something of everything, as far as there are pages for it.</summary>
    private static ClubSiteSettings SettingsFor(int pages, double deadline, ulong seed) => new()
    {
        Pages = pages,
        Deadline = (int)(deadline * 1000),
        Missing = [4, 11],
        Busy = [2, 9],
        Dropping = [3, 12],
        Moody = [7],
        Dead = [6],
        Slow = [5],
        Seed = seed,
    };

    private static async Task<int> ServeAsync(ClubSiteSettings settings, int port, CancellationToken token)
    {
        try
        {
            await ClubServer.RunAsync(
                new ClubPages(settings),
                port,
                async (start, stop) =>
                {
                    Console.WriteLine($"The bird club's web site: {start} (Ctrl+C ends it)");
                    await Task.Delay(Timeout.InfiniteTimeSpan, stop);
                },
                token);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
        }

        return 0;
    }

    private static async Task<int> CrawlAsync(ClubSiteSettings settings, int port, string? file, OutputFolder? folder, bool json, CancellationToken token)
    {
        var exercise = Exercises.Find("11-crawl")!;
        var (program, errors) = LearnerProgram.Load(exercise, new CheckOptions { File = file, Root = Repository.FindRoot() });
        if (program is null)
        {
            foreach (var error in errors)
                await Console.Error.WriteLineAsync($"{error.File}:{error.Line}:{error.Column}: {error.Sentence}");
            return 1;
        }

        var lines = new List<string>();
        var log = new EventLog();
        log.SetProperty("clock", "system");
        SiteJournal? journal = null;
        Exception? failure = null;
        var time = System.Diagnostics.Stopwatch.StartNew();
        await ClubServer.RunAsync(
            new ClubPages(settings),
            port,
            async (start, _) =>
            {
                if (!json)
                    Console.WriteLine($"Crawling {start}: {settings.Pages} addresses, {settings.MostAtOnce} requests at a time, {settings.Deadline / 1000.0:0.###} s. Ctrl+C cancels.");
                var site = ClubSite.OverTheNetwork(settings, start, Print, out journal);
                time.Restart();
                try
                {
                    await ScopeTracing.RunAsync(log, () => program.RunAsync(site, token));
                }
                catch (Exception e)
                {
                    failure = e;
                }
            },
            CancellationToken.None); // the crawler is asked to stop, and the server stays until it has
        time.Stop();

        var stopped = failure is OperationCanceledException && token.IsCancellationRequested;
        folder?.Write("log.jsonl", log.ToJsonLines());
        var timeline = folder is null ? null : Timeline.From(log);
        folder?.Write("timeline.html", timeline!.ToHtml());
        folder?.Write("timeline.svg", timeline!.ToSvg());
        if (json)
        {
            var report = new { outcome = failure is null ? "ended" : stopped ? "cancelled" : "failed", error = stopped ? null : failure?.Message, requests = journal!.Requests, mostAtOnce = journal.MostAtOnce, seconds = Math.Round(time.Elapsed.TotalSeconds, 3), lines };
            Console.WriteLine(JsonSerializer.Serialize(report, s_json));
        }
        else
        {
            Console.WriteLine(
                $"{(failure is null ? "Ended" : stopped ? "Cancelled" : $"Failed with {failure.GetType().Name}: {failure.Message}")} after {time.Elapsed.TotalSeconds:0.000} s: {journal!.Requests} {(journal.Requests == 1 ? "request" : "requests")}, at most {journal.MostAtOnce} at a time.");
        }

        return failure is null ? 0 : stopped ? 130 : 1;

        void Print(string line)
        {
            lock (lines)
                lines.Add(line);
            if (!json)
                Console.WriteLine(line);
        }
    }
}
