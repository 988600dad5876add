namespace StructuredConcurrency;

/// <summary>Thrown to whoever awaits <see cref="ChildTask.Completion"/> of a child that was cancelled through its own handle.</summary>
/// <remarks>
/// <b>Pitfall.</b> The token of whoever awaits is not cancelled, so a body or child that lets this exception out has failed with it: catch it
/// there, or look at <see cref="ChildTask.Status"/> instead.
/// </remarks>
public sealed class ChildCancelledException : OperationCanceledException
{
    internal ChildCancelledException(string name, Exception inner, CancellationToken token)
        : base($"The child task '{name}' was cancelled.", inner, token) => Name = name;

    /// <summary>Name of the child.</summary>
    public string Name { get; }
}
