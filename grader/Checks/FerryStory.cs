using Grader;
using StructuredConcurrency;
using Workshop.Lesson.Exercises;

namespace Checks;

/// <summary>A run of exercise 05 as the story of its crates.</summary>
/// <remarks>Answers may count and stop in any way, with or without the library: facts are what the ferry tells of the work on it.</remarks>
internal sealed class FerryStory
{
    private const string Unloading = "make "; // how SimulatedWork calls the making of a thing

    private readonly List<(string Crate, TimeSpan Time)> _unloaded = [];
    private readonly List<(string Crate, TimeSpan Time)> _loaded = [];

    public FerryStory(ObservedRun run, FerrySettings settings)
    {
        var departure = TimeSpan.FromMilliseconds(settings.BoardingTime);
        var begun = new Dictionary<(int? Task, string Item), ScopeEvent>();
        var rampIsDown = false;
        foreach (var e in run.Events)
        {
            if (e is { Kind: ScopeEventKind.Line, Text: { } text })
            {
                if (EndReport.In(e) is { } report)
                    Reports.Add(report);
                else if (text.StartsWith(Ferry.Storm, StringComparison.Ordinal))
                    Storm = e.Time;
                continue;
            }

            if (e.Kind is not (ScopeEventKind.WorkStarted or ScopeEventKind.WorkEnded))
                continue;
            var item = e.Item!;
            var done = e is { Kind: ScopeEventKind.WorkEnded, Outcome: ScopeOutcome.Succeeded };
            if (item.StartsWith(Ferry.Lashing, StringComparison.Ordinal))
            {
                if (done)
                    _loaded.Add((item[Ferry.Lashing.Length..], e.Time));
                continue; // it goes on after a deadline, and may
            }

            if (done && item.StartsWith(Unloading, StringComparison.Ordinal))
                _unloaded.Add((item[Unloading.Length..], e.Time));
            rampIsDown |= done && item == Ferry.Ramp;
            if (e.Kind == ScopeEventKind.WorkStarted)
            {
                if (!rampIsDown && item != Ferry.Ramp && !item.StartsWith(Unloading, StringComparison.Ordinal))
                    WithoutRamp ??= e;
                begun[(e.Task, item)] = e;
                continue;
            }

            begun.Remove((e.Task, item), out var start);
            if (!done && e.Time == start.Time)
                continue; // it was begun with a cancelled token, and so it was not begun: a channel, say, hands out what it has before it looks at the token
            if (e.Time > departure + run.TimersLateBy && (done || start.Time > departure + run.TimersLateBy))
                Late ??= (start, e);
            if (Storm is { } storm && e.Time > storm)
                AfterStorm ??= (start, e);
            else if (!done && e.Time < departure && Storm is null)
                Early ??= e;
        }
    }

    /// <summary>Crates lifted off the lorry.</summary>
    public int Unloaded => _unloaded.Count;

    /// <summary>Crates on board and lashed down.</summary>
    public int Loaded => _loaded.Count;

    /// <summary>When the last crate was on board.</summary>
    public TimeSpan LastLoaded => _loaded.Count == 0 ? TimeSpan.Zero : _loaded[^1].Time;

    public List<EndReport> Reports { get; } = [];

    /// <summary>When the harbour was closed.</summary>
    public TimeSpan? Storm { get; }

    /// <summary>The first work that was begun, or went on to its end, when the ferry had left, from its start to its end; lashing does not count.</summary>
    public (ScopeEvent Start, ScopeEvent End)? Late { get; }

    /// <summary>The first work that was under way when the harbour had been closed.</summary>
    public (ScopeEvent Start, ScopeEvent End)? AfterStorm { get; }

    /// <summary>The first crate that was carried while there was no way on board.</summary>
    public ScopeEvent? WithoutRamp { get; }

    /// <summary>The first work that was stopped before the ferry left, in fine weather.</summary>
    public ScopeEvent? Early { get; }

    /// <summary>What counted up after a moment: the first crate lifted off or on board then, as the end of a sentence.</summary>
    public string? ChangedAfter(TimeSpan time)
    {
        if (_loaded.Find(crate => crate.Time > time) is { Crate: { } loaded } last)
            return $"crate {loaded} was lashed down at {Words.At(last.Time)}";
        return _unloaded.Find(crate => crate.Time > time) is { Crate: { } unloaded } first ? $"crate {unloaded} came off the lorry at {Words.At(first.Time)}" : null;
    }

    /// <summary>Who did what when a moment had passed, as part of a sentence: <c>at 0.431 s 'docker 1' set out with crate 7</c>.</summary>
    /// <param name="work">A piece of work.</param>
    /// <param name="moment">The moment.</param>
    public static string Told((ScopeEvent Start, ScopeEvent End) work, TimeSpan moment)
    {
        var began = work.Start.Time > moment || work.End.Outcome != ScopeOutcome.Succeeded;
        var item = work.Start.Item!;
        var what = item == Ferry.Ramp ? (began ? "began to lower the ramp" : "had the ramp down")
            : item.StartsWith(Unloading, StringComparison.Ordinal) ? $"{(began ? "began to lift" : "lifted")} crate {item[Unloading.Length..]} off the lorry"
            : $"{(began ? "set out with" : "came on board with")} crate {item}";
        return $"at {Words.At(began ? work.Start.Time : work.End.Time)} '{work.Start.TaskName}' {what}";
    }
}
