using StructuredConcurrency.Simulation;

namespace Workshop.Lesson.Exercises;

/// <summary>The world of exercise 09: an evening on which the volunteers of a club telephone its members, one call after the other.</summary>
/// <remarks>
/// All it does is take time, on the clock of the event loop that runs the program, and tell the log about it. Everything about tasks, deadlines
/// and shields is the program's own affair.
/// </remarks>
public sealed class PhoneRound
{
    /// <summary>How a call is named in the log; the member's number follows.</summary>
    public const string Call = "call ";

    /// <summary>How hanging up is named in the log; the member's number follows.</summary>
    public const string HangingUp = "hang up ";

    /// <summary>How the line begins that <see cref="NoteGivenUp"/> writes into the log; the member's number follows.</summary>
    public const string GivenUp = "GIVEN UP";

    /// <summary>How the line begins that <see cref="PullPlug"/> writes into the log; the member's number follows.</summary>
    public const string PlugPulled = "PLUG PULLED";

    private static readonly TimeSpan s_hangingUp = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_stuck = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_talkative = TimeSpan.FromSeconds(2);

    private readonly PhoneRoundSettings _settings;
    private readonly SimulatedWork _work;

    /// <summary>Begins the evening; its clock starts now.</summary>
    /// <param name="settings">The figures of the evening.</param>
    public PhoneRound(PhoneRoundSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        Clock = EventLoop.Current?.TimeProvider ?? TimeProvider.System;
        _work = new SimulatedWork(settings.Seed, Clock, Console.WriteLine);
    }

    /// <summary>How many volunteers there are; they are numbered from 1.</summary>
    public int VolunteerCount => _settings.Volunteers;

    /// <summary>How long one call may take, from its first ring.</summary>
    public TimeSpan CallLimit => TimeSpan.FromMilliseconds(_settings.CallLimit);

    /// <summary>How long the evening may take, counted from the call of <c>RunAsync</c>.</summary>
    public TimeSpan EveningLimit => TimeSpan.FromMilliseconds(_settings.EveningLimit);

    /// <summary>How long hanging up may take at most before the plug is pulled: 50 ms.</summary>
    public TimeSpan HangUpLimit { get; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The clock on the wall, for delays of your own: <c>Task.Delay(time, round.Clock, token)</c>.</summary>
    public TimeProvider Clock { get; }

    /// <summary>The members on the list of a volunteer, by their numbers.</summary>
    /// <param name="volunteer">The volunteer, from 1.</param>
    public IEnumerable<int> ListOf(int volunteer)
    {
        for (var member = volunteer; member <= _settings.Members; member += _settings.Volunteers)
            yield return member;
    }

    /// <summary>Picks up the receiver and talks with a member: 20 to 100 ms, or far longer if nothing ends it.</summary>
    /// <remarks>However this ends, the line is open afterwards: see <see cref="HangUpAsync"/>.</remarks>
    /// <param name="member">The member's number.</param>
    /// <param name="token">Ends the talk at once.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task CallAsync(int member, CancellationToken token) =>
        _work.WorkAsync($"{Call}{member}", _settings.Talkative.Contains(member) ? s_talkative : DurationOf(member), token);

    /// <summary>Hangs up after a call: 10 ms. When the receiver sticks it takes a minute, unless it is ended before.</summary>
    /// <remarks><b>Pitfall.</b> A token that is cancelled already ends this at once, and the line stays open.</remarks>
    /// <param name="member">The member's number.</param>
    /// <param name="token">Ends it, and the line stays open.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled. The line is open.</exception>
    public Task HangUpAsync(int member, CancellationToken token) =>
        _work.WorkAsync($"{HangingUp}{member}", _settings.Stuck.Contains(member) ? s_stuck : s_hangingUp, token);

    /// <summary>Closes a line by force, for a receiver that sticks. Takes no time.</summary>
    /// <param name="member">The number of the member who was called.</param>
    public void PullPlug(int member) => _work.Print($"{PlugPulled} {member}");

    /// <summary>Notes that a call was given up, because it reached its own limit. Takes no time.</summary>
    /// <param name="member">The member's number.</param>
    public void NoteGivenUp(int member) => _work.Print($"{GivenUp} {member}");

    /// <summary>Reports that the list was gone through to its end. Takes no time.</summary>
    /// <param name="reached">How many members were talked with to the end.</param>
    /// <param name="givenUp">How many calls were given up.</param>
    public void ReportDone(int reached, int givenUp) => _work.Print($"DONE {reached} {givenUp}");

    /// <summary>Reports that the evening was over before the list was. Takes no time.</summary>
    /// <param name="reached">How many members were talked with to the end.</param>
    /// <param name="givenUp">How many calls were given up.</param>
    public void ReportTimeout(int reached, int givenUp) => _work.Print($"TIMEOUT {reached} {givenUp}");

    /// <summary>Prints a line, with the seconds since the start behind it; the timeline shows it as well.</summary>
    /// <param name="text">The line.</param>
    public void Say(string text) => _work.Print($"> {text}");

    private TimeSpan DurationOf(int member) =>
        TimeSpan.FromMilliseconds(20 + new SplitMix64(SplitMix64.Mix(_settings.Seed, (uint)member)).Next(51));
}
