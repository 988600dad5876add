using System.Runtime.CompilerServices;

namespace StructuredConcurrency;

/// <summary>Everything that went wrong in a task group: the children's errors in the order in which they ended, the body's last.</summary>
/// <remarks>
/// A group always throws this type, even for one error, so that what is caught does not depend on timing. To look for one:
/// <code>catch (TaskGroupException e) when (e.Contains&lt;HttpRequestException&gt;())</code>
/// <para>Counterparts: Python's <c>ExceptionGroup</c>, Java's suppressed exceptions.</para>
/// </remarks>
public sealed class TaskGroupException : AggregateException
{
    internal TaskGroupException(string groupName, IReadOnlyCollection<Exception> errors)
        : base($"{errors.Count} {(errors.Count == 1 ? "error" : "errors")} in task group '{groupName}'.", errors)
    {
    }

    /// <summary>How many errors in which group, and the message of each; of groups nested by the thousand only as many as the stack has room for.</summary>
    public override string Message =>
        RuntimeHelpers.TryEnsureSufficientExecutionStack() ? base.Message : $"{InnerExceptions.Count} more, nested too deeply to be told.";

    /// <summary>Whether an error of this type is among them, at any depth of nested groups.</summary>
    /// <typeparam name="TException">The type, or a base type of it.</typeparam>
    public bool Contains<TException>()
        where TException : Exception =>
        InnerExceptions.Any(e => e is TException || (e as TaskGroupException)?.Contains<TException>() == true);
}
