using System.ComponentModel;

namespace Workshop.Notebooks;

/// <summary>Ends what a cell declared with a top-level <c>using var</c>, when the cell ends.</summary>
/// <remarks>
/// Roslyn's script dialect has no top-level using declarations, so the engine compiles <c>using var file = Open();</c> as
/// <c>var file = Open();</c> and a call of <see cref="Add"/>. Code in cells has no reason to call it by hand.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class CellUsings
{
    /// <summary>Has <paramref name="resource"/> disposed when the running cell ends; <c>null</c> is ignored.</summary>
    /// <exception cref="InvalidOperationException">It is neither <see cref="IDisposable"/> nor <see cref="IAsyncDisposable"/>.</exception>
    public static void Add(object? resource)
    {
        if (resource is null)
            return;
        if (resource is not (IDisposable or IAsyncDisposable))
            throw new InvalidOperationException($"{CSharpTypeName.Of(resource.GetType())} cannot be used with 'using': it has no Dispose.");
        CellExecution.Current?.Use(resource);
    }
}
