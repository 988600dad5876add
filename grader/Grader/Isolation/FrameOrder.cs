namespace Grader;

/// <summary>Which frames may come next: runs come scenario by scenario, seed by seed, none left out and none twice.</summary>
internal sealed class FrameOrder(WorkerJob job)
{
    // The log of an honest run has some thousand bytes.
    private const long MostBytes = 64 << 20;
    private const long MostBytesOfARun = 40_000;

    private bool _loaded;
    private int _scenario;
    private int _schedule;
    private long _bytes;
    private long _runs;

    /// <summary>Whether the worker can send this frame now; it is taken note of.</summary>
    public bool IsNext(RunFrame frame)
    {
        var fits = frame.Kind switch
        {
            FrameKind.Ready => !_loaded,
            FrameKind.Loaded => !_loaded,
            FrameKind.Run => _loaded && IsNextRun(frame),
            FrameKind.Stuck => _loaded && job.Scenarios.Any(scenario => scenario.Name == frame.Scenario),
            FrameKind.Finished => _loaded && _scenario == job.Scenarios.Count - 1 && _schedule > 0,
            FrameKind.Broken => true,
            _ => false,
        };
        _loaded |= frame.Kind == FrameKind.Loaded;
        _bytes += frame.Bytes;
        _runs += frame.Kind == FrameKind.Run ? 1 : 0;
        return fits;
    }

    /// <summary>Whether the logs together are longer than is to be kept.</summary>
    public bool IsTooMuch => _bytes > MostBytes + (MostBytesOfARun * _runs);

    private bool IsNextRun(RunFrame frame)
    {
        if (_schedule > 0 && _scenario + 1 < job.Scenarios.Count && frame.Scenario == job.Scenarios[_scenario + 1].Name)
            (_scenario, _schedule) = (_scenario + 1, 0); // the worker may stop early: slow runs are all the same
        return frame.Scenario == job.Scenarios[_scenario].Name && _schedule < job.Schedules && frame.Seed == job.FirstSeed + (ulong)_schedule++;
    }
}
