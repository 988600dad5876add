using System.Reflection;
using System.Runtime.CompilerServices;

namespace StructuredConcurrency.Simulation;

/// <summary>An async method that has stopped at an await.</summary>
/// <param name="StateMachine">Its state: locals, parameters, <c>this</c>.</param>
/// <param name="Line">The await's line, where known.</param>
internal sealed record AwaitFrame(object StateMachine, SourceLine? Line)
{
    /// <summary>Whether it belongs to the framework or to this library, and not to the program.</summary>
    public bool IsInternal => StateMachine.GetType().Assembly is var assembly
        && (assembly == typeof(EventLoop).Assembly || assembly == typeof(TaskGroup).Assembly || assembly == typeof(Task).Assembly
            || assembly.GetName().Name?.StartsWith("System.", StringComparison.Ordinal) == true);

    /// <summary>The method's name in the source; of a lambda the name of the method around it.</summary>
    public string Method => AsyncInternals.MethodName(StateMachine.GetType());
}

/// <summary>
/// From a task down to what it really waits for: through the async methods that await one another. The runtime keeps that in its own objects, which
/// are read here by reflection; where they are not as expected, the chain is shorter, and never fails.
/// </summary>
internal sealed class AwaitChain
{
    private const int Longest = 100;

    private readonly List<AwaitFrame> _frames = [];

    private AwaitChain()
    {
    }

    /// <summary>The async methods, the outermost first.</summary>
    public IReadOnlyList<AwaitFrame> Frames => _frames;

    /// <summary>What the innermost awaits, as far as it is known: a task that is no async method, or another source of completion.</summary>
    public object? Leaf { get; private set; }

    /// <summary>The innermost method that belongs to the program.</summary>
    public AwaitFrame? Own => _frames.FindLast(frame => !frame.IsInternal);

    /// <summary>Follows a task.</summary>
    /// <param name="task">The task, or another thing that can be awaited.</param>
    public static AwaitChain From(object? task)
    {
        var chain = new AwaitChain();
        try
        {
            chain.Follow(task);
        }
        catch (Exception)
        {
            // Internals that are not as expected: what was found so far is what there is.
        }

        return chain;
    }

    private void Follow(object? awaited)
    {
        while (_frames.Count < Longest)
        {
            Leaf = awaited;
            if (awaited is null || AsyncInternals.StateMachineOf(awaited) is not { } machine)
                return;
            _frames.Add(new AwaitFrame(machine, SourceLines.OfAwait(machine.GetType(), AsyncInternals.StateOf(machine))));
            awaited = AsyncInternals.AwaitedBy(machine);
        }
    }
}

/// <summary>What is known of the compiler's and the runtime's async state machines.</summary>
internal static class AsyncInternals
{
    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
    private const int DeepestAwaiter = 4;

    // A program whose assembly can be unloaded must not be held here.
    private static readonly ConditionalWeakTable<Type, StrongBox<FieldInfo?>> s_stateMachineFields = [];
    private static readonly ConditionalWeakTable<Type, FieldInfo[]> s_fields = [];

    /// <summary>The state machine of an async method's task; <see langword="null"/>: it is none.</summary>
    public static object? StateMachineOf(object task) =>
        s_stateMachineFields.GetValue(task.GetType(), static type =>
        {
            for (var t = type; t is not null; t = t.BaseType)
            {
                if (t.Name.Contains("StateMachineBox", StringComparison.Ordinal) && t.GetField("StateMachine", Instance) is { } field)
                    return new(field);
            }

            return new(null);
        }).Value?.GetValue(task) ?? (task is IAsyncStateMachine ? task : null); // an async iterator is its own

    public static int StateOf(object machine) => Fields(machine.GetType()).FirstOrDefault(f => f.Name == "<>1__state")?.GetValue(machine) as int? ?? -1;

    /// <summary>What a stopped state machine awaits: the one awaiter that is not empty.</summary>
    public static object? AwaitedBy(object machine)
    {
        foreach (var field in Fields(machine.GetType()))
        {
            if (field.Name.StartsWith("<>u__", StringComparison.Ordinal) && Inside(field.GetValue(machine), 0) is { } awaited)
                return awaited;
        }

        return null;

        // An awaiter is a struct around a struct around the task, or the source of a ValueTask.
        static object? Inside(object? awaiter, int depth)
        {
            if (awaiter is null || !awaiter.GetType().IsValueType)
                return awaiter;
            return depth == DeepestAwaiter || awaiter.GetType().IsPrimitive
                ? null
                : Fields(awaiter.GetType()).Select(field => Inside(field.GetValue(awaiter), depth + 1)).FirstOrDefault(inside => inside is not null);
        }
    }

    /// <summary>The variables that a state machine sees by name: locals and parameters, those of the lambdas around it, fields of its object.</summary>
    public static IEnumerable<(string Name, object Value)> Variables(object machine) => Variables(machine, 0);

    /// <summary><c>ReadAsync</c>, from <c>&lt;ReadAsync&gt;d__3</c>; of a local function its own name, of a lambda the name of the method around it.</summary>
    public static string MethodName(Type machine)
    {
        var name = machine.Name;
        if (name.IndexOf("g__", StringComparison.Ordinal) is > 0 and var local && name.IndexOf('|', local) is > 0 and var end)
            return name[(local + 3)..end];
        var start = name.LastIndexOf('<', Math.Max(0, name.IndexOf('>', StringComparison.Ordinal))) + 1;
        var stop = name.IndexOf('>', start);
        return stop <= start ? name : name.Contains("b__", StringComparison.Ordinal) ? $"a lambda of {name[start..stop].TrimEnd('$')}" : name[start..stop];
    }

    /// <summary>A field of an object, its own or inherited, by name.</summary>
    public static object? Field(object target, string name) =>
        Fields(target.GetType()).FirstOrDefault(field => field.Name == name)?.GetValue(target);

    /// <summary>The fields of a type, its own and inherited.</summary>
    public static FieldInfo[] Fields(Type type) => s_fields.GetValue(type, static type =>
    {
        var fields = new List<FieldInfo>();
        for (var t = type; t is not null && t != typeof(object); t = t.BaseType)
            fields.AddRange(t.GetFields(Instance));
        return [.. fields];
    });

    private static IEnumerable<(string, object)> Variables(object target, int depth)
    {
        foreach (var field in Fields(target.GetType()))
        {
            if (field.FieldType.IsPrimitive || field.GetValue(target) is not { } value)
                continue;
            var name = field.Name;
            if (name.StartsWith('<') && name.IndexOf('>', StringComparison.Ordinal) is > 1 and var end)
                yield return (name[1..end], value); // a local that lives across awaits
            else if (!name.StartsWith('<'))
                yield return (name, value);
            else if (depth < 3 && (name.EndsWith("__this", StringComparison.Ordinal) || name.Contains("8__", StringComparison.Ordinal)))
            {
                foreach (var variable in Variables(value, depth + 1))
                    yield return variable;
            }
        }

        // What lambdas share lies in an object of its own, reached through fields like CS$<>8__locals1.
        foreach (var field in Fields(target.GetType()).Where(field => depth < 3 && field.Name.StartsWith("CS$", StringComparison.Ordinal)))
        {
            if (field.GetValue(target) is { } shared)
            {
                foreach (var variable in Variables(shared, depth + 1))
                    yield return variable;
            }
        }
    }
}
