namespace StructuredConcurrency.Simulation;

/// <summary>Finds out who had not ended, and what each was waiting for: from the tasks themselves, and where there is a log also from that.</summary>
internal static class WaitingTasks
{
    private const string Unknown = "something that is not a queue or a group";
    private const int DeepestSplit = 4;

    /// <summary>From the tasks themselves.</summary>
    /// <param name="main">The main program.</param>
    /// <param name="launched">The loop's other tasks that have not ended.</param>
    public static IReadOnlyList<WaitingTask> In(LoopContext main, IReadOnlyList<LoopContext> launched)
    {
        var waiting = new List<WaitingTask>();
        if (!main.HasEnded)
            Add(main.Step.Task, main.Step.Name, main.Body, 0);
        foreach (var context in launched)
            Add(context.Step.Task, context.Step.Name, context.Body, 0);
        return waiting;

        void Add(int task, string name, object? awaited, int depth)
        {
            var chain = AwaitChain.From(awaited);
            var own = chain.Own;
            waiting.Add(new WaitingTask(task, name, AwaitedThing.Describe(chain, main.Loop)) { Line = own?.Line?.Line, File = own?.Line?.File });
            if (depth == DeepestSplit)
                return;

            // Tasks that nobody gave a name run as a part of the one that called them: those that are awaited together are named after their methods.
            foreach (var part in AwaitedThing.PartsOf(chain))
            {
                if (AsyncInternals.StateMachineOf(part) is { } machine)
                    Add(task, AsyncInternals.MethodName(machine.GetType()), part, depth + 1);
            }
        }
    }

    /// <summary>From a log, which knows the queues' and scopes' names; what it does not know is taken from the tasks themselves.</summary>
    public static IReadOnlyList<WaitingTask> In(IReadOnlyList<ScopeEvent> events, IReadOnlyList<WaitingTask> found)
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

        var left = found.ToList();
        var waiting = new List<WaitingTask>();
        if (openScopes.ContainsValue(0) || waits.ContainsKey(0) || left.Exists(task => task.Task == 0))
            Add(0, "main");
        foreach (var (task, started) in alive)
            Add(task, started.TaskName!);
        waiting.AddRange(left); // those that no group started
        return waiting;

        void Add(int task, string name)
        {
            var seen = left.Find(other => other.Name == name);
            if (seen is not null)
                left.Remove(seen);
            waiting.Add(new WaitingTask(task, name, Describe(task) ?? seen?.WaitsFor ?? Unknown) { Line = seen?.Line, File = seen?.File });
        }

        string? Describe(int task) =>
            !waits.TryGetValue(task, out var wait) ? null
            : wait.Wait switch
            {
                ScopeWait.Item => $"an item of '{wait.Queue}'",
                ScopeWait.Room => $"room in '{wait.Queue}'",
                ScopeWait.Signal => null, // the task itself knows more of it
                ScopeWait.Join => $"'{wait.Queue}' to be joined: {unfinished[wait.Queue!]} unfinished",
                _ => $"the children of '{wait.ScopeName}' to end",
            };
    }
}
