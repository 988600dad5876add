using System.Runtime.CompilerServices;
using Grader;
using StructuredConcurrency;
using StructuredConcurrency.Simulation;
using Workshop.Lesson.Exercises;

namespace Checks;

/// <summary>Exercise 11: a bounded, polite crawler with a deadline.</summary>
public sealed class CrawlChecks : ExerciseChecks
{
    // Stopping takes no time; who cleans up first may take a little.
    private static readonly TimeSpan s_stopping = TimeSpan.FromMilliseconds(100);

    // Delays are whole milliseconds.
    private static readonly TimeSpan s_exactness = TimeSpan.FromMilliseconds(1);

    private static readonly ConditionalWeakTable<ObservedRun, CrawlStory> s_stories = [];

    /// <summary>Nothing may hang, and nothing may block.</summary>
    [Check(5, "The program ends by itself, at the latest when the time is up.", HintRung = 2)]
    public void TheRunEnds() => InEveryRun(run => Endings.NoEnd(
        run, () => Deadlock(run), "Ask for pages with site.Client, wait with Task.Delay, and start work with group.Start.") ?? Idle(run));

    /// <summary>A request that nobody awaits, a group that nobody awaits.</summary>
    [Check(5, "When RunAsync has ended, nothing that it started is still under way.", HintRung = 2, DependsOn = nameof(TheRunEnds))]
    public void NothingRunsOnAfterTheEnd() => InEveryRun(run =>
    {
        if (run.Outcome != Outcome.Completed && !WasCalledOff(run))
            return null;
        var open = Story(run).Requests.Where(request => request.Ended is null).Select(request => request.Page).Distinct(StringComparer.Ordinal).ToList();
        if (open.Count > 0)
        {
            var happened = $"RunAsync ended at {Words.At(run.Elapsed)}, and {(open.Count == 1 ? "a request" : "requests")} for {Words.Listed(open)} {(open.Count == 1 ? "was" : "were")} still under way.";
            var story = Story(run);
            if (story.CallerStopped is not null || run.Elapsed >= story.Deadline)
            {
                return new Finding(
                    happened,
                    "To wait no longer is not to stop: what nobody awaits any more goes on all the same, and belongs to nobody.",
                    "Stop the crawl with a token, and wait until all of it has ended: TimeoutScope does both, Task.WaitAsync and Task.WhenAny do neither.",
                    Verdict.LeakedTask)
                { HintRung = 3 };
            }

            return new Finding(
                happened,
                "Fire and forget is losing sight: a task that nobody awaits is still at work when the report is written, and nobody hears of its errors.",
                "Start every visit in a group with group.Start, and await the group; dispose of each response with using.",
                Verdict.LeakedTask);
        }

        return Endings.LeftUnderWay(run) ?? Idle(run);
    });

    /// <summary>Broken links, broken connections and deadlines are all in a day's work.</summary>
    [Check(5, "No page, however it fails, and no deadline ends the program with an error.", HintRung = 1, DependsOn = nameof(TheRunEnds))]
    public void TheProgramEndsWithoutAnError() => InEveryRun(run =>
    {
        if (WasCalledOff(run) && Story(run).CallerStopped is not null)
            return Idle(run);
        var finding = Endings.Error(run, error => error switch
        {
            nameof(HttpRequestException) when run.Error!.Message.Contains("404", StringComparison.Ordinal) =>
                "A broken link is a finding and not a failure: note it, since an exception that leaves a child stops the whole group, and with it the pages that were fine.",
            nameof(HttpRequestException) or nameof(HttpIOException) =>
                "On a network a failure is an ordinary answer: catch it where the page is fetched, since an exception that leaves a child stops the whole group, and with it the pages that were fine.",
            nameof(OperationCanceledException) or nameof(TaskCanceledException) or nameof(ChildCancelledException) =>
                "A deadline of one's own is no cancellation by the caller: who lets the exception out says that the caller stopped the crawl.",
            nameof(TimeoutException) => "A deadline of one's own is a planned end: it is caught where it was set, and what there is until then is handed in.",
            nameof(NotSupportedException) => "Asking is waiting: the client's synchronous methods would block the only thread there is.",
            _ => null,
        });
        return finding is not null && (WasCalledOff(run) || run.Error!.TypeName == nameof(TimeoutException)) ? finding with { HintRung = 3 } : finding ?? Idle(run);
    });

    /// <summary>The web has no end.</summary>
    [Check(5, "Nothing outside the club's site is asked for.", HintRung = 2)]
    public void NothingOutsideIsAskedFor() => InEveryRun(run =>
        Story(run).Requests.Find(request => request.Page.Contains("://", StringComparison.Ordinal)) is { } outside
            ? new Finding(
                $"{outside.Page} was asked for at {Words.At(outside.Begun.Time)}, and it is not a page of the club.",
                "A link leads anywhere: a crawler that follows them all never comes to an end, and knocks at doors that are not its business.",
                "Ask site.IsInside before you remember a link.")
            : Idle(run));

    /// <summary>A limit that holds, whatever fails.</summary>
    [Check(15, "There are never more requests under way than site.MostAtOnce.", HintRung = 2)]
    public void NoMoreAtOnceThanAllowed() => InEveryRun(run =>
    {
        var story = Story(run);
        if (story.TooMany is not { } underWay)
            return Idle(run);
        var ordinary = Evidence.Runs.Where(IsOrdinary).ToList();
        var isLimited = Evidence.Runs.All(other => Story(other).MostAtOnce <= Story(other).Settings.MostAtOnce + 1);
        var onlyOnABadDay = ordinary.Count > 0 && ordinary.TrueForAll(other => Story(other).TooMany is null);
        return new Finding(
            $"At {Words.At(underWay[^1].Begun.Time)} {underWay.Count} requests were under way, and {story.Settings.MostAtOnce} are allowed: {Words.Listed([.. underWay.Select(request => request.Page)])}.",
            story.ReadsAfterTheHeaders || story.Requests.Exists(request => request.Answer == SiteJournal.Left)
                ? "The headers are not the page: a request lasts until its body has been read, and so must whatever counts it."
                : onlyOnABadDay
                    ? "A limit must hold on every way out: a permit that is given back twice, or a second try without one, lets in one too many."
                    : isLimited ? "The limit holds, and is too high: what is counted is one thing, and what site.MostAtOnce allows another."
                    : "Starting costs nothing, so nothing holds a crawler back but a limit of its own: every page found would be asked for at once.",
            onlyOnABadDay
                ? "Follow a request that fails: it takes one permit, and gives back one."
                : isLimited ? "Compare the number of your visitors or permits with site.MostAtOnce."
                : "Start as many visitors as are allowed, or let each request wait at a SemaphoreSlim and release it in a finally.");
    });

    /// <summary>Remembered when it is found, not when it was fetched; and an answer is an answer.</summary>
    [Check(10, "Each page is fetched once, and what was answered with 404 is not asked for again.", HintRung = 2)]
    public void EachPageIsFetchedOnce() => InEveryRun(run =>
    {
        foreach (var page in Story(run).ByPage)
        {
            var requests = page.ToList();
            for (var i = 1; i < requests.Count; i++)
            {
                var (before, again) = (requests[i - 1], requests[i]);
                if (before.Ended is null || before.Ended.Value.Sequence > again.Begun.Sequence)
                {
                    return new Finding(
                        $"{page.Key} was asked for at {Words.At(before.Begun.Time)}, and again at {Words.At(again.Begun.Time)}, while the first request was under way.",
                        "Checked after the fetch is checked too late: several pages lead to the same one, and until it has come nobody knows of it.",
                        "Remember a page at the moment when you find it, in the same breath in which you ask whether it is new.");
                }

                if (requests.Take(i).FirstOrDefault(request => request.IsFinal) is not { } answered)
                    continue;
                return answered.IsFetched
                    ? new Finding(
                        $"{page.Key} was fetched at {Words.At(answered.Ended!.Value.Time)}, and asked for again at {Words.At(again.Begun.Time)}.",
                        "A site is not a tree: pages lead back and to one another, and whoever does not remember each page that was found walks in circles.",
                        "Keep a set of the pages that you have found, and follow a link only when adding it says that it is new.")
                    : new Finding(
                        $"{page.Key} was answered with {answered.Answer} at {Words.At(answered.Ended!.Value.Time)}, and asked for again at {Words.At(again.Begun.Time)}.",
                        "A 404 is an answer: what is not there will not be there in a second either, and only what fails for a while is worth another try.",
                        "Look at the status before you try again.")
                    { HintRung = 1 };
            }
        }

        return Idle(run);
    });

    /// <summary>Polite.</summary>
    [Check(10, "What fails for a while is asked for again only after the time that the server named, or the site's pause.", HintRung = 1)]
    public void RetriesWait() => InEveryRun(run =>
    {
        foreach (var page in Story(run).ByPage)
        {
            foreach (var (before, again) in page.Zip(page.Skip(1)))
            {
                if (!before.MayPass)
                    continue;
                var due = before.Answer == "503" ? TimeSpan.FromSeconds(1) : TimeSpan.FromMilliseconds(200);
                var waited = again.Begun.Time - before.Ended!.Value.Time;
                if (waited >= due - s_exactness)
                    continue;
                var (answer, name) = before.Answer == "503" ? ("answered with 503 and 'Retry-After: 1'", "Retry-After") : ("cut off", "site.RetryPause");
                return new Finding(
                    $"{page.Key} was {answer} at {Words.At(before.Ended.Value.Time)}, and asked for again {(waited == TimeSpan.Zero ? "at once" : $"{waited.TotalSeconds:0.000} s later")}.",
                    before.Answer == "503" && waited > TimeSpan.Zero
                        ? "A busy server says itself how long it needs: a shorter pause of one's own only adds to its work."
                        : "Trying again without waiting is no second try but more of the same: a server that is busy gets busier by it.",
                    $"Wait {(before.Answer == "503" ? "as long as response.Headers.RetryAfter says" : "site.RetryPause")} before the next try, with the token; {name} is {due.TotalSeconds:0.0} s here.");
            }
        }

        return Idle(run);
    });

    /// <summary>Neither too soon given up nor never.</summary>
    [Check(5, "What fails for a while is asked for until it comes, and site.MostTries times at most.", HintRung = 1)]
    public void TriesAreCounted() => InEveryRun(run =>
    {
        var story = Story(run);
        var most = story.Settings.MostTries;
        foreach (var page in story.ByPage)
        {
            if (page.Count() > most)
            {
                return new Finding(
                    $"{page.Key} was asked for {Words.Times(page.Count())}, and {most} tries are allowed.",
                    "Trying for ever is hoping: what fails every time holds the crawl up until somebody gives it up.",
                    "Count the tries of a page, and give it up after site.MostTries.");
            }

            if (story.HasTime && page.Count() < most && page.Last().MayPass && story.Reports.Exists(report => report.Broken.Contains(page.Key)))
            {
                var last = page.Last();
                return new Finding(
                    $"{page.Key} {(last.Answer == "503" ? "was busy (503)" : "was cut off")} at {Words.At(last.Ended!.Value.Time)}, and given up after {page.Count()} {(page.Count() == 1 ? "try" : "tries")}; {most} are allowed.",
                    "What fails for a while is not broken: a busy server and a dropped connection pass, and the page is there the next time.",
                    "Look at what your code does with a 503 and with an HttpRequestException before the last try.");
            }
        }

        return Idle(run);
    });

    /// <summary>Neither ended too early nor stuck.</summary>
    [Check(10, "Where there is time, every page is reached, and then the crawl ends.", HintRung = 2, DependsOn = nameof(TheProgramEndsWithoutAnError))]
    public void EveryPageIsReached() => InEveryRun(run =>
    {
        var story = Story(run);
        if (!story.HasTime)
            return null;
        if (run.Outcome != Outcome.Completed)
            return NotOver(run);
        if (story.Requests.Count == 0)
        {
            return new Finding(
                $"RunAsync ended at {Words.At(run.Elapsed)}, and nobody had asked the site for a page.",
                "A site knows only of what it is asked: whoever asks elsewhere, or not at all, finds nothing here.",
                "Ask with site.Client: a client of your own does not reach this site.")
            { HintRung = 1 };
        }

        var good = new ClubPages(story.Settings).Good;
        var fetched = story.Requests.Where(request => request.IsFetched).Select(request => request.Page).ToHashSet(StringComparer.Ordinal);
        var missing = good.Where(page => !fetched.Contains(page)).ToList();
        var lastEnd = story.LastEnd;
        var stoodStill = run.Elapsed - lastEnd > TimeSpan.FromSeconds(5);
        if (missing.Count == 0)
        {
            return stoodStill
                ? new Finding(
                    $"The last page was dealt with at {Words.At(lastEnd)}, and the crawl went on waiting until {Words.At(run.Elapsed)}.",
                    "The end of the work is not the end of the tasks: a visitor that waits for another page waits until somebody tells it that there is none.",
                    "Find out when nothing is left to visit and nobody is under way, and stop the visitors then.")
                : null;
        }

        if (!stoodStill)
        {
            return new Finding(
                $"The crawl ended at {Words.At(run.Elapsed)}, when {fetched.Count} of {good.Count} pages had been fetched; {Words.Listed(missing)} {(missing.Count == 1 ? "was" : "were")} not.",
                "An empty queue is not the end: a page that is under way may lead to more, and the crawl ends only when nothing waits and nobody works.",
                "Count a page as unfinished from the moment when it is found until its own links have been added.");
        }

        var failures = story.Requests.Count(request => !request.IsFetched && request.Ended is not null);
        return new Finding(
            $"After {Words.At(lastEnd)} nobody asked for anything any more, though {missing.Count} of {good.Count} pages had not been fetched, and the crawl waited until {Words.At(run.Elapsed)}.",
            failures >= story.Settings.MostAtOnce
                ? "A permit that is not given back is lost: after as many failures as there are permits, everybody waits for one, and nobody has it."
                : "A permit is for a request and no longer: whoever keeps it while waiting for others keeps them from getting one, and then nobody goes on.",
            "Follow your code from the moment when it takes a permit, on every way, also that of a page that fails: where does it give the permit back?");
    });

    /// <summary>One slow page must not hold up all others.</summary>
    [Check(5, "Several pages are fetched at the same time.", HintRung = 2, DependsOn = nameof(EveryPageIsReached))]
    public void SeveralAreFetchedAtOnce() => InEveryRun(run =>
    {
        if (!IsOrdinary(run))
            return null;
        if (NotOver(run) is { } notOver)
            return notOver;
        var story = Story(run);
        if (story.MostAtOnce > 1)
            return null;
        if (story.Requests is not [{ Ended: { } firstAnswer }, ..])
            return Finding.NotJudged("no page came.");
        return run.Events.FirstOrDefault(e => e is { Kind: ScopeEventKind.ChildEnded, Outcome: ScopeOutcome.Succeeded } && e.Sequence < firstAnswer.Sequence) is { TaskName: { } gone } ended
            ? new Finding(
                $"'{gone}' ended at {Words.At(ended.Time)}, when the first page had not even come, and so at no time was more than one request under way.",
                "An empty queue is not the end: a page that is under way may lead to more, and whoever goes home before it has come is missing afterwards.",
                "Let a visitor wait for the next page, and stop the visitors when nothing waits and nobody works.")
            : new Finding(
                $"At no time was more than one request under way, and the crawl took {Words.At(run.Elapsed)}.",
                "One after the other, the slowest page holds up all the rest: awaiting each fetch before the next begins leaves the server idle most of the time.",
                "Start several visitors, or a child for each page, and let the limit decide how many are at work.");
    });

    /// <summary>The whole crawl hears of it: requests under way, and waits for the next try.</summary>
    [Check(5, "When the time is up, the crawl stops: what is under way is cut short, and nothing is begun.", HintRung = 3, DependsOn = nameof(EveryPageIsReached))]
    public void TheDeadlineIsKept() => InEveryRun(run =>
    {
        var story = Story(run);
        if (story.HasTime || story.Settings.CallerStopsAfter is not null)
            return null;
        if (NotOver(run) is { } notOver)
            return notOver;
        var latest = story.Deadline + run.TimersLateBy;
        if (story.Requests.Find(request => request.Begun.Time > latest) is { } late)
        {
            return new Finding(
                $"The time was up at {Words.At(story.Deadline)}, and {late.Page} was asked for at {Words.At(late.Begun.Time)}.",
                "A deadline that only some of the code knows of is none: whoever does not hear of it goes on.",
                "Put the whole crawl inside a TimeoutScope, and give its token to everything that you await.");
        }

        if (run.Elapsed > latest + s_stopping)
        {
            var deaf = story.Requests.Find(request => request.Ended is { } end && end.Time > latest);
            return new Finding(
                $"The time was up at {Words.At(story.Deadline)}, and the crawl ended at {Words.At(run.Elapsed)}" + (deaf is null ? "." : $": the request for {deaf.Page} went on until {Words.At(deaf.Ended!.Value.Time)}."),
                deaf is null
                    ? "A wait hears only the token that it is given: a pause before the next try is a wait like any other."
                    : "A request hears only the token that it is given: without one the client waits for the slowest page, whatever the time.",
                deaf is null ? "Look for a Task.Delay, or another wait, without the token." : "Give the token to the client's GetAsync, and to whatever reads the page.");
        }

        return run.Elapsed < story.Deadline
            ? new Finding(
                $"The crawl ended at {Words.At(run.Elapsed)}, before the time was up at {Words.At(story.Deadline)}, and the site has more pages.",
                "A crawl is over when everything has been fetched or when the time is up: a page that fails or is slow ends neither.",
                "See what your code does while it waits for a slow page, or for the next try of a busy one.")
            : null;
    });

    /// <summary>Complete, or as much as there was.</summary>
    [Check(10, "One report is handed in, and it says what was fetched and what leads nowhere: no more and no less.", HintRung = 3, DependsOn = nameof(TheDeadlineIsKept))]
    public void TheReportIsTrue() => InEveryRun(run =>
    {
        var story = Story(run);
        if (story.Settings.CallerStopsAfter is not null)
            return null;
        if (NotOver(run) is { } notOver)
            return notOver;
        if (story.Reports is not [var report])
        {
            return story.Reports.Count == 0
                ? new Finding(
                    story.HasTime ? "No report was handed in." : $"The time was up at {Words.At(story.Deadline)}, and no report was handed in.",
                    "Partial results are results: what was fetched before the deadline is lost if it is handed in only by code that the deadline skips.",
                    "Call site.HandIn behind the deadline's scope, on every way but the caller's cancellation.")
                : new Finding(
                    $"{story.Reports.Count} reports were handed in.",
                    "A report is written when the work is over: whoever is still at work knows only a part.",
                    "Call site.HandIn once, when the group has ended.");
        }

        return Wrong(story, report, "page", request => request.IsFetched, report.Pages, "was fetched", "was never fetched")
            ?? Wrong(story, report, "broken address", request => IsBroken(story, request), report.Broken, "leads nowhere", "was never shown to lead nowhere")
            ?? WrongEnding(run, story, report);
    });

    /// <summary>Whose cancellation it is.</summary>
    [Check(10, "When the caller cancels, RunAsync ends at once, as cancelled, and hands in nothing.", HintRung = 3, DependsOn = nameof(TheRunEnds))]
    public void CancellationByTheCallerPassesThrough() => InEveryRun(run =>
    {
        var story = Story(run);
        if (story.Settings.CallerStopsAfter is null)
            return null;
        if (story.CallerStopped is not { } stopped || run.Outcome is not (Outcome.Completed or Outcome.Faulted))
        {
            return Idle(run) ?? (run.Outcome == Outcome.Completed
                ? new Finding(
                    $"The crawl ended at {Words.At(run.Elapsed)}, before the caller changed his mind, and the site has more pages.",
                    "A crawl is over when everything has been fetched or when somebody stops it: a page that fails or is slow ends neither.",
                    "See what your code does while it waits for a slow page, or for the next try of a busy one.")
                : Finding.NotJudged("the program did not come so far."));
        }

        if (story.Reports.Count > 0 || run.Outcome == Outcome.Completed)
        {
            return new Finding(
                $"The caller cancelled at {Words.At(stopped.Time)}, and " + (story.Reports.Count > 0 ? "a report was handed in all the same" : "RunAsync ended as if nothing had happened")
                + (run.Outcome == Outcome.Completed && story.Reports.Count > 0 ? ", as if the time had been up." : "."),
                "A cancellation is not always the deadline's: an OperationCanceledException tells that somebody stopped the work, and not who.",
                "Treat as a timeout only what your own deadline stopped: TimeoutScope tells the two apart, and lets the caller's cancellation through.");
        }

        if (!WasCalledOff(run))
            return Finding.NotJudged("the program ended with an error.");
        return run.Elapsed > stopped.Time + s_stopping
            ? new Finding(
                $"The caller cancelled at {Words.At(stopped.Time)}, and RunAsync ended at {Words.At(run.Elapsed)}.",
                "A request hears only the token that it is given, and so does a wait: what has another token, or none, goes on.",
                "Make the crawl's own token from the caller's, and give it to everything that you await.")
            : null;
    });

    private static Finding? Wrong(CrawlStory story, CrawlReport report, string thing, Func<CrawlRequest, bool> counts, IReadOnlySet<string> reported, string isSo, string isNotSo)
    {
        var known = story.Requests.Where(request => request.Ended is { } end && end.Sequence < report.Event.Sequence && counts(request)).ToList();
        if (reported.FirstOrDefault(page => !known.Exists(request => request.Page == page)) is { } invented)
        {
            return new Finding(
                $"The report names {invented} as a {thing}, and it {isNotSo}.",
                story.Requests.FindLast(request => request.Page == invented)?.Answer == SiteJournal.Stopped
                    ? "A cancellation is no answer: a catch for everything takes a request that was cut short for a page that failed."
                    : "Found is not fetched: a page belongs into the report when its answer has come, and in the place that the answer says.",
                "Add a page to the report where its answer is known, and nowhere else; catch only what you mean.");
        }

        // At the very moment of the deadline it is anybody's guess who was first.
        return known.Find(request => request.Ended!.Value.Time < (story.HasTime ? report.Event.Time : story.Deadline) && !reported.Contains(request.Page)) is { } lost
            ? new Finding(
                $"{lost.Page} {isSo}: that was known at {Words.At(lost.Ended!.Value.Time)}, and the report of {Words.At(report.Event.Time)} says nothing of it.",
                story.HasTime
                    ? "Whatever was found out belongs into the report, what is broken as well: a link that leads nowhere is worth knowing."
                    : "Partial results are results: what is passed on only when everything is done is lost when the deadline comes first.",
                "Note each page in one place that outlives the deadline, as soon as its answer has come.")
            : null;
    }

    private static Finding? WrongEnding(ObservedRun run, CrawlStory story, CrawlReport report)
    {
        if (report.Complete == story.HasTime)
            return null;
        return report.Complete
            ? new Finding(
                $"The time was up at {Words.At(story.Deadline)} before every page was fetched, and the report says that it is complete.",
                "A deadline that passes unnoticed makes a part look like the whole: who reads the report cannot see what is missing.",
                "Hand in complete: false when the deadline stopped the crawl; TimeoutScope.TryRunAsync returns which it was.")
            : new Finding(
                $"Every page was dealt with at {Words.At(run.Elapsed)}, long before the time was up, and the report says that it was cut short.",
                "Only a deadline cuts a crawl short: that pages were broken does not make it incomplete.",
                "Hand in complete: true when the crawl ended by itself.");
    }

    /// <summary>Missing, or given up: at its last try.</summary>
    private static bool IsBroken(CrawlStory story, CrawlRequest request) =>
        request is { IsFinal: true, IsFetched: false }
        || (request.MayPass && story.Requests.TakeWhile(other => other != request).Count(other => other.Page == request.Page) + 1 >= story.Settings.MostTries);

    private CrawlStory Story(ObservedRun run) => s_stories.GetValue(run, key => new CrawlStory(key, Evidence.SettingsOf<ClubSiteSettings>(key)));

    private bool IsOrdinary(ObservedRun run) => Story(run) is { HasTime: true, Settings: { Busy.Count: 0, Dropping.Count: 0, Moody.Count: 0, Torn.Count: 0, Dead.Count: 0 } };

    private Finding Deadlock(ObservedRun run)
    {
        var story = Story(run);
        var lastEnd = story.LastEnd;
        var fetched = story.Requests.Where(request => request.IsFetched).Select(request => request.Page).Distinct(StringComparer.Ordinal).Count();
        var good = new ClubPages(story.Settings).Good.Count;
        if (story.Requests.Count == 0)
            return Endings.Standstill(run);
        if (fetched == good)
        {
            return new Finding(
                $"Every page had been dealt with at {Words.At(lastEnd)}, and nobody told those who wait for more. So everybody waits, for ever.",
                "The end of the work is not the end of the tasks: a visitor that waits for another page waits until somebody tells it that there is none.",
                "Find out when nothing is left to visit and nobody is under way, and stop the visitors then.",
                Verdict.Deadlock);
        }

        return story.Requests.Count(request => !request.IsFetched && request.Ended is not null) >= story.Settings.MostAtOnce
            ? new Finding(
                $"After {Words.At(lastEnd)} nobody asked for anything any more, though only {fetched} of {good} pages had been fetched. So everybody waits, for ever.",
                "A permit that is not given back is lost: after as many failures as there are permits, everybody waits for one, and nobody has it.",
                "Follow your code on the ways on which a page fails: what must happen on every way belongs into a finally.",
                Verdict.Deadlock)
            : Endings.Standstill(run);
    }

    private static bool WasCalledOff(ObservedRun run) =>
        run is { Outcome: Outcome.Faulted, Error.TypeName: nameof(OperationCanceledException) or nameof(TaskCanceledException) or nameof(ChildCancelledException) };

    private Finding? Idle(ObservedRun run) => Endings.Idle(Evidence, run, "nobody asked for a page.");

    /// <summary>What was not done may have been still to come.</summary>
    private Finding? NotOver(ObservedRun run) =>
        run.Outcome != Outcome.Completed ? Finding.NotJudged("the program did not come to its end.") : Idle(run);
}
