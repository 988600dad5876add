namespace Workshop.Lesson.Exercises;

/// <summary>The figures of one evening of the <see cref="PhoneRound"/>.</summary>
public sealed record PhoneRoundSettings
{
    /// <summary>How many members are to be called.</summary>
    public int Members { get; init; } = 12;

    /// <summary>How many volunteers there are, each with a telephone.</summary>
    public int Volunteers { get; init; } = 2;

    /// <summary>How long a call may take, in milliseconds.</summary>
    public int CallLimit { get; init; } = 80;

    /// <summary>How long the evening may take, in milliseconds.</summary>
    public int EveningLimit { get; init; } = 300;

    /// <summary>Members who talk and talk: their calls would take two seconds.</summary>
    public IReadOnlyList<int> Talkative { get; init; } = [];

    /// <summary>Members after whose call the receiver sticks: hanging up would take a minute.</summary>
    public IReadOnlyList<int> Stuck { get; init; } = [];

    /// <summary>Decides how long each call takes.</summary>
    public ulong Seed { get; init; } = 1;
}
