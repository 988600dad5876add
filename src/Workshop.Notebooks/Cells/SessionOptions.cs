namespace Workshop.Notebooks;

/// <summary>What a <see cref="CSharpSession"/> needs to know when it starts.</summary>
public sealed record SessionOptions
{
    /// <summary>
    /// The folder that <c>#r "path.dll"</c> and <c>#load "path.csx"</c> start from: the notebook's. The default is the process's
    /// current folder at the time the session is made. The process's current folder is never changed.
    /// </summary>
    public string BaseDirectory { get; init; } = Environment.CurrentDirectory;

    /// <summary>
    /// The program <c>dotnet</c> of the SDK that restores packages; <c>null</c>, the default, is the one that runs this process, or the
    /// first one on the path.
    /// </summary>
    public string? DotnetPath { get; init; }

    /// <summary>
    /// How long a cell that is being stopped may take to end by itself, once <see cref="CellGlobals.Cell.CancellationToken"/> is
    /// cancelled, before it is made to end. The default is 200 ms.
    /// </summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// How long the session tries to make a cell end before it leaves behind what still runs. The default is 200 ms.
    /// </summary>
    public TimeSpan AbandonAfter { get; init; } = TimeSpan.FromMilliseconds(200);
}
