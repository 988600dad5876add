namespace StructuredConcurrency.Simulation;

/// <summary>Makes a failing schedule smaller: sets its choices back to first in, first out, and keeps what still fails in the same way.</summary>
internal static class Shrinking
{
    /// <param name="first">The run that failed.</param>
    /// <param name="mostRuns">How many smaller schedules to try at most.</param>
    /// <param name="tryTrace">Runs one; <see langword="null"/> when it does not fail in the same way.</param>
    /// <returns>The smallest found.</returns>
    public static ScheduleTrace Shrink(RunReport first, int mostRuns, Func<ScheduleTrace, RunReport?> tryTrace)
    {
        var best = first.Trace;
        var left = mostRuns;
        if (best.TimerJitter > TimeSpan.Zero)
            _ = Keep(new ScheduleTrace(best.Seed, TimeSpan.Zero, best.Choices.Span)) || Keep(new ScheduleTrace(best.Seed, best.TimerJitter / 4, best.Choices.Span));

        // Large pieces first: of a thousand choices most do not matter, and go together.
        for (var size = best.Choices.Length; size > 0; size /= 2)
            ResetPieces(size);

        // A choice that mattered before another was reset may not matter now.
        for (var before = int.MaxValue; best.Deviations < before && left > 0;)
        {
            before = best.Deviations;
            ResetPieces(1);
        }

        return best;

        void ResetPieces(int size)
        {
            for (var start = (best.Choices.Length - 1) / size * size; start >= 0 && left > 0; start -= size)
            {
                if (start >= best.Choices.Length)
                    continue;
                var choices = best.Choices.ToArray();
                var piece = choices.AsSpan(start, Math.Min(size, choices.Length - start));
                if (!piece.ContainsAnyExcept((byte)0))
                    continue;
                piece.Clear();
                Keep(new ScheduleTrace(best.Seed, best.TimerJitter, choices));
            }
        }

        bool Keep(ScheduleTrace candidate)
        {
            if (left-- <= 0 || tryTrace(candidate) is not { } report || report.Trace.Deviations > candidate.Deviations)
                return false;
            best = report.Trace; // what was chosen in fact: choices that were not there any more are gone
            return true;
        }
    }
}
