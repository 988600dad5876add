using Grader;
using StructuredConcurrency;

namespace Checks;

/// <summary>A piece of work in a run.</summary>
/// <param name="Began">The event that says so.</param>
internal sealed record PieceOfWork(ScopeEvent Began)
{
    /// <summary>What was worked on, as the world calls it: <c>point 3</c>.</summary>
    public string Item => Began.Item!;

    /// <summary>The event that says how it ended; <see langword="null"/>: it did not.</summary>
    public ScopeEvent? Ended { get; set; }

    /// <summary>How it ended; <see langword="null"/>: it did not.</summary>
    public ScopeOutcome? Outcome => Ended?.Outcome;

    /// <summary>Whether it was under way at an event.</summary>
    /// <param name="e">The event.</param>
    public bool IsUnderWayAt(ScopeEvent e) => Began.Sequence < e.Sequence && (Ended is null || Ended.Value.Sequence > e.Sequence);
}

/// <summary>A run as the story of its work: what was begun, what failed first, and who went on after that.</summary>
/// <remarks>
/// Only what the world tells counts, so that children of a group, tasks kept by hand and anything else are judged alike. What groups tell chooses the words.
/// </remarks>
internal sealed class FailureStory
{
    private readonly ObservedRun _run;
    private readonly List<PieceOfWork> _work = [];

    public FailureStory(ObservedRun run)
    {
        _run = run;
        foreach (var e in run.Events)
        {
            if (e.Kind == ScopeEventKind.WorkStarted)
                _work.Add(new PieceOfWork(e));
            else if (e.Kind == ScopeEventKind.WorkEnded && _work.Find(piece => piece.Ended is null && piece.Item == e.Item && piece.Began.Task == e.Task) is { } ended)
                ended.Ended = e;
        }
    }

    /// <summary>Every piece of work, in the order in which they were begun.</summary>
    public IReadOnlyList<PieceOfWork> Work => _work;

    /// <summary>Whether work was still under way when the run had ended: what is not known of it cannot be judged.</summary>
    public bool HasLeftWork => _work.Exists(piece => piece.Ended is null);

    /// <summary>Work that failed, in the order in which it did.</summary>
    public IReadOnlyList<PieceOfWork> Failed => [.. _work.Where(piece => piece.Outcome == ScopeOutcome.Faulted).OrderBy(piece => piece.Ended!.Value.Sequence)];

    /// <summary>The first failure; <see langword="null"/>: nothing failed.</summary>
    public ScopeEvent? FirstFailure => Failed is [var first, ..] ? first.Ended : null;

    /// <summary>Work on things of one kind, in the order in which it was begun.</summary>
    /// <param name="prefix">How their names begin.</param>
    public IEnumerable<PieceOfWork> On(string prefix) => _work.Where(piece => piece.Item.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>The first piece of work that was begun when another had ended already: they were not all at work together.</summary>
    /// <param name="work">The pieces that should be.</param>
    public static (PieceOfWork Late, PieceOfWork Ended)? BegunLate(IReadOnlyCollection<PieceOfWork> work) =>
        work.Where(piece => piece.Ended is not null).MinBy(piece => piece.Ended!.Value.Sequence) is { } first
        && work.FirstOrDefault(piece => piece.Began.Sequence > first.Ended!.Value.Sequence) is { } late
            ? (late, first)
            : null;

    /// <summary>What is wrong where somebody works on after a moment at which all have to stop, whatever the moment is.</summary>
    /// <param name="work">The work that has to stop.</param>
    /// <param name="moment">The moment.</param>
    /// <param name="because">What happened then, as the beginning of a sentence: <c>Point 3 turned out to be faulty</c>.</param>
    /// <param name="name">How a finding calls a piece of work: <c>the inspection of point 4</c>.</param>
    /// <returns>A finding that has no misconception unless a request to stop was there and not heard, and the piece of work that it tells of; <see langword="null"/>: all stopped.</returns>
    public (Finding Finding, PieceOfWork Shown)? GoesOnAfter(IEnumerable<PieceOfWork> work, TimeSpan moment, string because, Func<PieceOfWork, string> name)
    {
        if (work.Where(piece => piece.Ended?.Time > moment).ToList() is not { Count: > 0 } late)
            return null;
        var shown = late.Find(piece => piece.Outcome == ScopeOutcome.Cancelled) ?? late.MaxBy(piece => piece.Ended!.Value.Time)!;
        var finding = new Finding($"{because} at {Words.At(moment)}, and {name(shown)} "
            + (shown.Outcome == ScopeOutcome.Cancelled ? $"was stopped only at {Words.At(shown.Ended!.Value.Time)}." : $"went on to its end at {Words.At(shown.Ended!.Value.Time)}."));
        return (Requests().Any(e => e.Time <= moment && e.Scope == shown.Began.Scope)
            ? finding with
            {
                Misconception = "A cancellation reaches only who awaits with its token: the token of the whole program is not the child's, and none at all hears nothing.",
                WhereToLook = "Give the work the token that group.Start, or whoever starts it, hands to it.",
            }
            : finding, shown);
    }

    /// <summary>What is wrong where somebody works on after the first failure.</summary>
    /// <param name="work">The work that has to stop.</param>
    /// <param name="because">The failure, as the beginning of a sentence: <c>Point 3 turned out to be faulty</c>.</param>
    /// <param name="name">How a finding calls a piece of work: <c>the inspection of point 4</c>.</param>
    /// <returns><see langword="null"/>: nothing failed, or all stopped at that moment.</returns>
    public Finding? GoesOnAfterFailure(IEnumerable<PieceOfWork> work, string because, Func<PieceOfWork, string> name)
    {
        if (FirstFailure is not { } failure || GoesOnAfter(work, failure.Time, because, name) is not var (finding, shown))
            return null;
        if (finding.Misconception is not null)
            return finding;
        if (EndOf(failure.Task) is { Outcome: ScopeOutcome.Succeeded })
        {
            return finding with
            {
                Misconception = "A child that catches its own failure ends as a success: nobody hears of the failure, and nobody is stopped.",
                WhereToLook = "Let the exception leave the child, and catch it behind the group.",
            };
        }

        if (EndOf(failure.Task) is { Outcome: ScopeOutcome.Faulted } && !Requests().Any())
        {
            return finding with
            {
                Misconception = "A group that isolates failures stops nobody: ChildFailure.Isolate is for children that do not need one another.",
                WhereToLook = "Leave OnChildFailure as it is by default.",
            };
        }

        if (Requests().Any(e => e.Scope == failure.Scope) && failure.Scope != shown.Began.Scope)
        {
            return finding with
            {
                Misconception = "A group passes its failure on only when all its own children have ended: until then the group around it knows of nothing, and stops nobody.",
                WhereToLook = "Start all who must stop together in one group.",
            };
        }

        return finding with
        {
            Misconception = "Waiting is not stopping: Task.WhenAll waits for all, and whoever awaits one after the other hears of a failure late; neither stops the rest.",
            WhereToLook = "Start the work in a group: it hears of each child's end at once, and stops the others by itself.",
        };
    }

    private IEnumerable<ScopeEvent> Requests() => _run.Events.Where(e => e.Kind == ScopeEventKind.CancelRequested);

    /// <summary>How a child ended; <see langword="null"/>: it is none, or has not.</summary>
    private ScopeEvent? EndOf(int? task) =>
        _run.Events.Where(e => e.Kind == ScopeEventKind.ChildEnded && e.Task == task).Select(e => (ScopeEvent?)e).FirstOrDefault();
}
