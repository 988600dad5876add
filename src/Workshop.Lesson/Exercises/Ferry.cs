using StructuredConcurrency.Simulation;

namespace Workshop.Lesson.Exercises;

/// <summary>The world of exercise 05: a ferry that is loaded until it leaves, and a harbour that a storm may close.</summary>
/// <remarks>
/// All it does is take time, on the clock of the event loop that runs the program, and tell the log about it. Everything about tasks, queues
/// and deadlines is the program's own affair.
/// </remarks>
public sealed class Ferry : ICallsOff
{
    /// <summary>How the lowering of the ramp is called in the log.</summary>
    public const string Ramp = "ramp";

    /// <summary>How the lashing of a crate is called in the log; its number follows.</summary>
    public const string Lashing = "lash ";

    /// <summary>The line in the log when the harbour is closed.</summary>
    public const string Storm = "STORM";

    private static readonly TimeSpan s_lowering = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan s_lashing = TimeSpan.FromMilliseconds(10);

    private readonly FerrySettings _settings;
    private readonly SimulatedWork _work;

    /// <summary>Lets the ferry come in; its clock starts now.</summary>
    /// <param name="settings">The figures of this departure.</param>
    public Ferry(FerrySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        Clock = EventLoop.Current?.TimeProvider ?? TimeProvider.System;
        _work = new SimulatedWork(settings.Seed, Clock, Console.WriteLine);
        var harbour = new CancellationTokenSource();
        CalledOff = harbour.Token;
        if (settings.StormAfter is { } after)
            _ = WaitForStormAsync(TimeSpan.FromMilliseconds(after), CloseHarbour);

        void CloseHarbour()
        {
            _work.Print(Storm);
            harbour.Cancel();
        }
    }

    /// <summary>How long the ferry stays, counted from the call of <c>RunAsync</c>.</summary>
    public TimeSpan BoardingTime => TimeSpan.FromMilliseconds(_settings.BoardingTime);

    /// <summary>How many crates the lorry brings; they are numbered from 1.</summary>
    public int CrateCount => _settings.Crates;

    /// <summary>How many dockers there are.</summary>
    public int DockerCount => _settings.Dockers;

    /// <summary>How many crates may stand on the quay between lorry and dockers; <see langword="null"/>: no limit.</summary>
    public int? QuaySize => _settings.QuaySize;

    /// <summary>The harbour's clock, for delays of your own: <c>Task.Delay(time, ferry.Clock, token)</c>.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Cancelled when the harbour is closed. It is the token that <c>RunAsync</c> is given.</summary>
    public CancellationToken CalledOff { get; }

    /// <summary>Lowers the ferry's ramp: 60 ms. Without it nobody comes on board.</summary>
    /// <param name="token">Stops it at once.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task LowerRampAsync(CancellationToken token) => _work.WorkAsync(Ramp, s_lowering, token);

    /// <summary>Lifts a crate off the lorry: 5 to 50 ms.</summary>
    /// <param name="number">The crate's number.</param>
    /// <param name="token">Stops it at once: the crate stays on the lorry.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<Crate> UnloadAsync(int number, CancellationToken token)
    {
        await _work.MakeAsync(number, token);
        return new Crate(number);
    }

    /// <summary>Carries a crate on board, 20 to 100 ms, and lashes it down, 10 ms.</summary>
    /// <remarks>The way can be broken off. The lashing cannot: a crate that stands on the deck is lashed, and this ends normally, also when the token is cancelled meanwhile.</remarks>
    /// <param name="crate">The crate.</param>
    /// <param name="token">Stops the carrying at once: the crate stays on land.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled on the way; the crate is not on board.</exception>
    public async Task LoadAsync(Crate crate, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(crate);
        await _work.ProcessAsync(crate.Number, token);
        await _work.WorkAsync($"{Lashing}{crate}", s_lashing, CancellationToken.None); // a loose crate would be a danger to all
    }

    /// <summary>Reports that every crate is on board. Takes no time.</summary>
    /// <param name="unloaded">How many crates were lifted off the lorry.</param>
    /// <param name="loaded">How many of them are on board, lashed down.</param>
    public void ReportDone(int unloaded, int loaded) => _work.Print($"DONE {unloaded} {loaded}");

    /// <summary>Reports that the ferry left before everything was on board. Takes no time.</summary>
    /// <param name="unloaded">How many crates were lifted off the lorry.</param>
    /// <param name="loaded">How many of them are on board, lashed down.</param>
    public void ReportTimeout(int unloaded, int loaded) => _work.Print($"TIMEOUT {unloaded} {loaded}");

    /// <summary>Prints a line, with the seconds since the start behind it; the timeline shows it as well.</summary>
    /// <param name="text">The line.</param>
    public void Say(string text) => _work.Print($"> {text}");

    private async Task WaitForStormAsync(TimeSpan after, Action close)
    {
        await Task.Delay(after, Clock);
        close();
    }
}
