using System.Collections;
using StructuredConcurrency.Simulation.StandIns;

namespace StructuredConcurrency.Simulation;

/// <summary>Names what an async method waits for, in the words of whoever wrote it: the kind of thing, and the variable that holds it.</summary>
internal static class AwaitedThing
{
    /// <summary>In words that follow "waits for".</summary>
    /// <param name="chain">Where a task has stopped.</param>
    /// <param name="loop">The loop that it runs on.</param>
    public static string Describe(AwaitChain chain, EventLoop loop)
    {
        try
        {
            return OfLibrary(chain) ?? (OtherLoop(chain.Leaf, loop) is not { } other ? OfFramework(chain, loop)
                : other.HasEnded ? "a task of another run, which will not go on" : "a task of another run, which goes on elsewhere");
        }
        catch (Exception)
        {
            return "something that cannot be named"; // internals that are not as expected
        }
    }

    /// <summary>The tasks that <see cref="Task.WhenAll(Task[])"/> waits for, as far as they can be found; none where the task is not one.</summary>
    public static IReadOnlyList<Task> PartsOf(AwaitChain chain)
    {
        try
        {
            if (chain.Leaf is not Task leaf || !leaf.GetType().Name.StartsWith("WhenAllPromise", StringComparison.Ordinal))
                return [];
            return AsyncInternals.Field(leaf, "m_tasks") is IEnumerable tasks
                ? [.. tasks.OfType<Task>().Where(part => !part.IsCompleted)]
                : TaskSearch.ThatComplete(leaf, chain.Own is { } own ? AsyncInternals.Variables(own.StateMachine).Select(variable => variable.Value) : []);
        }
        catch (Exception)
        {
            return []; // internals that are not as expected
        }
    }

    private static string? OfLibrary(AwaitChain chain)
    {
        // The queue's wait: an object that knows its kind, in one of the queue's own methods or awaited itself.
        for (var i = chain.Frames.Count - 1; i >= 0 && chain.Frames[i].IsInternal; i--)
        {
            var frame = chain.Frames[i];
            var around = AsyncInternals.Field(frame.StateMachine, "<>4__this");
            if (around is TaskGroup group && frame.Method == "WaitForChildrenAsync")
                return $"the children of '{group.Name}' to end";
            if (Queue(around) is { } queue && AsyncInternals.Variables(frame.StateMachine).Select(variable => Kind(variable.Value)).FirstOrDefault(wait => wait is not null) is { } kind)
                return Words(kind, queue);
        }

        if (chain.Leaf is { } leaf && Kind(leaf) is { } awaited)
        {
            var its = AsyncInternals.Variables(leaf).Select(variable => variable.Value).FirstOrDefault(value => Queue(value) is not null);
            var inSight = chain.Own is { } own ? AsyncInternals.Variables(own.StateMachine).Select(variable => variable.Value).Where(value => Queue(value) is not null).Distinct().ToList() : [];
            return its is not null || inSight.Count == 1 ? Words(awaited, its ?? inSight[0]) : awaited == ScopeWait.Item ? "an item of a queue" : awaited == ScopeWait.Room ? "room in a queue" : "a queue to be joined";
        }

        return null;

        static object? Queue(object? value)
        {
            for (var type = value?.GetType(); type is not null; type = type.BaseType)
            {
                if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(JoinableQueue<>))
                    return value;
            }

            return null;
        }

        static ScopeWait? Kind(object value) => value.GetType().Assembly == typeof(TaskGroup).Assembly ? value.GetType().GetProperty("Wait")?.GetValue(value) as ScopeWait? : null;

        static string Words(ScopeWait kind, object queue)
        {
            var name = queue.GetType().GetProperty("Name")?.GetValue(queue);
            return kind switch
            {
                ScopeWait.Item => $"an item of '{name}'",
                ScopeWait.Room => $"room in '{name}'",
                _ => $"'{name}' to be joined: {queue.GetType().GetProperty("UnfinishedCount")?.GetValue(queue)} unfinished",
            };
        }
    }

    private static string OfFramework(AwaitChain chain, EventLoop loop)
    {
        if (chain.Leaf is not { } leaf)
            return loop.HasReadySteps ? "its turn" : "a step of another run, or of code outside the loop";
        if (AsyncInternals.StateMachineOf(leaf) is { } machine)
            return $"{AsyncInternals.MethodName(machine.GetType())} to end";

        var type = leaf.GetType();
        var name = type.FullName ?? type.Name;
        var variables = chain.Own is { } own ? AsyncInternals.Variables(own.StateMachine).ToList() : [];
        if (chain.Frames.Any(frame => frame.StateMachine.GetType().DeclaringType == typeof(SemaphoreSlim)) || type.DeclaringType == typeof(SemaphoreSlim))
            return $"a permit of {Named(value => value is SemaphoreSlim semaphore && Holds(semaphore, leaf), value => value is SemaphoreSlim, "semaphore")}";
        if (SemaphoreSlimOnLoop.AwaitedBy(leaf) is { } awaited)
            return $"a permit of {Named(value => ReferenceEquals(value, awaited), value => value is SemaphoreSlim, "semaphore")}";
        if (name.Contains("WhenAllPromise", StringComparison.Ordinal))
            return Remaining(leaf) is { } count ? $"{count} task{(count == 1 ? "" : "s")} to end" : "all of several tasks to end";
        if (name.Contains("WhenAny", StringComparison.Ordinal) || name.Contains("WhenEach", StringComparison.Ordinal))
            return "the first of several tasks to end";
        if (name.Contains("DelayPromise", StringComparison.Ordinal))
            return "a delay";
        if (name.Contains("PeriodicTimer", StringComparison.Ordinal))
            return "the next tick of a timer";
        if (name.Contains("Channels", StringComparison.Ordinal))
        {
            var channel = Named(_ => false, value => value.GetType().FullName?.StartsWith("System.Threading.Channels.", StringComparison.Ordinal) == true, "channel");
            return name.Contains("Writ", StringComparison.Ordinal) && !name.Contains("WaitToRead", StringComparison.Ordinal) ? $"room in {channel}" : $"an item of {channel}";
        }

        if (variables.Find(variable => Completes(variable.Value, leaf)) is { Name: { } completes })
            return $"'{completes}' to be completed";
        return leaf is Task ? "a task that somebody must complete" : $"a {type.Name}";

        // By the very object where it can be told, by the only one of its kind in sight otherwise.
        string Named(Func<object, bool> isIt, Func<object, bool> couldBe, string kind)
        {
            var sure = variables.Where(variable => isIt(variable.Value)).Select(variable => variable.Name).FirstOrDefault();
            var possible = variables.Where(variable => couldBe(variable.Value)).Select(variable => variable.Name).Distinct(StringComparer.Ordinal).ToList();
            return sure is not null ? $"'{sure}'" : possible.Count == 1 ? $"'{possible[0]}'" : $"a {kind}";
        }

        static int? Remaining(object all) => (AsyncInternals.Field(all, "_remainingToComplete") ?? AsyncInternals.Field(all, "m_count")) as int?;
    }

    /// <summary>The loop of what would complete a task, or of whoever began to wait for it first, where that is another one.</summary>
    private static EventLoop? OtherLoop(object? leaf, EventLoop loop)
    {
        if (leaf is not Task)
            return null;
        if (AsyncInternals.Field(leaf, "m_continuationObject") is { } continuation && AsyncInternals.Field(continuation, "m_syncContext") is LoopContext context && context.Loop != loop)
            return context.Loop;
        return AsyncInternals.Field(leaf, "_timer") is LoopTimer timer && timer.Loop != loop ? timer.Loop : null;
    }

    private static bool Completes(object value, object leaf) =>
        ReferenceEquals(value, leaf) || (value.GetType().Name.StartsWith("TaskCompletionSource", StringComparison.Ordinal) && ReferenceEquals(value.GetType().GetProperty("Task")?.GetValue(value), leaf));

    private static bool Holds(SemaphoreSlim semaphore, object leaf)
    {
        for (var node = AsyncInternals.Field(semaphore, "m_asyncHead"); node is not null; node = AsyncInternals.Field(node, "Next"))
        {
            if (ReferenceEquals(node, leaf))
                return true;
        }

        return false;
    }
}
