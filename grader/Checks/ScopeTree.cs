using Grader;
using StructuredConcurrency;

namespace Checks;

/// <summary>Which scope lies in which.</summary>
internal sealed class ScopeTree
{
    private readonly Dictionary<int, ScopeEvent> _opened = [];

    public ScopeTree(ObservedRun run)
    {
        var expired = new HashSet<int>();
        foreach (var e in run.Events)
        {
            if (e.Kind == ScopeEventKind.ScopeOpened)
                _opened[e.Scope!.Value] = e;
            else if (e.Kind == ScopeEventKind.DeadlineExpired)
                expired.Add(e.Scope!.Value);
            else if (e is { Kind: ScopeEventKind.ScopeClosed, Outcome: ScopeOutcome.Succeeded, Task: 0 } && expired.Contains(e.Scope!.Value))
                HasUnnoticedDeadline = true;
        }
    }

    /// <summary>Whether a scope of the program itself expired, and ended as if its body had been in time.</summary>
    public bool HasUnnoticedDeadline { get; }

    /// <summary>Whether a scope is of a kind, or lies in one that is.</summary>
    /// <param name="scope">The scope's number; <see langword="null"/>: none.</param>
    /// <param name="kind">The kind.</param>
    public bool IsInside(int? scope, ScopeKind kind) => Around(scope).Any(opened => opened.ScopeKind == kind);

    /// <summary>A scope and those around it, from the inside out, as they were opened.</summary>
    /// <param name="scope">The scope's number; <see langword="null"/>: none.</param>
    public IEnumerable<ScopeEvent> Around(int? scope)
    {
        while (scope is { } number && _opened.TryGetValue(number, out var opened))
        {
            yield return opened;
            scope = opened.Parent;
        }
    }
}
