using System.Collections.Concurrent;
using Grader;
using StructuredConcurrency;
using StructuredConcurrency.Conformance;
using StructuredConcurrency.Simulation;
using Workshop.Lesson.Exercises;

namespace Checks;

/// <summary>A behaviour as it went in a run.</summary>
/// <param name="Name">Number and name, as the suite words them.</param>
/// <param name="Since">When it began.</param>
internal sealed record TriedBehaviour(string Name, TimeSpan Since)
{
    /// <summary>What was found, in order.</summary>
    public List<(Answer Answer, TimeSpan Time)> Answers { get; } = [];

    /// <summary>How many children Start accepted, and how many of them began to run.</summary>
    public (int Accepted, int Begun) Children { get; set; }

    /// <summary>Children that have begun and not ended when an answer was given, by its place among the answers.</summary>
    public List<IReadOnlyList<string>> UnderWay { get; } = [];

    /// <summary>Its number: <c>S10</c>.</summary>
    public string Id => Name[..Name.IndexOf(' ', StringComparison.Ordinal)];

    /// <summary>What it says, in words.</summary>
    public string Says => Name[(Id.Length + 1)..];
}

/// <summary>A run of exercise 10 as the ladder noted it.</summary>
internal sealed class LadderStory
{
    private static readonly ConcurrentDictionary<string, IReadOnlyList<Answer>> s_expected = new(StringComparer.Ordinal);

    private readonly List<TriedBehaviour> _tried = [];

    public LadderStory(ObservedRun run)
    {
        var underWay = new List<string>();
        foreach (var e in run.Events)
        {
            if (e is { Kind: ScopeEventKind.ScopeOpened, ScopeKind: ScopeKind.Group })
                LibraryGroup ??= e;
            if (e.Kind == ScopeEventKind.ChildStarted && _tried is [.., var current])
                current.Children = current.Children with { Begun = current.Children.Begun + 1 };
            if (e is { Kind: ScopeEventKind.ChildStarted, TaskName: { } begun })
                underWay.Add(begun);
            else if (e is { Kind: ScopeEventKind.ChildEnded, TaskName: { } ended })
                underWay.Remove(ended);
            if (e is not { Kind: ScopeEventKind.Put, Queue: Ladder.NotesName, Item: { } note })
                continue;
            if (note.StartsWith(Ladder.TryingSign, StringComparison.Ordinal))
            {
                underWay.Clear();
                _tried.Add(new TriedBehaviour(note[Ladder.TryingSign.Length..], e.Time));
            }
            else if (note.StartsWith(Ladder.AcceptedSign, StringComparison.Ordinal) && _tried is [.., var starting])
                starting.Children = starting.Children with { Accepted = starting.Children.Accepted + 1 };
            else if (note.IndexOf(Answer.Sign, StringComparison.Ordinal) is > 0 and var at && _tried is [.., var last])
            {
                last.Answers.Add((new Answer(note[..at], note[(at + Answer.Sign.Length)..]), e.Time));
                last.UnderWay.Add([.. underWay]);
            }
        }
    }

    /// <summary>Where the library's own task group was opened; the ladder opens none.</summary>
    public ScopeEvent? LibraryGroup { get; }

    /// <summary>What was tried, in order.</summary>
    public IReadOnlyList<TriedBehaviour> Tried => _tried;

    /// <summary>What the library's own group answers to a behaviour.</summary>
    /// <param name="name">Number and name of the behaviour.</param>
    public static IReadOnlyList<Answer> Expected(string name) => s_expected.GetOrAdd(name, static name =>
    {
        var answers = new List<Answer>();
        var behaviour = ConformanceSuite.Behaviours.First(behaviour => $"{behaviour}" == name);
        var report = EventLoop.Run(() => behaviour.AnswerAsync(Implementation.Library, EventLoop.Current!.TimeProvider, answers.Add));
        return report.Outcome == Outcome.Completed ? answers : throw new InvalidOperationException($"The library itself fails at '{name}': {report}");
    });
}
