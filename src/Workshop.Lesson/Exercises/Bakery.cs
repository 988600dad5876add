using StructuredConcurrency.Simulation;

namespace Workshop.Lesson.Exercises;

/// <summary>The world of exercise 04: a bakery with a water tap, an oven for each baker, and a fire alarm.</summary>
/// <remarks>
/// All it does is take time, on the clock of the event loop that runs the program, and tell the log about it. Everything about tasks and queues
/// is the program's own affair.
/// </remarks>
public sealed class Bakery
{
    /// <summary>The line that <see cref="OpenTap"/> writes into the log.</summary>
    public const string TapOpened = "TAP open";

    /// <summary>The line that <see cref="CloseTap"/> writes into the log.</summary>
    public const string TapClosed = "TAP closed";

    /// <summary>How the line begins that <see cref="LightOven"/> writes into the log; the baker's name follows.</summary>
    public const string OvenLit = "LIT oven of";

    /// <summary>How the line begins that <see cref="PutOutOvenAsync"/> writes into the log when the oven is out.</summary>
    public const string OvenOut = "OUT oven of";

    /// <summary>How the line begins that <see cref="PutOutOvenAsync"/> writes into the log when it was cut short.</summary>
    public const string OvenStillLit = "STILL LIT oven of";

    /// <summary>How the line begins that <see cref="NoteStopped"/> writes into the log.</summary>
    public const string Stopped = "STOPPED";

    private static readonly TimeSpan s_puttingOut = TimeSpan.FromMilliseconds(10);

    private readonly BakerySettings _settings;
    private readonly SimulatedWork _work;

    /// <summary>Opens the bakery; its clock starts now.</summary>
    /// <param name="settings">The figures of the morning.</param>
    public Bakery(BakerySettings settings)
    {
        _settings = settings;
        Clock = EventLoop.Current?.TimeProvider ?? TimeProvider.System;
        _work = new SimulatedWork(settings.Seed, Clock, Console.WriteLine);
    }

    /// <summary>How many doughs are ordered; they are numbered from 1.</summary>
    public int DoughCount => _settings.Doughs;

    /// <summary>How many bakers there are.</summary>
    public int BakerCount => _settings.Bakers;

    /// <summary>How many doughs may lie on the table between mixer and bakers; <see langword="null"/>: no limit.</summary>
    public int? TableSize => _settings.TableSize;

    /// <summary>The bakery's clock, for delays of your own: <c>Task.Delay(time, bakery.Clock, token)</c>.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Waits until the fire alarm goes.</summary>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task WaitForAlarmAsync(CancellationToken token)
    {
        var left = TimeSpan.FromMilliseconds(_settings.AlarmAfter) - _work.Elapsed;
        return Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, Clock, token);
    }

    /// <summary>Opens the water tap. Takes no time.</summary>
    public void OpenTap() => _work.Print(TapOpened);

    /// <summary>Closes the water tap. Takes no time.</summary>
    public void CloseTap() => _work.Print(TapClosed);

    /// <summary>Mixes a dough: 5 to 50 ms.</summary>
    /// <param name="number">The number that the dough gets.</param>
    /// <param name="token">Stops the mixer at once.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<Dough> MixAsync(int number, CancellationToken token)
    {
        await _work.MakeAsync(number, token);
        return new Dough(number);
    }

    /// <summary>Lights a baker's oven. Takes no time.</summary>
    /// <param name="baker">The baker's name.</param>
    public void LightOven(string baker) => _work.Print($"{OvenLit} {baker}");

    /// <summary>Bakes a dough: 20 to 100 ms.</summary>
    /// <param name="dough">The dough.</param>
    /// <param name="token">Stops the baking at once: what is half baked is spoilt.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task BakeAsync(Dough dough, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(dough);
        return _work.ProcessAsync(dough.Number, token);
    }

    /// <summary>Puts a baker's oven out: 10 ms.</summary>
    /// <remarks><b>Pitfall.</b> A token that is cancelled already ends this at once, and the oven burns on.</remarks>
    /// <param name="baker">The baker's name.</param>
    /// <param name="token">Ends it before the oven is out.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled. The oven burns on.</exception>
    public async Task PutOutOvenAsync(string baker, CancellationToken token)
    {
        try
        {
            await Task.Delay(s_puttingOut, Clock, token);
        }
        catch (OperationCanceledException)
        {
            _work.Print($"{OvenStillLit} {baker}");
            throw;
        }

        _work.Print($"{OvenOut} {baker}");
    }

    /// <summary>Notes in the bakery's book that somebody was stopped. Takes no time.</summary>
    /// <param name="who">The name.</param>
    public void NoteStopped(string who) => _work.Print($"{Stopped} {who}");

    /// <summary>Prints a line, with the seconds since the bakery opened behind it; the timeline shows it as well.</summary>
    /// <param name="text">The line.</param>
    public void Say(string text) => _work.Print($"> {text}");
}
