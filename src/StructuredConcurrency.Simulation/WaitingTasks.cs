namespace StructuredConcurrency.Simulation;

/// <summary>Reads from a log who had not ended, and what each was waiting for.</summary>
internal static class WaitingTasks
{
    public static IReadOnlyList<WaitingTask> In(IReadOnlyList<ScopeEvent> events)
    {
        var waits = new SortedDictionary<int, ScopeEvent>();
        var alive = new SortedDictionary<int, ScopeEvent>();
        var unfinished = new Dictionary<string, int?>(StringComparer.Ordinal);
        var openScopes = new Dictionary<int, int>(); // scope to the task that opened it
        foreach (var e in events)
        {
            if (e.Queue is { } queue)
                unfinished[queue] = e.Unfinished;
            switch (e.Kind)
            {
                case ScopeEventKind.ChildStarted:
                    alive[e.Task!.Value] = e;
                    break;
                case ScopeEventKind.ChildEnded:
                    alive.Remove(e.Task!.Value);
                    break;
                case ScopeEventKind.WaitStarted:
                    waits[e.Task!.Value] = e;
                    break;
                case ScopeEventKind.WaitEnded:
                    waits.Remove(e.Task!.Value);
                    break;
                case ScopeEventKind.ScopeOpened when e.Task is { } opener:
                    openScopes[e.Scope!.Value] = opener;
                    break;
                case ScopeEventKind.ScopeClosed:
                    openScopes.Remove(e.Scope!.Value);
                    break;
            }
        }

        var waiting = new List<WaitingTask>();
        if (openScopes.ContainsValue(0) || waits.ContainsKey(0))
            waiting.Add(new WaitingTask(0, "main", Describe(0)));
        foreach (var (task, started) in alive)
            waiting.Add(new WaitingTask(task, started.TaskName!, Describe(task)));
        return waiting;

        string Describe(int task) =>
            !waits.TryGetValue(task, out var wait) ? "something that is not a queue or a group"
            : wait.Wait switch
            {
                ScopeWait.Item => $"an item of '{wait.Queue}'",
                ScopeWait.Room => $"room in '{wait.Queue}'",
                ScopeWait.Join => $"'{wait.Queue}' to be joined: {unfinished[wait.Queue!]} unfinished",
                _ => $"the children of '{wait.ScopeName}' to end",
            };
    }
}
