using System.Diagnostics;

namespace StructuredConcurrency.Simulation;

/// <summary>One search through the schedules of a program.</summary>
internal sealed class Exploration(Func<Task> main, ExploreOptions options, CancellationToken ct)
{
    private const int Probes = 16;

    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly HashSet<ulong> _fingerprints = [];
    private readonly SortedDictionary<Outcome, int> _outcomes = [];
    private readonly List<ScheduleFinding> _findings = [];
    private readonly List<BrokenRule> _known = [];
    private int _schedules;
    private int _notFullyControlled;
    private int _mostChoices = 1;
    private bool _hasTimers;
    private bool _exhausted;

    private bool IsOver => ct.IsCancellationRequested || _findings.Count >= options.MaxFindings || _schedules >= options.Schedules
        || (options.Time is { } time && _schedules > 0 && Stopwatch.GetElapsedTime(_began) >= time);

    public ExploreReport Run()
    {
        switch (options.Strategy)
        {
            case ExploreStrategy.Exhaustive:
                RunAll(options.Schedules);
                break;
            case ExploreStrategy.Random:
                while (!IsOver)
                    RunRandom();
                break;
            case ExploreStrategy.Pct:
                while (!IsOver)
                    RunPct(2 + _schedules % 2);
                break;
            default:
                RunPortfolio();
                break;
        }

        return new ExploreReport
        {
            Schedules = _schedules,
            Distinct = _fingerprints.Count,
            Findings = _findings,
            Seed = options.Seed,
            Outcomes = _outcomes,
            Exhausted = _exhausted,
            NotFullyControlled = _notFullyControlled,
            Cancelled = ct.IsCancellationRequested,
        };
    }

    private void RunPortfolio()
    {
        if (!IsOver)
            RunOnce(null, options.Seed, TimeSpan.Zero);

        // How many schedules there are: the product of the widths along a random path is right on average (Knuth, 1975).
        var estimate = 0d;
        var probes = Math.Min(Probes, options.Schedules / 8);
        for (var i = 0; i < probes && !IsOver; i++)
        {
            var seed = NextSeed();
            var probe = new Probe(new RandomPicker(seed));
            RunOnce(probe, seed, TimeSpan.Zero);
            estimate += probe.Product / probes;
        }

        var left = options.Schedules - _schedules;
        if (probes > 0 && !IsOver && estimate * 1.5 <= left)
        {
            RunAll((int)Math.Min(left, 4 * estimate + Probes));
            if (_exhausted && (!_hasTimers || options.TimerJitter == TimeSpan.Zero))
                return; // nothing else is left to vary
        }

        while (!IsOver)
        {
            switch (_schedules % 10)
            {
                case 1 or 6:
                    RunPct(2);
                    break;
                case 3 or 8:
                    RunPct(3);
                    break;
                default:
                    RunRandom();
                    break;
            }
        }
    }

    private void RunAll(int most)
    {
        var picker = new ExhaustivePicker();
        for (var i = 0; i < most && !IsOver; i++)
        {
            RunOnce(picker, options.Seed, TimeSpan.Zero);
            if (!picker.MoveNext())
            {
                _exhausted = !picker.ProgramVaries;
                return;
            }
        }
    }

    private void RunRandom()
    {
        var seed = NextSeed();
        RunOnce(new RandomPicker(seed), seed, Jitter(seed));
    }

    private void RunPct(int depth)
    {
        var seed = NextSeed();
        RunOnce(new PctPicker(depth, seed, _mostChoices), seed, Jitter(seed));
    }

    private ulong NextSeed() => SplitMix64.Mix(options.Seed, (ulong)_schedules);

    /// <summary>None, little, some or much: orders that exact timers hide want much, mistakes at equal instants want none.</summary>
    private TimeSpan Jitter(ulong seed) => (SplitMix64.Mix(seed, 1) % 4) switch
    {
        0 => TimeSpan.Zero,
        1 => options.TimerJitter / 20,
        2 => options.TimerJitter / 4,
        _ => options.TimerJitter,
    };

    private EventLoopOptions OptionsOf(ISchedulePicker? picker, ulong seed, TimeSpan jitter, bool observe) => new()
    {
        Picker = picker,
        Seed = seed,
        TimerJitter = jitter,
        MaxSteps = options.MaxSteps,
        MaxVirtualTime = options.MaxVirtualTime,
        WaitForThreadPool = options.WaitForThreadPool,
        Observe = observe,
    };

    private void RunOnce(ISchedulePicker? picker, ulong seed, TimeSpan jitter)
    {
        var report = EventLoop.Run(main, OptionsOf(picker, seed, jitter, options.Observe), null);
        _schedules++;
        _fingerprints.Add(report.Fingerprint);
        _outcomes[report.Outcome] = _outcomes.GetValueOrDefault(report.Outcome) + 1;
        _notFullyControlled += report.IsFullyControlled ? 0 : 1;
        _mostChoices = Math.Max(_mostChoices, report.Choices);
        _hasTimers |= report.HasTimers;
        if (BrokenRule.Of(report, options.Check) is { } rule && !_known.Exists(rule.IsSameAs))
        {
            _known.Add(rule);
            _findings.Add(Examine(report, rule, seed));
        }
    }

    /// <summary>Makes the failing schedule smaller, and tells its story.</summary>
    private ScheduleFinding Examine(RunReport first, BrokenRule rule, ulong seed)
    {
        var schedule = _schedules;
        var again = Replay(first.Trace, observe: options.Observe, null);
        var reproducible = again.Fingerprint == first.Fingerprint && rule.IsSameAs(BrokenRule.Of(again, options.Check));
        var trace = reproducible ? Shrinking.Shrink(first, MostShrinkRuns(first), candidate => Fails(candidate, rule)) : first.Trace;

        var records = new List<StepRecord>();
        var shrunk = Replay(trace, observe: true, records);
        var shrunkRule = BrokenRule.Of(shrunk, options.Check);
        reproducible &= rule.IsSameAs(shrunkRule);
        return new ScheduleFinding
        {
            BrokenRule = (shrunkRule ?? rule).Text,
            Schedule = schedule,
            Seed = seed,
            First = first,
            Shrunk = shrunk,
            IsReproducible = reproducible,
            Failure = new FailureReport(reproducible ? shrunkRule!.Text : rule.Text, shrunk, records) { Schedule = schedule, MasterSeed = options.Seed, IsReproducible = reproducible },
        };
    }

    private RunReport? Fails(ScheduleTrace candidate, BrokenRule rule)
    {
        if (ct.IsCancellationRequested)
            return null;
        var report = Replay(candidate, options.Observe, null);
        return rule.IsSameAs(BrokenRule.Of(report, options.Check)) ? report : null;
    }

    private RunReport Replay(ScheduleTrace trace, bool observe, List<StepRecord>? records) =>
        EventLoop.Run(main, OptionsOf(new ReplayPicker(trace.Choices), trace.Seed, trace.TimerJitter, observe), records);

    /// <summary>A run that blocks or escapes takes real time, an endless one many steps: neither is worth hundreds of runs.</summary>
    private int MostShrinkRuns(RunReport report) => report.Outcome is Outcome.BlockedThread or Outcome.Escaped || report.ForeignPosts > 0
        ? Math.Min(options.ShrinkRuns, 10)
        : (int)Math.Min(options.ShrinkRuns, 5_000_000L / Math.Max(1, report.Steps));

    /// <summary>Counts how many schedules there would be if every path were as wide as this one.</summary>
    private sealed class Probe(ISchedulePicker inner) : ISchedulePicker
    {
        public double Product { get; private set; } = 1;

        public int Pick(ReadOnlySpan<ReadyStep> ready)
        {
            Product *= ready.Length;
            return inner.Pick(ready);
        }
    }
}
