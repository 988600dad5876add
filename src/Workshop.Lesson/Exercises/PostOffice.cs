using StructuredConcurrency.Simulation;

namespace Workshop.Lesson.Exercises;

/// <summary>The world of exercise 02: a post office in which parcels come in at the desk and carriers deliver them.</summary>
/// <remarks>
/// All it does is take time, on the clock of the event loop that runs the program, and tell the log about it. Everything about tasks and queues
/// is the program's own affair.
/// </remarks>
public sealed class PostOffice
{
    private readonly PostOfficeSettings _settings;
    private readonly SimulatedWork _work;

    /// <summary>Opens the post office; its clock starts now.</summary>
    /// <param name="settings">The figures of the evening.</param>
    public PostOffice(PostOfficeSettings settings)
    {
        _settings = settings;
        Clock = EventLoop.Current?.TimeProvider ?? TimeProvider.System;
        _work = new SimulatedWork(settings.Seed, Clock, Console.WriteLine);
    }

    /// <summary>How many parcels come in this evening; they are numbered from 1.</summary>
    public int ParcelCount => _settings.Parcels;

    /// <summary>How many carriers there are.</summary>
    public int CarrierCount => _settings.Carriers;

    /// <summary>How many things may lie on the belt between desk and carriers; <see langword="null"/>: no limit.</summary>
    public int? BeltLength => _settings.BeltLength;

    /// <summary>The post office's clock, for delays of your own: <c>Task.Delay(time, office.Clock, token)</c>.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Waits for the next parcel: 5 to 50 ms.</summary>
    /// <param name="number">The number that the parcel gets.</param>
    /// <param name="token">Closes the desk at once.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<Parcel> ReceiveParcelAsync(int number, CancellationToken token)
    {
        await _work.MakeAsync(number, token);
        return new Parcel(number);
    }

    /// <summary>Delivers a parcel and comes back: 20 to 100 ms.</summary>
    /// <param name="parcel">The parcel.</param>
    /// <param name="token">Stops the carrier half-way: the parcel is lost.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task DeliverAsync(Parcel parcel, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(parcel);
        return _work.ProcessAsync(parcel.Number, token);
    }

    /// <summary>Prints a line, with the seconds since the post office opened behind it; the timeline shows it as well.</summary>
    /// <param name="text">The line.</param>
    public void Say(string text) => _work.Print($"> {text}");
}
