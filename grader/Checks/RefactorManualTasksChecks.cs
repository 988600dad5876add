using System.Globalization;
using Grader;
using StructuredConcurrency;
using StructuredConcurrency.Simulation;
using Workshop.Lesson.Exercises;

namespace Checks;

/// <summary>Exercise 08: a hand-made list of tasks becomes a group; what it is meant to do stays, its bugs go.</summary>
public sealed class RefactorManualTasksChecks : ExerciseChecks
{
    private static readonly string[] s_ofTheCat = [MovingDay.Cat, MovingDay.CatBasket];

    /// <summary>The watcher of the cat never ends by itself.</summary>
    [Check(10, "The program ends by itself.", HintRung = 2)]
    public void TheRunEnds() => InEveryRun(run => Endings.NoEnd(
        run, () => Deadlock(run), "Do what takes time with the day's own methods, and start work with group.Start.") ?? Idle(run));

    /// <summary>The piano, the cat, and whatever else was started and never awaited.</summary>
    [Check(15, "When RunAsync has ended, nothing that it started is still under way.", HintRung = 1, DependsOn = nameof(TheRunEnds))]
    public void NothingRunsOnAfterTheEnd() => InEveryRun(run =>
        Endings.LeftUnderWay(IsCalledOff(run) ? run with { Outcome = Outcome.Completed } : run, work => NameOf(new PieceOfWork(work))) is { } left ? Told(left) : Idle(run));

    /// <summary>Uncaught, or the cancellation that ends the watch.</summary>
    [Check(5, "The program ends without an error; only where the customer calls it off may it end as cancelled.", HintRung = 3)]
    public void TheProgramEndsWithoutAnError() => InEveryRun(run => IsCalledOff(run) ? null : FaultLists.Uncaught(
        run, "nobody reports the damage", nameof(DamageException)) ?? Endings.Error(run, error => error switch
    {
        nameof(OperationCanceledException) or nameof(TaskCanceledException) or nameof(ChildCancelledException) =>
            "Whoever awaits what was stopped gets its cancellation thrown: to know that it has ended, let the group wait, or catch it there.",
        nameof(InvalidOperationException) when run.Error!.Message.Contains("has no result", StringComparison.Ordinal) =>
            "Started is not finished, and a child that was stopped has no result: read Result where all have ended well.",
        nameof(ArgumentOutOfRangeException) when run.Error!.Message.Contains("There is no room", StringComparison.Ordinal) =>
            "A lambda captures the variable, not its value: when the packer begins, the loop has gone on, and the variable with it.",
        _ => null,
    }) ?? Idle(run));

    /// <summary>Behaviour kept: everything at once, and once.</summary>
    [Check(10, "Each room is packed once, the piano carried and the cat watched, all at the same time.", HintRung = 1, DependsOn = nameof(TheProgramEndsWithoutAnError))]
    public void EverythingIsDoneAtTheSameTime() => InEveryRun(run =>
    {
        if (NotOver(run) is { } notOver)
            return notOver;
        var work = new FailureStory(run).Work.Where(piece => !IsAfterwards(piece)).ToList();
        if (FailureStory.BegunLate(work) is var (late, ended))
        {
            return new Finding(
                $"{Words.Capital(NameOf(late))} began at {Words.At(late.Began.Time)}, when {NameOf(ended)} had ended already.",
                "Awaiting one before the next is started makes them follow one another: what took as long as the longest now takes as long as all of them together.",
                "Look for an await between two starts.");
        }

        var begun = work.CountBy(piece => piece.Item, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        string[] due = [.. Enumerable.Range(1, Settings(run).Boxes.Count).Select(room => $"{MovingDay.Room}{Number(room)}"), MovingDay.Piano, MovingDay.Cat];
        var mayLeaveOut = Call(run) is not null || work.Exists(piece => piece.Outcome == ScopeOutcome.Faulted); // what stops the day comes before what has not begun
        return !mayLeaveOut && due.FirstOrDefault(item => !begun.ContainsKey(item)) is { } never
            ? new Finding($"{Words.Capital(NameOf(never))} was never begun.", "To refactor is to change how, not what: whatever the program did it has to do afterwards.", "Compare your starts with those of the file as it was handed out.")
            : due.FirstOrDefault(item => begun.GetValueOrDefault(item) > 1) is { } twice
            ? new Finding($"{Words.Capital(NameOf(twice))} was begun {Words.Times(begun[twice])}.", "Calling it again does it again: the handle of a child keeps what it has returned.", "Start it once, and keep what group.Start returned.")
            : null;
    });

    /// <summary>WhenAll, and a list that is awaited, leave the siblings running.</summary>
    [Check(15, "When something breaks, the packers and the piano stop at once.", HintRung = 1, DependsOn = nameof(TheProgramEndsWithoutAnError))]
    public void TheOthersStopAtTheFirstDamage() => InEveryRun(run =>
    {
        if (NotOver(run) is { } notOver)
            return notOver;
        var story = new FailureStory(run);
        return story.GoesOnAfterFailure(Moved(story), story.FirstFailure is { } failure ? Broke(failure) : "", NameOf);
    });

    /// <summary>A source of one's own that is not linked to the caller's token.</summary>
    [Check(15, "When the customer calls it off, the packers and the piano stop at once.", HintRung = 2, DependsOn = nameof(TheRunEnds))]
    public void EverybodyStopsWhenItIsCalledOff() => InEveryRun(run =>
    {
        if (Call(run) is not { } call)
            return NotJudged(run);
        if (NotOver(run) is { } notOver)
            return notOver;
        var story = new FailureStory(run);
        return story.GoesOnAfter(Moved(story), call.Time, "The customer called it off", NameOf) is not var (finding, _) ? null
            : finding.Misconception is not null ? finding
            : finding with
            {
                Misconception = "A source of one's own knows nothing of the caller's token: unless it is linked to it, or the token is handed on, nobody hears of the call.",
                WhereToLook = "Hand the token of MoveAsync on: TaskGroup.RunAsync takes it as its last argument.",
            };
    });

    /// <summary>Behaviour kept: the cat is not left alone.</summary>
    [Check(5, "The cat is watched until the last packer and the piano have ended.", HintRung = 2, DependsOn = nameof(EverythingIsDoneAtTheSameTime))]
    public void TheCatIsWatchedToTheEnd() => InEveryRun(run =>
    {
        if (NotOver(run) is { } notOver)
            return notOver;
        var story = new FailureStory(run);
        var watch = story.On(MovingDay.Cat).FirstOrDefault(piece => piece.Item == MovingDay.Cat);
        return watch is null ? Finding.NotJudged("nobody watched the cat.")
            : Moved(story).FirstOrDefault(piece => piece.Ended!.Value.Time > watch.Ended!.Value.Time) is { } last
            ? new Finding(
                $"The watch over the cat ended at {Words.At(watch.Ended!.Value.Time)}, when {NameOf(last)} was still under way.",
                "Cancelling is not waiting: at the end of the body the other children are still at work.",
                "Wait for the packers and the piano inside the group, and stop the watch after that.")
            : null;
    });

    /// <summary>One paper, the right one, and not too early.</summary>
    [Check(10, "When all have ended one paper is written: the waybill, or a report if something broke; none if it was called off.", HintRung = 3, DependsOn = nameof(TheProgramEndsWithoutAnError))]
    public void OnePaperIsWrittenAtTheEnd() => InEveryRun(run =>
    {
        if (NotOver(run) is { } notOver)
            return notOver;
        var story = new FailureStory(run);
        var papers = Papers(run);
        var waybills = papers.Where(paper => paper.Words[0] == MovingDay.Waybill).ToList();
        var reports = papers.Where(paper => paper.Words[0] == MovingDay.Damage).ToList();
        if (story.FirstFailure is { } failure)
        {
            if (waybills.Count > 0)
            {
                return new Finding(
                    $"{Broke(failure)} at {Words.At(failure.Time)}, and the waybill was signed" + (reports.Count > 0 ? ", although the damage was reported too." : "."),
                    "A failure that is caught and forgotten looks like a success, and what stands behind a try is run after its catch as well.",
                    "Sign only where nothing was thrown: in the try, behind the group, or behind a return in the catch.");
            }

            if (reports.Count == 0)
                return new Finding($"{Broke(failure)} at {Words.At(failure.Time)}, and nobody reported it.", "A failure that nobody looks at is lost.", "Call ReportDamage in a catch around the group.");
        }
        else if (Call(run) is { } call)
        {
            if (papers is [var (written, words), ..])
            {
                return new Finding(
                    $"The customer called it off at {Words.At(call.Time)}, and {(words[0] == MovingDay.Waybill ? "a waybill was signed" : "damage was reported")} at {Words.At(written.Time)}.",
                    "To be stopped is neither success nor damage: a cancellation says that somebody asked, and that the work was not done.",
                    "Let the OperationCanceledException pass, and look for a catch that takes it for something else.");
            }

            return null;
        }
        else if (reports.Count > 0)
        {
            return WatchFailed(run)
                ? new Finding(
                    "Damage was reported, and nothing was broken: the watcher of the cat was stopped, and ended with a cancellation that was not its group's.",
                    "To a group a cancellation that nobody in it asked for is an error: of a source of your own it knows nothing.",
                    "Stop the watcher by Cancel on its handle, or catch its cancellation in the child.")
                : new Finding("Damage was reported, and nothing was broken.", "A cancellation is no damage, and the watcher of the cat ends with one every day.", "Report what broke, and nothing else; and leave it to the group to wait for a child that you have stopped, since awaiting its Completion throws.");
        }
        else if (waybills.Count == 0)
        {
            return new Finding("Everything was packed, and nobody signed the waybill.", "In the line behind the group all children have ended, and ended well: that is the place for what comes after success.", "Call SignWaybill behind the group.");
        }

        if (papers.Count > 1)
            return new Finding($"{papers.Count} papers were written.", "Several damages are one report: the group gathers what went wrong, and one place tells all of it.", "Call ReportDamage once, with all damages.");
        var (line, _) = papers[0];
        return story.Work.FirstOrDefault(piece => piece.IsUnderWayAt(line) && !IsOfTheCat(piece)) is not { } early ? null : new Finding(
            $"The paper was written at {Words.At(line.Time)}, when {NameOf(early)} was still under way.",
            story.FirstFailure is null
                ? "Started is not finished: only when all have ended is it known what to write."
                : "Asked to stop is not stopped: whoever is stopped puts down what is in hand first, and may drop it.",
            "Write the paper behind the group.");
    });

    /// <summary>All of them, and only them.</summary>
    [Check(10, "Every damage is reported once, and nothing else is.", HintRung = 3, DependsOn = nameof(OnePaperIsWrittenAtTheEnd))]
    public void EveryDamageIsReportedOnce() => InEveryRun(run =>
    {
        if (NotOver(run) is { } notOver)
            return notOver;
        var story = new FailureStory(run);
        return story.FirstFailure is not { } first ? null
            : Papers(run).Find(paper => paper.Words[0] == MovingDay.Damage).Words is not { } words ? Finding.NotJudged("no damage was reported.")
            : FaultLists.WrongWith(
                [.. words.Skip(1)],
                [.. story.Failed.Select(piece => WordOf(piece.Item))],
                WordOf(first.Item!),
                word => story.Failed.FirstOrDefault(piece => WordOf(piece.Item) == word) is { } failed ? $"the damage to {NameOfThing(failed.Item)}" : word);
    });

    /// <summary>Counts that get lost between reading and writing, and lists in order of completion.</summary>
    [Check(5, "The waybill has the boxes of each room, room 1 first, and their sum.", HintRung = 3, DependsOn = nameof(OnePaperIsWrittenAtTheEnd))]
    public void TheWaybillIsRight() => InEveryRun(run =>
    {
        if (NotOver(run) is { } notOver)
            return notOver;
        if (new FailureStory(run).FirstFailure is not null || Call(run) is not null)
            return null;
        if (Papers(run).Find(paper => paper.Words[0] == MovingDay.Waybill).Words is not { } words)
            return Finding.NotJudged("no waybill was signed.");
        var boxes = Settings(run).Boxes;
        var expected = boxes.Select(Number).ToList();
        var listed = words.Skip(1).TakeWhile(word => word != MovingDay.Total).ToList();
        if (!listed.SequenceEqual(expected, StringComparer.Ordinal))
        {
            return listed.Order(StringComparer.Ordinal).SequenceEqual(expected.Order(StringComparer.Ordinal), StringComparer.Ordinal)
                ? new Finding(
                    $"The rooms are in the wrong order on the waybill: {string.Join(", ", listed)} instead of {string.Join(", ", expected)}.",
                    "The first to end is not the first that was started: a list to which children add is in the order in which they end.",
                    "Read the results from the handles, in the order in which you started them.")
                : new Finding(
                    $"The waybill says {(listed.Count == 0 ? "nothing of any room" : string.Join(", ", listed))}, and the rooms have {string.Join(", ", expected)} boxes.",
                    "A result belongs to the child that produced it: its handle keeps it until you ask.",
                    "Read the Result of each packer.");
        }

        return words[^1] == Number(boxes.Sum()) ? null : new Finding(
            $"The total on the waybill is {words[^1]}, and the rooms have {boxes.Sum()} boxes together.",
            "In total += await …, the old total is read before the await: what others add meanwhile is lost, on a single thread as well.",
            "Sum up the results when all have ended, or await first and add in a line of its own.");
    });

    private MovingDaySettings Settings(ObservedRun run) => Evidence.SettingsOf<MovingDaySettings>(run);

    private Finding? Idle(ObservedRun run) => Endings.Idle(Evidence, run, "nobody did anything.");

    /// <summary>What was not done may have been still to come.</summary>
    private Finding? NotOver(ObservedRun run) =>
        run.Outcome != Outcome.Completed && !IsCalledOff(run) ? Finding.NotJudged("the program did not come to its end.")
        : new FailureStory(run).HasLeftWork ? Finding.NotJudged("RunAsync ended before the work did.")
        : Idle(run);

    private Finding? NotJudged(ObservedRun run) => Settings(run).CalledOffAfter is null ? null : Finding.NotJudged("the program ended before the customer called.");

    /// <summary>A program that was called off may say so: whoever runs it then gets the cancellation.</summary>
    private static bool IsCalledOff(ObservedRun run) =>
        run is { Outcome: Outcome.Faulted, Error.TypeName: nameof(OperationCanceledException) or nameof(TaskCanceledException) or nameof(ChildCancelledException) } && Call(run) is not null;

    private static ScopeEvent? Call(ObservedRun run) =>
        run.Events.Where(e => e.Kind == ScopeEventKind.Line && e.Text!.StartsWith(MovingDay.CallCame, StringComparison.Ordinal)).Select(e => (ScopeEvent?)e).FirstOrDefault();

    /// <summary>What has to stop at once: all but the cat, which is watched as long as anybody is there.</summary>
    private static IEnumerable<PieceOfWork> Moved(FailureStory story) => story.Work.Where(piece => !IsAfterwards(piece) && !IsOfTheCat(piece));

    private static bool IsAfterwards(PieceOfWork piece) => piece.Item == MovingDay.CatBasket || piece.Item.StartsWith(MovingDay.Armful, StringComparison.Ordinal);

    private static bool IsOfTheCat(PieceOfWork piece) => s_ofTheCat.Contains(piece.Item, StringComparer.Ordinal);

    private static List<(ScopeEvent Line, string[] Words)> Papers(ObservedRun run) =>
        [.. from e in run.Events
            where e.Kind == ScopeEventKind.Line
            let words = e.Text!.Split(' ')
            where words[0] is MovingDay.Waybill or MovingDay.Damage
            select (e, words[..^1])]; // behind them stands the time

    private static Finding Deadlock(ObservedRun run)
    {
        var wasStopped = run.Events.Any(e => e.Kind == ScopeEventKind.CancelRequested) && (Call(run) is not null || new FailureStory(run).FirstFailure is not null);
        return run.Waiting.Count > 0 && new FailureStory(run).Work.Where(piece => piece.Ended is null).Select(piece => piece.Item).ToList() is [MovingDay.Cat]
            ? new Finding(
                "Everything else has ended, and somebody still watches the cat. So the program waits, for ever.",
                wasStopped
                    ? "A cancellation reaches only who awaits with its token: the day was stopped, and the watcher waits with a token of which nobody knows."
                    : "A child that never ends by itself keeps its group open: when the work is over, somebody has to stop it.",
                wasStopped
                    ? "Give the watcher the token that group.Start hands to it, or link your own source to that one."
                    : "Keep the handle of the watcher, wait for the others inside the group, and call Cancel on the handle.",
                Verdict.Deadlock)
            : Endings.Standstill(run);
    }

    private static Finding Told(Finding left) => left.Verdict == Verdict.LeakedTask && s_ofTheCat.Any(item => left.Happened.Contains($"{NameOf(item)}, which", StringComparison.Ordinal))
        ? left with
        {
            Misconception = "Asked to stop is not stopped: whoever watches the cat brings it to the car first, and nobody waited for that.",
            WhereToLook = "Make the watcher a child of the group: the group waits for it, however it ends.",
        }
        : left;

    /// <summary>Whether the child that watches the cat ended with a cancellation that is an error in the eyes of its group.</summary>
    private static bool WatchFailed(ObservedRun run) =>
        new FailureStory(run).On(MovingDay.Cat).FirstOrDefault(piece => piece.Item == MovingDay.Cat) is { Began.Task: { } watcher }
        && run.Events.Any(e => e is { Kind: ScopeEventKind.ChildEnded, Outcome: ScopeOutcome.Faulted, Text: { } error } && e.Task == watcher && error.Contains("CanceledException", StringComparison.Ordinal));

    private static string Broke(ScopeEvent failure) => $"Something broke ({NameOfThing(failure.Item!)})";

    private static string NameOf(PieceOfWork piece) => NameOf(piece.Item);

    private static string NameOf(string item) => item switch
    {
        MovingDay.Piano => "the carrying of the piano",
        MovingDay.Cat => "the watch over the cat",
        MovingDay.CatBasket => "the cat's way to the car",
        _ when item.StartsWith(MovingDay.Room, StringComparison.Ordinal) => $"the packing of {item}",
        _ => $"putting down the {item}",
    };

    private static string NameOfThing(string item) => item.StartsWith(MovingDay.Room, StringComparison.Ordinal) ? item : $"the {item}";

    private static string WordOf(string item) => item.Replace(' ', '-');

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
