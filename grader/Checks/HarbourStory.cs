using Grader;
using StructuredConcurrency;
using Workshop.Lesson.Exercises;

namespace Checks;

/// <summary>A piece of work in the harbour, as the log tells of it.</summary>
/// <param name="Start">Its beginning.</param>
internal sealed record HarbourWork(ScopeEvent Start)
{
    /// <summary>Its end; <see langword="null"/>: it never ended.</summary>
    public ScopeEvent? End { get; set; }

    /// <summary>What is done, as the world calls it; empty for the chief work on a thing: storing, answering, moving.</summary>
    public string Deed => Start.Item!.LastIndexOf(' ') is var space and >= 0 ? Start.Item[..space] : "";

    /// <summary>The thing's number.</summary>
    public string Number => Start.Item![(Start.Item!.LastIndexOf(' ') + 1)..];

    /// <summary>Whether it came to its good end.</summary>
    public bool Succeeded => End is { Outcome: ScopeOutcome.Succeeded };
}

/// <summary>A run of exercise 06 as the story of what was done in the harbour, whichever of the three programs it is.</summary>
/// <remarks>Answers may use any queues, locks and channels: nothing here hangs on them. Work and the two lines are the world's own.</remarks>
internal sealed class HarbourStory
{
    /// <summary>How making a thing is called: the crane's lift, the wait for a call.</summary>
    public const string Make = "make";

    private readonly Dictionary<string, HarbourWork> _open = new(StringComparer.Ordinal);

    public HarbourStory(ObservedRun run)
    {
        foreach (var e in run.Events)
        {
            switch (e.Kind)
            {
                case ScopeEventKind.WorkStarted:
                    if (_open.Count == 0 && e.Time - (LastWork?.Time ?? TimeSpan.Zero) is var pause && pause > LongestPause.Length)
                        LongestPause = (e.Time - pause, e.Time, pause);
                    Work.Add(_open[e.Item!] = new HarbourWork(e));
                    break;
                case ScopeEventKind.WorkEnded:
                    if (_open.Remove(e.Item!, out var work))
                        work.End = e;
                    LastWork = e;
                    break;
                case ScopeEventKind.Line when e.Text!.StartsWith(Harbour.FogLifted, StringComparison.Ordinal):
                    FogLifted ??= e;
                    break;
                case ScopeEventKind.Line when e.Text!.StartsWith(Harbour.SignedOff, StringComparison.Ordinal):
                    SignedOff.Add(e);
                    break;
            }
        }
    }

    /// <summary>All work, in the order in which it was begun.</summary>
    public List<HarbourWork> Work { get; } = [];

    /// <summary>When the book was signed.</summary>
    public List<ScopeEvent> SignedOff { get; } = [];

    /// <summary>When the fog lifted.</summary>
    public ScopeEvent? FogLifted { get; }

    /// <summary>The last end of a piece of work.</summary>
    public ScopeEvent? LastWork { get; }

    /// <summary>The longest time, between two pieces of work, in which nobody did anything.</summary>
    public (TimeSpan From, TimeSpan To, TimeSpan Length) LongestPause { get; }

    /// <summary>How often the chief work on a thing came to its good end.</summary>
    /// <param name="number">The thing's number.</param>
    /// <param name="deed">Another deed than the chief one.</param>
    public int TimesDone(string number, string deed = "") => Work.Count(work => work.Succeeded && work.Deed == deed && work.Number == number);

    /// <summary>A piece of work in words, as a sentence: <c>crate 3 was being stored</c>.</summary>
    /// <param name="work">The work.</param>
    /// <param name="duty">Which program it belongs to.</param>
    public static string Name(HarbourWork work, HarbourDuty duty) => (duty, work.Deed) switch
    {
        (HarbourDuty.Unload, Make) => $"crate {work.Number} was being lifted",
        (HarbourDuty.Unload, "") => $"crate {work.Number} was being stored",
        (HarbourDuty.KeepWatch, Make) => $"the watch was listening for call {work.Number}",
        (HarbourDuty.KeepWatch, "") => $"call {work.Number} was being answered",
        (HarbourDuty.KeepWatch, Harbour.Enter) => $"call {work.Number} was being entered",
        (HarbourDuty.MoveShips, Harbour.Ready) => $"ship {work.Number} was getting ready",
        (HarbourDuty.MoveShips, Harbour.Pilot) => $"the pilot was going aboard ship {work.Number}",
        (HarbourDuty.MoveShips, Harbour.Tug) => $"the tug was making fast to ship {work.Number}",
        (HarbourDuty.MoveShips, "") => $"ship {work.Number} was being moved",
        _ => $"'{work.Start.Item}' was under way",
    };

    /// <summary>The same as a thing: <c>storing crate 3</c>.</summary>
    /// <param name="work">The work.</param>
    /// <param name="duty">Which program it belongs to.</param>
    public static string NameOf(HarbourWork work, HarbourDuty duty) => (duty, work.Deed) switch
    {
        (HarbourDuty.Unload, Make) => $"lifting crate {work.Number}",
        (HarbourDuty.Unload, "") => $"storing crate {work.Number}",
        (HarbourDuty.KeepWatch, Make) => $"listening for call {work.Number}",
        (HarbourDuty.KeepWatch, "") => $"answering call {work.Number}",
        (HarbourDuty.KeepWatch, Harbour.Enter) => $"entering call {work.Number}",
        (HarbourDuty.MoveShips, Harbour.Ready) => $"the wait for ship {work.Number}",
        (HarbourDuty.MoveShips, Harbour.Pilot) => $"taking the pilot aboard ship {work.Number}",
        (HarbourDuty.MoveShips, Harbour.Tug) => $"making the tug fast to ship {work.Number}",
        (HarbourDuty.MoveShips, "") => $"moving ship {work.Number}",
        _ => $"'{work.Start.Item}'",
    };

    /// <summary>Where pilot or tug was on two ships at once, if it was.</summary>
    /// <param name="who"><see cref="Harbour.Pilot"/> or <see cref="Harbour.Tug"/>.</param>
    /// <param name="run">The run.</param>
    public static (ScopeEvent At, string First, string Second)? OnTwoShips(string who, ObservedRun run)
    {
        string? on = null;
        foreach (var e in run.Events)
        {
            if (e.Kind == ScopeEventKind.WorkStarted && e.Item!.StartsWith($"{who} ", StringComparison.Ordinal))
            {
                var ship = e.Item[(who.Length + 1)..];
                if (on is not null && on != ship)
                    return (e, on, ship);
                on = ship;
            }
            else if (e.Kind == ScopeEventKind.WorkEnded && e.Item == on)
            {
                on = null;
            }
        }

        return null;
    }

    /// <summary>The ship that has the pilot or the tug when the run ends, and whose task that is.</summary>
    /// <param name="who"><see cref="Harbour.Pilot"/> or <see cref="Harbour.Tug"/>.</param>
    public (string Ship, string Task)? HeldAtTheEnd(string who) =>
        Work.FindLast(work => work.Deed == who) is { } last && !Work.Exists(work => work.Deed == "" && work.Number == last.Number && work.End is not null)
            ? (last.Number, last.Start.TaskName ?? "main")
            : null;
}
