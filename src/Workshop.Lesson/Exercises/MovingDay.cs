using System.Diagnostics.CodeAnalysis;
using StructuredConcurrency;
using StructuredConcurrency.Simulation;

namespace Workshop.Lesson.Exercises;

/// <summary>The world of exercise 08: a family moves house; there are rooms to pack, a piano to carry and a cat to watch.</summary>
/// <remarks>
/// All it does is take time, on the clock of the event loop that runs the program, and tell the log about it. Who works when, who stops whom and which paper is
/// signed is the program's own affair.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "Its source has at most a timer of the loop's clock, which ends with the run.")]
public sealed class MovingDay
{
    /// <summary>How the line begins that <see cref="SignWaybill"/> writes into the log; the boxes of each room follow.</summary>
    public const string Waybill = "WAYBILL";

    /// <summary>What stands in front of the total in the line of <see cref="SignWaybill"/>.</summary>
    public const string Total = "TOTAL";

    /// <summary>How the line begins that <see cref="ReportDamage"/> writes into the log; the damages follow.</summary>
    public const string Damage = "DAMAGE";

    /// <summary>The line that tells of the customer's call.</summary>
    public const string CallCame = "CALLED OFF";

    /// <summary>How the name of a room begins, as the item of packing it; its number follows.</summary>
    public const string Room = "room ";

    /// <summary>How the name begins of what a stopped packer puts down; the room's number follows.</summary>
    public const string Armful = "armful of room ";

    /// <summary>The piano, as the item of carrying it.</summary>
    public const string Piano = "piano";

    /// <summary>The cat, as the item of watching it.</summary>
    public const string Cat = "cat";

    /// <summary>The cat, as the item of bringing it to the car.</summary>
    public const string CatBasket = "cat basket";

    private static readonly TimeSpan s_aMoment = TimeSpan.FromMilliseconds(10);

    private readonly MovingDaySettings _settings;
    private readonly SimulatedWork _work;
    private readonly CancellationTokenSource _calledOff;

    /// <summary>The van arrives; the clock starts now.</summary>
    /// <param name="settings">The figures of the day.</param>
    public MovingDay(MovingDaySettings settings)
    {
        _settings = settings;
        Clock = EventLoop.Current?.TimeProvider ?? TimeProvider.System;
        _work = new SimulatedWork(settings.Seed, Clock, Console.WriteLine);
        _calledOff = settings.CalledOffAfter is { } time ? new CancellationTokenSource(TimeSpan.FromMilliseconds(time), Clock) : new CancellationTokenSource();
        _calledOff.Token.Register(() => _work.Print(CallCame));
    }

    /// <summary>How many rooms there are; they are numbered from 1.</summary>
    public int RoomCount => _settings.Boxes.Count;

    /// <summary>Cancelled when the customer calls the whole thing off, by telephone.</summary>
    public CancellationToken CalledOff => _calledOff.Token;

    /// <summary>The day's clock, for delays of your own: <c>Task.Delay(time, day.Clock, token)</c>.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Packs a room: 20 to 100 ms.</summary>
    /// <remarks>
    /// Whoever is stopped puts down what is in hand before going: 10 ms that no token shortens.
    /// <para><b>Pitfall.</b> It may be dropped: then a <see cref="DamageException"/> comes instead of the cancellation.</para>
    /// </remarks>
    /// <param name="room">The room's number, from 1 to <see cref="RoomCount"/>.</param>
    /// <param name="token">Stops the packing at once.</param>
    /// <returns>How many boxes the room has filled.</returns>
    /// <exception cref="DamageException">Something broke.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such room.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, and everything is put down.</exception>
    public async Task<int> PackAsync(int room, CancellationToken token)
    {
        if (room < 1 || room > RoomCount)
            throw new ArgumentOutOfRangeException(nameof(room), $"There is no room {room}: the last one is room {RoomCount}.");
        try
        {
            await _work.ProcessAsync(room, token, _settings.DamagedRooms.Contains(room) ? () => new DamageException($"{Room}{room}") : null, Room);
        }
        catch (OperationCanceledException)
        {
            await WorkAsync($"{Armful}{room}", s_aMoment, _settings.DroppedArmfuls.Contains(room), CancellationToken.None);
            throw;
        }

        return _settings.Boxes[room - 1];
    }

    /// <summary>Carries the piano down the stairs. It takes its time.</summary>
    /// <param name="token">Stops it at once: the piano stays on the landing.</param>
    /// <exception cref="DamageException">The piano fell.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task CarryPianoAsync(CancellationToken token) =>
        WorkAsync(Piano, TimeSpan.FromMilliseconds(_settings.PianoTakes), _settings.PianoFalls, token);

    /// <summary>Keeps an eye on the cat, for as long as nobody says that it is enough. It never ends by itself.</summary>
    /// <param name="token">Says so. The cat is then brought to the car: 10 ms that no token shortens.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled, and the cat is in the car.</exception>
    public async Task WatchCatAsync(CancellationToken token)
    {
        try
        {
            await WorkAsync(Cat, Timeout.InfiniteTimeSpan, fails: false, token);
        }
        finally
        {
            await WorkAsync(CatBasket, s_aMoment, fails: false, CancellationToken.None);
        }
    }

    /// <summary>Signs the waybill: everything is packed, and the van may leave. Takes no time.</summary>
    /// <param name="boxes">How many boxes each room has filled, room 1 first.</param>
    /// <param name="total">How many they are together.</param>
    public void SignWaybill(IEnumerable<int> boxes, int total)
    {
        ArgumentNullException.ThrowIfNull(boxes);
        _work.Print(string.Join(' ', boxes.Select(count => $"{count}").Prepend(Waybill).Append(Total).Append($"{total}")));
    }

    /// <summary>Reports to the insurance what broke: the van stays. Takes no time.</summary>
    /// <param name="damages">Every damage, once: exceptions as they were thrown.</param>
    public void ReportDamage(IEnumerable<Exception> damages)
    {
        ArgumentNullException.ThrowIfNull(damages);
        _work.Print(string.Join(' ', damages.Select(NameOf).Prepend(Damage)));
    }

    /// <summary>Prints a line, with the seconds since the van arrived behind it; the timeline shows it as well.</summary>
    /// <param name="text">The line.</param>
    public void Say(string text) => _work.Print($"> {text}");

    private async Task WorkAsync(string item, TimeSpan time, bool fails, CancellationToken token)
    {
        ScopeTracing.WorkStarted(item);
        try
        {
            await Task.Delay(time, Clock, token);
        }
        catch (OperationCanceledException)
        {
            ScopeTracing.CancelObserved();
            ScopeTracing.WorkEnded(item, ScopeOutcome.Cancelled);
            throw;
        }

        ScopeTracing.WorkEnded(item, fails ? ScopeOutcome.Faulted : ScopeOutcome.Succeeded);
        if (fails)
            throw new DamageException(item);
    }

    /// <summary>One word for each: the words of the line are told apart by the spaces between them.</summary>
    private static string NameOf(Exception? damage) => damage switch
    {
        DamageException broken => broken.What.Replace(' ', '-'),
        null => "null",
        _ => damage.GetType().Name,
    };
}
