using System.Globalization;
using StructuredConcurrency.Simulation;

namespace Grader;

/// <summary>One run of an exercise as one word: the situation's number and the schedule's trace, <c>2.s1.0.0..1a2b3c4d-9f3a.3f</c>.</summary>
/// <param name="Scenario">Number of the scenario, from 1.</param>
/// <param name="Schedule">What was decided in the run.</param>
public sealed record RunTrace(int Scenario, ScheduleTrace Schedule)
{
    /// <summary>Reads the word.</summary>
    /// <param name="text">The word.</param>
    /// <param name="exercise">The exercise that it belongs to.</param>
    /// <exception cref="GraderInputException">It is not a whole trace, or names a situation that the exercise does not have.</exception>
    public static RunTrace Parse(string text, ExerciseInfo exercise)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(exercise);
        var parts = text.Trim().Split('.', 2);
        if (parts.Length < 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var scenario) || scenario < 1 || scenario > exercise.Scenarios.Count)
            throw new GraderInputException($"--trace: it must begin with the number of a situation, 1 to {exercise.Scenarios.Count}, and a dot; copy the whole word that 'check {exercise.Number}' printed.");
        try
        {
            return new RunTrace(scenario, ScheduleTrace.Parse(parts[1]));
        }
        catch (FormatException e)
        {
            throw new GraderInputException($"--trace: {e.Message.TrimEnd('.')}; copy the whole word that 'check {exercise.Number}' printed.");
        }
    }

    /// <summary>The word.</summary>
    public override string ToString() => $"{Scenario}.{Schedule}";
}
