using Grader;
using Workshop.Lesson.Exercises;

namespace Checks;

/// <summary>The rungs of exercise 10: which behaviours of the conformance suite each of them asks for.</summary>
internal static class LadderRung
{
    public const string First = "rung 1: the body";
    public const string Second = "rung 2: wait for the children";
    public const string Third = "rung 3: an error stops all";
    public const string Fourth = "rung 4: every error is kept";
    public const string Fifth = "rung 5: the caller cancels";
    public const string Sixth = "rung 6: Cancel";
    public const string Seventh = "rung 7: late children";
    public const string Eighth = "rung 8: groups in groups, and races";

    /// <summary>One scenario for each rung, so that what hangs on one takes no other with it.</summary>
    public static IReadOnlyList<Scenario> Scenarios { get; } =
    [
        Of(First, "4"),
        Of(Second, "1", "7"),
        Of(Third, "9", "11", "12", "13", "14", "17"),

        // 19 has two behaviours; the other one is about an option that this group does not have.
        Of(Fourth, "15", "16", "18", "19 a cancellation that nobody asked for is an error", "20", "21", "25"),
        Of(Fifth, "26", "27", "28", "29", "30", "32", "40"),
        Of(Sixth, "33", "35", "36", "F", "S8"),
        Of(Seventh, "5", "10", "38", "S10"),

        // Of 43 the behaviour that is short enough to be run under hundreds of schedules.
        Of(Eighth, "43 a Start that meets the group's end is refused, or its child is waited for", "44", "45", "46", "47", "48"),
    ];

    private static Scenario Of(string name, params string[] behaviours) => new(name, new LadderSettings { Behaviours = behaviours }) { Part = name };
}
