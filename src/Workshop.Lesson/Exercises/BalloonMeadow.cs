using StructuredConcurrency;
using StructuredConcurrency.Simulation;

namespace Workshop.Lesson.Exercises;

/// <summary>The world of exercise 07: a meadow at dawn, on which a balloon is inspected before it may lift off.</summary>
/// <remarks>
/// All it does is take time, on the clock of the event loop that runs the program, and tell the log about it. Who inspects when, who stops whom and what
/// the pilot is told is the program's own affair.
/// </remarks>
public sealed class BalloonMeadow
{
    /// <summary>How the line begins that <see cref="LiftOff"/> writes into the log.</summary>
    public const string LiftedOff = "LIFT-OFF";

    /// <summary>How the line begins that <see cref="CallOff"/> writes into the log; the faults follow.</summary>
    public const string CalledOff = "CALLED-OFF";

    /// <summary>What stands in front of the readings in both lines.</summary>
    public const string ReadingsMark = "READINGS";

    /// <summary>How the name of a point begins, as the item of an inspection and as a fault in the line of <see cref="CallOff"/>; its number follows.</summary>
    public const string Point = "point ";

    /// <summary>How the name of an instrument begins, as the item of putting it away and as a fault in the line of <see cref="CallOff"/>; its point's number follows.</summary>
    public const string Instrument = "instrument ";

    private static readonly TimeSpan s_puttingAway = TimeSpan.FromMilliseconds(10);

    private readonly BalloonMeadowSettings _settings;
    private readonly SimulatedWork _work;

    /// <summary>The sun rises; the clock starts now.</summary>
    /// <param name="settings">What the inspectors will find.</param>
    public BalloonMeadow(BalloonMeadowSettings settings)
    {
        _settings = settings;
        Clock = EventLoop.Current?.TimeProvider ?? TimeProvider.System;
        _work = new SimulatedWork(settings.Seed, Clock, Console.WriteLine);
    }

    /// <summary>How many points the checklist has; they are numbered from 1.</summary>
    public int PointCount => _settings.Readings.Count;

    /// <summary>The meadow's clock, for delays of your own: <c>Task.Delay(time, meadow.Clock, token)</c>.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Inspects a point of the checklist: 20 to 100 ms.</summary>
    /// <remarks>
    /// Whoever is stopped puts the instrument away before going: 10 ms that no token shortens.
    /// <para><b>Pitfall.</b> That can fail as well: then a <see cref="BrokenInstrumentException"/> comes instead of the cancellation.</para>
    /// </remarks>
    /// <param name="point">The point's number, from 1 to <see cref="PointCount"/>.</param>
    /// <param name="token">Stops the inspection at once.</param>
    /// <returns>What was read.</returns>
    /// <exception cref="FaultFoundException">The point is not in order. Finding that out took its time.</exception>
    /// <exception cref="BrokenInstrumentException">The inspector was stopped, and the instrument is broken.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such point.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, and the instrument is put away.</exception>
    public async Task<Reading> InspectAsync(int point, CancellationToken token)
    {
        if (point < 1 || point > PointCount)
            throw new ArgumentOutOfRangeException(nameof(point), $"There is no point {point} on the checklist: the last one is point {PointCount}.");
        try
        {
            await _work.ProcessAsync(point, token, _settings.FaultyPoints.Contains(point) ? () => new FaultFoundException(point) : null, Point);
        }
        catch (OperationCanceledException)
        {
            await PutAwayAsync(point);
            throw;
        }

        return new Reading(point, _settings.Readings[point - 1]);
    }

    /// <summary>Tells the pilot that everything is in order: the balloon lifts off. Takes no time.</summary>
    /// <param name="readings">What was read at each point, point 1 first.</param>
    public void LiftOff(IEnumerable<Reading> readings)
    {
        ArgumentNullException.ThrowIfNull(readings);
        _work.Print(string.Join(' ', readings.Select(reading => $"{reading}").Prepend(ReadingsMark).Prepend(LiftedOff)));
    }

    /// <summary>Tells the pilot that the balloon stays on the ground, and why. Takes no time.</summary>
    /// <param name="faults">Every fault, once: exceptions as the inspections threw them.</param>
    /// <param name="readings">What was read at the points whose inspection came to a good end, the lowest first.</param>
    public void CallOff(IEnumerable<Exception> faults, IEnumerable<Reading> readings)
    {
        ArgumentNullException.ThrowIfNull(faults);
        ArgumentNullException.ThrowIfNull(readings);
        var words = faults.Select(NameOf).Prepend(CalledOff).Append(ReadingsMark).Concat(readings.Select(reading => $"{reading}"));
        _work.Print(string.Join(' ', words));
    }

    /// <summary>Prints a line, with the seconds since sunrise behind it; the timeline shows it as well.</summary>
    /// <param name="text">The line.</param>
    public void Say(string text) => _work.Print($"> {text}");

    private async Task PutAwayAsync(int point)
    {
        var instrument = $"{Instrument}{point}";
        ScopeTracing.WorkStarted(instrument);
        await Task.Delay(s_puttingAway, Clock);
        var isBroken = _settings.BrokenInstruments.Contains(point);
        ScopeTracing.WorkEnded(instrument, isBroken ? ScopeOutcome.Faulted : ScopeOutcome.Succeeded);
        if (isBroken)
            throw new BrokenInstrumentException(point);
    }

    /// <summary>One word for each: the words of the line are told apart by the spaces between them.</summary>
    private static string NameOf(Exception? fault) => fault switch
    {
        FaultFoundException found => $"{Point}{found.Point}".Replace(' ', '-'),
        BrokenInstrumentException broken => $"{Instrument}{broken.Point}".Replace(' ', '-'),
        null => "null",
        _ => fault.GetType().Name,
    };
}
