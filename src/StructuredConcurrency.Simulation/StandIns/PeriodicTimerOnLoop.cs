using System.ComponentModel;

namespace StructuredConcurrency.Simulation.StandIns;

/// <summary>Stands in for making a timer that is awaited tick by tick.</summary>
[StandsFor(typeof(PeriodicTimer)), EditorBrowsable(EditorBrowsableState.Never)]
public static class PeriodicTimerOnLoop
{
    public static PeriodicTimer New(TimeSpan period) => new(period, TimeProviderOnLoop.System);
}
