using System.Globalization;
using Grader;
using StructuredConcurrency;
using StructuredConcurrency.Simulation;
using Workshop.Lesson.Exercises;

namespace Checks;

/// <summary>Exercise 01: start workers in a group, and gather their results.</summary>
public sealed class LaunchAGroupChecks : ExerciseChecks
{
    private const string NumberedFromOne = "Shelves are numbered from 1 to ShelfCount, both of them included: a loop that begins or ends as one over an array misses one.";

    private const string FirstAndLastTurn = "Look at the first and the last turn of your loop.";

    /// <summary>Nothing may hang, and nothing may go on for ever.</summary>
    [Check(10, "The program ends by itself when every shelf is counted.", HintRung = 1)]
    public void TheRunEnds() => InEveryRun(run => Endings.NoEnd(
        run, () => Endings.Standstill(run), "Count with library.CountAsync, and start work with group.Start.") ?? Idle(run));

    /// <summary>A group that nobody awaits, work that nobody awaits.</summary>
    [Check(10, "When RunAsync has ended, nothing that it started is still under way.", HintRung = 2, DependsOn = nameof(TheRunEnds))]
    public void NothingRunsOnAfterTheEnd() => InEveryRun(run => Endings.LeftUnderWay(run, Endings.WorkOn("shelf")) ?? Idle(run));

    /// <summary>The captured loop variable, and results read too early.</summary>
    [Check(10, "The program ends without an error.", HintRung = 2)]
    public void TheProgramEndsWithoutAnError() => InEveryRun(run =>
    {
        if (run.Outcome != Outcome.Faulted)
            return Idle(run);
        var noSuchShelf = run.Error!.TypeName == nameof(ArgumentOutOfRangeException) && run.Error.Message.Contains("There is no shelf", StringComparison.Ordinal);
        var shelfZero = noSuchShelf && run.Error.Message.Contains("There is no shelf 0:", StringComparison.Ordinal);
        var twice = CountingBegun(run).CountBy(e => e.Item!).Any(shelf => shelf.Value > 1);
        var finding = Endings.Error(run, error => error switch
        {
            nameof(ArgumentOutOfRangeException) when shelfZero => NumberedFromOne,
            nameof(ArgumentOutOfRangeException) when noSuchShelf =>
                "A lambda captures the variable, not its value: when the helper begins, the loop has gone on, and the variable with it.",
            nameof(InvalidOperationException) when twice => "What is started twice is there twice: a LINQ query, say, is not a list, and whoever reads it again starts everything again.",
            nameof(InvalidOperationException) when run.Error.Message.Contains("a child cannot be started", StringComparison.Ordinal) =>
                "A group takes no child any more when its block has ended; and a LINQ query starts nothing until it is read.",
            nameof(InvalidOperationException) when run.Error.Message.Contains("has no result", StringComparison.Ordinal) =>
                "Started is not finished: a child has a result only when it has ended, and that is certain only in the line behind the group.",
            nameof(OperationCanceledException) or nameof(TaskCanceledException) => "Who was stopped has counted nothing: nobody has to be stopped here.",
            _ => null,
        });
        return noSuchShelf ? finding! with { HintRung = 1, WhereToLook = shelfZero ? FirstAndLastTurn : "Give each turn of the loop a variable of its own, and mind where the loop begins and ends." } : finding;
    });

    /// <summary>None forgotten, none twice.</summary>
    [Check(20, "Each shelf is counted exactly once.", HintRung = 1, DependsOn = nameof(TheProgramEndsWithoutAnError))]
    public void EachShelfIsCountedOnce() => InEveryRun(run =>
    {
        if (NotOver(run) is { } notOver)
            return notOver;
        var shelves = Enumerable.Range(1, BooksIn(run).Count).Select(NameOf).ToList();
        var counted = run.Events
            .Where(e => e is { Kind: ScopeEventKind.WorkEnded, Outcome: ScopeOutcome.Succeeded })
            .CountBy(e => e.Item!, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        var cut = run.Events.FirstOrDefault(e => e is { Kind: ScopeEventKind.WorkEnded, Outcome: ScopeOutcome.Cancelled }).Item;
        if (counted.Count == 0 && cut is null)
        {
            return CountingBegun(run).Count > 0 ? Finding.NotJudged("no count was finished when the program ended.")
                : shelves.Count == 1 ? new Finding(
                    "Nobody counted the only shelf.",
                    "A group does nothing by itself, so a child has to be started and to count; and the loop must not pass the shelf by, for shelves are numbered from 1 to ShelfCount, both of them included.",
                    FirstAndLastTurn)
                : new Finding("Nobody counted anything.", "A group does nothing by itself: its children do the work, and somebody has to start them.", "Call group.Start in the body of the group, once for each shelf.");
        }

        if (shelves.Where(shelf => !counted.ContainsKey(shelf)).ToList() is { Count: > 0 } left)
        {
            return cut is not null
                ? new Finding(
                    $"Somebody was stopped while counting shelf {cut}.",
                    "Cancelling is not waiting: it stops the helpers where they stand, and the group waits for its children without being told.",
                    "Look for a call of Cancel, and do without it.")
                : new Finding(
                    $"{Words.Capital(Words.Numbered("shelf", "shelves", left))} {(left.Count == 1 ? "was" : "were")} never counted.",
                    NumberedFromOne,
                    FirstAndLastTurn);
        }

        return shelves.Find(shelf => counted[shelf] > 1) is { } twice
            ? new Finding(
                $"Shelf {twice} was counted {Words.Times(counted[twice])}.",
                "Calling it again does it again: what a helper has counted is kept by the handle that group.Start returned.",
                "Keep what group.Start returned, and read Result from it.")
            { HintRung = 2 }
            : null;
    });

    /// <summary>A call in the body is no child, and one child does one thing after the other.</summary>
    [Check(15, "Each shelf is counted by a helper of its own, a child of a group.", HintRung = 1, DependsOn = nameof(EachShelfIsCountedOnce))]
    public void EachHelperHasAShelfOfItsOwn() => InEveryRun(run =>
    {
        if (NothingCounted(run) is { } nothing)
            return nothing;
        var begun = CountingBegun(run);
        if (begun.Find(e => e.Task is null or 0) is { Item: { } alone })
        {
            return new Finding(
                $"Shelf {alone} was not counted by a child of a group, but by the program itself.",
                "A call inside the body is no child: a group knows only what its Start has started, and waits for nothing else.",
                "Give the call to group.Start.");
        }

        return begun.GroupBy(e => e.Task).FirstOrDefault(helper => helper.Count() > 1) is { } busy
            ? new Finding(
                $"'{busy.First().TaskName}' counted {Words.Numbered("shelf", "shelves", [.. busy.Select(e => e.Item!)])}.",
                "A child does one thing after the other, as any method does: for more hands start more children.",
                "Put the group.Start into the loop, not the loop into the group.Start.")
            : null;
    });

    /// <summary>Awaiting each before starting the next.</summary>
    [Check(15, "All helpers count at the same time.", HintRung = 1, DependsOn = nameof(EachHelperHasAShelfOfItsOwn))]
    public void AllHelpersCountAtTheSameTime() => InEveryRun(run =>
    {
        if (NothingCounted(run) is { } nothing)
            return nothing;
        var firstEnd = run.Events.FirstOrDefault(e => e is { Kind: ScopeEventKind.WorkEnded, Outcome: ScopeOutcome.Succeeded });
        if (firstEnd.Item is null || CountingBegun(run).Find(e => e.Sequence > firstEnd.Sequence) is not { Item: { } late } began)
            return null;
        var happened = $"Shelf {late} was begun at {Words.At(began.Time)}, when shelf {firstEnd.Item} had been counted already.";
        return run.Events.Any(e => e.Kind == ScopeEventKind.ChildStarted && e.Task == began.Task && e.Sequence < firstEnd.Sequence)
            ? new Finding(
                happened,
                "Started together is not working together: this helper had been started in time, and waited for something before it counted.",
                "Look at what a helper awaits before it calls library.CountAsync.")
            : new Finding(
                happened,
                "Awaiting a child in the loop is waiting before the next is started: they work one after the other, and many helpers take as long as one.",
                "Look for an await in the loop that starts the helpers.");
    });

    /// <summary>Complete, in order, and once.</summary>
    [Check(20, "One sheet is handed in, with the count of each shelf at its place.", HintRung = 2, DependsOn = nameof(EachShelfIsCountedOnce))]
    public void TheSheetIsRight() => InEveryRun(run =>
    {
        if (NotOver(run) is { } notOver)
            return notOver;
        var sheets = run.Events.Where(e => e.Kind == ScopeEventKind.Line && e.Text!.Split(' ')[0] == VillageLibrary.SheetMark).ToList();
        if (sheets is not [var sheet])
        {
            return sheets.Count == 0
                ? new Finding("No sheet was handed in.", "Results do not travel by themselves: somebody who has all of them has to hand them in.", "Call library.HandIn after the group.") { HintRung = 3 }
                : new Finding(
                    $"{sheets.Count} sheets were handed in.",
                    "A child ends for itself, and knows nothing of the others: only after the group is everybody's count there.",
                    "Call library.HandIn once, after the group.");
        }

        var expected = BooksIn(run).Select(NameOf).ToList();
        var counts = sheet.Text!.Split(' ')[1..^1]; // behind them stands the time
        if (counts.SequenceEqual(expected, StringComparer.Ordinal))
            return null;
        var underWay = expected.Count - run.Events.Count(e => e.Kind == ScopeEventKind.WorkEnded && e.Sequence < sheet.Sequence);
        if (underWay > 0)
        {
            return new Finding(
                $"The sheet was handed in at {Words.At(sheet.Time)}, when {underWay} of {expected.Count} shelves were still to be counted.",
                "Started is not finished: at the end of the body the children are still at work, and only the group's end waits for them.",
                "Move library.HandIn behind the group.");
        }

        var differs = Enumerable.Range(0, expected.Count).FirstOrDefault(place => place >= counts.Length || counts[place] != expected[place]);
        return counts.Order(StringComparer.Ordinal).SequenceEqual(expected.Order(StringComparer.Ordinal), StringComparer.Ordinal)
            ? new Finding(
                $"All counts are on the sheet, in the wrong order: for shelf {differs + 1} it says {counts[differs]}, and {expected[differs]} books stand there.",
                "The first to end is not the first that was started: a list to which children add is in the order in which they end.",
                "Read the results from the handles, in the order in which you started them.")
            : new Finding(
                counts.Length == expected.Count ? $"For shelf {differs + 1} the sheet says {counts[differs]}, and {expected[differs]} books stand there." : $"The sheet has {counts.Length} {(counts.Length == 1 ? "number" : "numbers")} for {expected.Count} {(expected.Count == 1 ? "shelf" : "shelves")}.",
                "A result belongs to the child that produced it: its handle keeps it until you ask.",
                "Hand in the Result of each helper, as it is.");
    });

    private IReadOnlyList<int> BooksIn(ObservedRun run) => Evidence.SettingsOf<VillageLibrarySettings>(run).Books;

    private static List<ScopeEvent> CountingBegun(ObservedRun run) => [.. run.Events.Where(e => e.Kind == ScopeEventKind.WorkStarted)];

    private Finding? Idle(ObservedRun run) => Endings.Idle(Evidence, run, "nobody counted anything.");

    private Finding? NothingCounted(ObservedRun run) =>
        Idle(run) ?? (run.Outcome != Outcome.Completed && CountingBegun(run).Count == 0 ? Finding.NotJudged("nobody counted anything.") : null);

    /// <summary>What was not done may have been still to come.</summary>
    private static Finding? NotOver(ObservedRun run) =>
        run.Outcome is Outcome.Completed or Outcome.Faulted ? null : Finding.NotJudged("the program did not come to its end.");

    private static string NameOf(int number) => number.ToString(CultureInfo.InvariantCulture);
}
