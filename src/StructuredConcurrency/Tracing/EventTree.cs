using System.Globalization;
using System.Text;

namespace StructuredConcurrency;

/// <summary>Draws the story of a log as a tree: scopes, the children in them, how each ended and why.</summary>
internal static class EventTree
{
    public static string Draw(IReadOnlyList<ScopeEvent> events)
    {
        var scopes = events.Where(e => e.Kind == ScopeEventKind.ScopeOpened).ToList();
        var children = events.Where(e => e.Kind == ScopeEventKind.ChildStarted).ToLookup(e => e.Scope);
        var ends = events.Where(e => e.Kind is ScopeEventKind.ScopeClosed or ScopeEventKind.ChildEnded)
            .GroupBy(e => (e.Kind, Id: e.Kind == ScopeEventKind.ScopeClosed ? e.Scope : e.Task)).ToDictionary(group => group.Key, group => group.Last());
        var bySequence = events.ToDictionary(e => e.Sequence);
        var text = new StringBuilder();
        foreach (var scope in scopes.Where(e => e.Parent is null))
            Scope(scope, "", "");
        return text.ToString();

        void Scope(ScopeEvent scope, string first, string rest)
        {
            ScopeEvent? end = ends.TryGetValue((ScopeEventKind.ScopeClosed, scope.Scope), out var closed) ? closed : null;
            Line(first, scope.ScopeName, scope.Time, end);

            // A scope that a child opened hangs under that child; one that the body opened, under its scope.
            var inside = scopes.Where(e => e.Parent == scope.Scope).ToList();
            var own = children[scope.Scope].ToList();
            var direct = inside.Where(e => !own.Exists(child => child.Task == e.Task)).ToList();
            var rows = own.Concat(direct).OrderBy(e => e.Sequence).ToList();
            for (var i = 0; i < rows.Count; i++)
            {
                var (branch, below) = i == rows.Count - 1 ? ("└─ ", "   ") : ("├─ ", "│  ");
                if (rows[i].Kind == ScopeEventKind.ChildStarted)
                    Child(rows[i], inside.Where(e => e.Task == rows[i].Task).ToList(), rest + branch, rest + below);
                else
                    Scope(rows[i], rest + branch, rest + below);
            }
        }

        void Child(ScopeEvent child, List<ScopeEvent> opened, string first, string rest)
        {
            ScopeEvent? end = ends.TryGetValue((ScopeEventKind.ChildEnded, child.Task), out var ended) ? ended : null;
            Line(first, child.TaskName, child.Time, end);
            for (var i = 0; i < opened.Count; i++)
            {
                var (branch, below) = i == opened.Count - 1 ? ("└─ ", "   ") : ("├─ ", "│  ");
                Scope(opened[i], rest + branch, rest + below);
            }
        }

        void Line(string indent, string? name, TimeSpan start, ScopeEvent? end)
        {
            text.Append(CultureInfo.InvariantCulture, $"{indent}{name}  {start.TotalSeconds:0.000}");
            text.Append(end is { } e
                ? string.Create(CultureInfo.InvariantCulture, $"–{e.Time.TotalSeconds:0.000}  {Words(e)}")
                : "–  still running");
            text.Append('\n');
        }

        string Words(ScopeEvent end)
        {
            var why = end.Outcome == ScopeOutcome.Cancelled ? Root(end) : end.Outcome == ScopeOutcome.Faulted ? end.Text : null;
            var how = end.Outcome == ScopeOutcome.TimedOut ? "timed out" : end.Outcome.ToString()!.ToLowerInvariant();
            return why is null ? how : $"{how}: {why}";
        }

        // Back along the causes to the first request to stop: the reason that the others only pass on.
        string? Root(ScopeEvent e)
        {
            var reason = e.Kind == ScopeEventKind.ScopeClosed ? e.Text : null;
            while (e.Cause is { } cause && bySequence.TryGetValue(cause, out e))
                reason = e.Kind == ScopeEventKind.CancelRequested ? e.Text : reason;
            return reason;
        }
    }
}
