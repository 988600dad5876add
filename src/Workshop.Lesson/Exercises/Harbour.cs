using StructuredConcurrency.Simulation;

namespace Workshop.Lesson.Exercises;

/// <summary>The world of exercise 06: a small harbour with one crane, a foghorn, one pilot and one tug.</summary>
/// <remarks>
/// All it does is take time, on the clock of the event loop that runs the program, and tell the log about it. Everything about tasks, queues and
/// locks is the program's own affair: nobody here sees to it that the pilot is on one ship only.
/// </remarks>
public sealed class Harbour
{
    /// <summary>The line that <see cref="WaitUntilFogLiftsAsync"/> writes into the log.</summary>
    public const string FogLifted = "FOG lifted";

    /// <summary>The line that <see cref="SignOff"/> writes into the log.</summary>
    public const string SignedOff = "SIGNED OFF";

    /// <summary>What <see cref="WaitForShipAsync"/> is called in the log; the ship's number follows.</summary>
    public const string Ready = "ready";

    /// <summary>What <see cref="TakePilotAboardAsync"/> is called in the log; the ship's number follows.</summary>
    public const string Pilot = "pilot";

    /// <summary>What <see cref="MakeTugFastAsync"/> is called in the log; the ship's number follows.</summary>
    public const string Tug = "tug";

    /// <summary>What <see cref="EnterAsync"/> is called in the log; the call's number follows.</summary>
    public const string Enter = "enter";

    /// <summary>What <see cref="SoundHornAsync"/> is called in the log; a number follows.</summary>
    public const string Horn = "horn";

    private readonly HarbourSettings _settings;
    private readonly SimulatedWork _work;
    private int _blasts;

    /// <summary>Opens the harbour; its clock starts now.</summary>
    /// <param name="settings">The figures of the day.</param>
    public Harbour(HarbourSettings settings)
    {
        _settings = settings;
        Clock = EventLoop.Current?.TimeProvider ?? TimeProvider.System;
        _work = new SimulatedWork(settings.Seed, Clock, Console.WriteLine);
    }

    /// <summary>Which program is wanted today.</summary>
    public HarbourDuty Duty => _settings.Duty;

    /// <summary>How many crates the ship has brought; they are numbered from 1.</summary>
    public int CrateCount => _settings.Crates;

    /// <summary>How many carts bring crates from the quay into the store.</summary>
    public int CartCount => _settings.Carts;

    /// <summary>How many crates may stand on the quay.</summary>
    public int QuaySize => _settings.QuaySize;

    /// <summary>The ships that want to come in.</summary>
    public IReadOnlyList<Ship> Arrivals => ShipsFrom(1, _settings.ArrivalsAt);

    /// <summary>The ships that want to go out.</summary>
    public IReadOnlyList<Ship> Departures => ShipsFrom(1 + _settings.ArrivalsAt.Count, _settings.DeparturesAt);

    /// <summary>The ships that want to change their berth.</summary>
    public IReadOnlyList<Ship> BerthChanges => ShipsFrom(1 + _settings.ArrivalsAt.Count + _settings.DeparturesAt.Count, _settings.BerthChangesAt);

    /// <summary>The harbour's clock, for delays of your own: <c>Task.Delay(time, harbour.Clock, token)</c>.</summary>
    public TimeProvider Clock { get; }

    /// <summary>The crane lifts a crate out of the ship: 5 to 50 ms.</summary>
    /// <param name="number">The number that the crate gets.</param>
    /// <param name="token">Stops the crane at once.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<Crate> LiftAsync(int number, CancellationToken token)
    {
        await _work.MakeAsync(number, token);
        return new Crate(number);
    }

    /// <summary>A cart brings a crate from the quay into the store: 20 to 100 ms.</summary>
    /// <param name="crate">The crate.</param>
    /// <param name="token">Stops the cart at once: the crate is not in the store.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task StoreAsync(Crate crate, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(crate);
        return _work.ProcessAsync(crate.Number, token);
    }

    /// <summary>Waits until the fog lifts.</summary>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task WaitUntilFogLiftsAsync(CancellationToken token)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(LeftUntil(_settings.FogLiftsAfter)), Clock, token);
        _work.Print(FogLifted);
    }

    /// <summary>Sounds the foghorn once, the pause after it included: 40 to 60 ms.</summary>
    /// <param name="token">Ends it at once.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task SoundHornAsync(CancellationToken token) => _work.DoAsync(Horn, Interlocked.Increment(ref _blasts), 40, 60, token);

    /// <summary>Waits for the next call over the radio: 5 to 50 ms. As long as the fog lies there is always another.</summary>
    /// <param name="number">The number that the call gets.</param>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<RadioCall> HearAsync(int number, CancellationToken token)
    {
        await _work.MakeAsync(number, token);
        return new RadioCall(number);
    }

    /// <summary>Answers a call: 20 to 100 ms.</summary>
    /// <param name="call">The call.</param>
    /// <param name="token">Breaks the talk off: the call is not answered, and need not be entered.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task AnswerAsync(RadioCall call, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(call);
        return _work.ProcessAsync(call.Number, token);
    }

    /// <summary>Enters an answered call in the log book, in a fair hand: 60 to 140 ms.</summary>
    /// <param name="call">The call.</param>
    /// <param name="token">Stops the pen at once: half an entry is none.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task EnterAsync(RadioCall call, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(call);
        return _work.DoAsync(Enter, call.Number, 60, 140, token);
    }

    /// <summary>Waits until a ship is ready to be moved: each has its time.</summary>
    /// <param name="ship">The ship.</param>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task WaitForShipAsync(Ship ship, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(ship);
        var left = LeftUntil(ship.ReadyAt);
        return _work.DoAsync(Ready, ship.Number, left, left, token);
    }

    /// <summary>The pilot comes aboard: 5 to 20 ms. He stays until the ship has been moved.</summary>
    /// <param name="ship">The ship.</param>
    /// <param name="token">Ends it at once.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task TakePilotAboardAsync(Ship ship, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(ship);
        return _work.DoAsync(Pilot, ship.Number, 5, 20, token);
    }

    /// <summary>The tug makes fast to the ship: 5 to 20 ms. It stays until the ship has been moved.</summary>
    /// <param name="ship">The ship.</param>
    /// <param name="token">Ends it at once.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task MakeTugFastAsync(Ship ship, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(ship);
        return _work.DoAsync(Tug, ship.Number, 5, 20, token);
    }

    /// <summary>Moves a ship in, out or to another berth, the pilot aboard and the tug ahead: 20 to 100 ms. Then both are free again.</summary>
    /// <param name="ship">The ship.</param>
    /// <param name="token">Stops the ship at once.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task MoveAsync(Ship ship, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(ship);
        return _work.ProcessAsync(ship.Number, token);
    }

    /// <summary>Signs the day's book: all that had to be done is done. Takes no time.</summary>
    public void SignOff() => _work.Print(SignedOff);

    /// <summary>Prints a line, with the seconds since the harbour opened behind it; the timeline shows it as well.</summary>
    /// <param name="text">The line.</param>
    public void Say(string text) => _work.Print($"> {text}");

    private int LeftUntil(int moment) => Math.Max(0, moment - (int)_work.Elapsed.TotalMilliseconds);

    private static List<Ship> ShipsFrom(int first, IReadOnlyList<int> moments) => [.. moments.Select((moment, i) => new Ship(first + i) { ReadyAt = moment })];
}
