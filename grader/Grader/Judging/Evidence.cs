namespace Grader;

/// <summary>Everything that is known of a learner's code: all its runs. Checks judge this and nothing else.</summary>
public sealed class Evidence
{
    private readonly IReadOnlyList<Scenario> _scenarios;

    /// <summary>Puts the runs before the checks.</summary>
    /// <param name="scenarios">The situations it was run in.</param>
    /// <param name="runs">The runs, in the order in which they were made.</param>
    public Evidence(IReadOnlyList<Scenario> scenarios, IReadOnlyList<ObservedRun> runs)
    {
        ArgumentNullException.ThrowIfNull(scenarios);
        _scenarios = scenarios;
        Runs = runs;
    }

    /// <summary>The runs, in the order in which they were made.</summary>
    public IReadOnlyList<ObservedRun> Runs { get; }

    /// <summary>What the world of a run was made from, as the grader knows it.</summary>
    /// <typeparam name="T">Type of the settings.</typeparam>
    /// <param name="run">The run.</param>
    public T SettingsOf<T>(ObservedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return (T)_scenarios[PlaceOf(run)].Settings;
    }

    /// <summary>The place of a run's scenario among the others, from 0; the plainest is first.</summary>
    internal int PlaceOf(ObservedRun run)
    {
        var place = 0;
        while (_scenarios[place].Name != run.Scenario)
            place++;
        return place;
    }
}
