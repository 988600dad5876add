namespace Grader;

/// <summary>Which frames may come next: runs come scenario by scenario, seed by seed, none left out and none twice.</summary>
internal sealed class FrameOrder(WorkerJob job)
{
    // A log of an honest run has some ten thousand characters.
    private const long MostCharacters = 64 << 20;
    private const long MostCharactersOfARun = 200_000;

    private bool _loaded;
    private int _scenario;
    private int _schedule;
    private long _characters;
    private long _runs;

    /// <exception cref="ForgedFrameException">The worker never sends this frame now.</exception>
    public void Check(RunFrame frame, string log)
    {
        var fits = frame.Kind switch
        {
            FrameKind.Ready => !_loaded,
            FrameKind.Loaded => !_loaded,
            FrameKind.Run => _loaded && IsNext(frame),
            FrameKind.Stuck => _loaded && job.Scenarios.Any(scenario => scenario.Name == frame.Scenario),
            FrameKind.Finished => _loaded && _scenario == job.Scenarios.Count - 1 && _schedule > 0,
            FrameKind.Broken => true,
            _ => false,
        };
        if (!fits)
            throw new ForgedFrameException();
        _loaded |= frame.Kind == FrameKind.Loaded;
        _characters += log.Length;
        _runs += frame.Kind == FrameKind.Run ? 1 : 0;
    }

    /// <summary>Whether the logs together are longer than is to be kept.</summary>
    public bool IsTooMuch => _characters > MostCharacters + (MostCharactersOfARun * _runs);

    private bool IsNext(RunFrame frame)
    {
        if (_schedule > 0 && _scenario + 1 < job.Scenarios.Count && frame.Scenario == job.Scenarios[_scenario + 1].Name)
            (_scenario, _schedule) = (_scenario + 1, 0); // the worker may stop early: slow runs are all the same
        return frame.Scenario == job.Scenarios[_scenario].Name && _schedule < job.Schedules && frame.Seed == job.FirstSeed + (ulong)_schedule++;
    }
}
