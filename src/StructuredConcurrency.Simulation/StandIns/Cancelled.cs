using System.Runtime.ExceptionServices;

namespace StructuredConcurrency.Simulation.StandIns;

/// <summary>Makes a cancelled task that throws just this exception: one made from a token throws a <see cref="TaskCanceledException"/>.</summary>
internal static class Cancelled
{
    public static async Task<T> With<T>(OperationCanceledException exception)
    {
        ExceptionDispatchInfo.Throw(exception);
        return await Task.FromResult(default(T)!);
    }
}
