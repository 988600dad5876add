using System.Collections.Frozen;
using Microsoft.CodeAnalysis;

namespace StructuredConcurrency.Simulation.Rewriting;

/// <summary>What cannot be brought onto a loop, with the reason and what to use instead.</summary>
internal static class Uncontrollable
{
    private const string Thread = "a thread of its own runs outside the event loop: use 'Task.Run', or a child of a task group";
    private const string ParallelLoop = "it blocks the calling thread and works on the thread pool: use 'Parallel.ForEachAsync', or children of a task group";
    private const string Blocks = "it blocks the loop's only thread: use 'await Task.WhenAll' or 'await Task.WhenAny'";
    private const string Factory = "a factory of one's own takes the thread pool: use 'Task.Factory', or 'Task.Run'";
    private const string Network = "it asks the network, whose answers no schedule can tell or repeat: use the client that the program is given, or one with a stand-in as its handler";
    private const string Input = "it waits for a person: give the program its input as an argument";

    // Type and member, or the type alone for all of it.
    private static readonly FrozenDictionary<string, string> s_members = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["System.Threading.Thread.Sleep"] = "it stops the loop's only thread, and with it every task and the clock: use 'await Task.Delay(time, token)'",
        ["System.Threading.Thread.Start"] = Thread,
        ["System.Threading.Thread.UnsafeStart"] = Thread,
        ["System.Threading.ThreadPool.RegisterWaitForSingleObject"] = "a wait handle is watched by a thread outside the loop: use a TaskCompletionSource",
        ["System.Threading.ThreadPool.UnsafeRegisterWaitForSingleObject"] = "a wait handle is watched by a thread outside the loop: use a TaskCompletionSource",
        ["System.Threading.SynchronizationContext.SetSynchronizationContext"] = "it takes the code off the loop: nothing on a loop needs it",
        ["System.Threading.Tasks.Parallel.For"] = ParallelLoop,
        ["System.Threading.Tasks.Parallel.ForEach"] = ParallelLoop,
        ["System.Threading.Tasks.Parallel.Invoke"] = ParallelLoop,
        ["System.Linq.ParallelEnumerable.AsParallel"] = ParallelLoop,
        ["System.Threading.Tasks.Task.WaitAll"] = Blocks,
        ["System.Threading.Tasks.Task.WaitAny"] = Blocks,
        ["System.Threading.Tasks.Task`1.Factory"] = Factory,
        ["System.Threading.Tasks.TaskFactory"] = Factory,
        ["System.Threading.Tasks.TaskFactory`1"] = Factory,
        ["System.Timers.Timer"] = "its events are raised on the thread pool, in real time: use PeriodicTimer or System.Threading.Timer",
        ["System.ComponentModel.BackgroundWorker"] = "it works on the thread pool: use 'Task.Run'",
        ["System.Net.Http.HttpClientHandler"] = Network,
        ["System.Net.Http.SocketsHttpHandler"] = Network,
        ["System.Console.Read"] = Input,
        ["System.Console.ReadKey"] = Input,
        ["System.Console.ReadLine"] = Input,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Whatever is awaited of these waits for the world outside.
    private static readonly string[] s_outside = ["System.IO", "System.Net", "System.Data", "System.Diagnostics.Process"];

    /// <summary>The names under which code may mean one of them.</summary>
    public static FrozenSet<string> Names { get; } = s_members.Keys.Select(key => key[(key.LastIndexOf('.') + 1)..].Split('`')[0]).Append("HttpClient").ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Why a member is not controlled; <see langword="null"/>: nothing is known against it.</summary>
    public static string? Reason(ISymbol member)
    {
        var type = FullName(member.ContainingType);
        if (member is IMethodSymbol { MethodKind: MethodKind.Constructor, Parameters.IsEmpty: true } && type == "System.Net.Http.HttpClient")
            return Network;
        return member is IMethodSymbol { MethodKind: MethodKind.Constructor } ? s_members.GetValueOrDefault(type) : s_members.GetValueOrDefault($"{type}.{member.Name}");
    }

    /// <summary>Why what is awaited is not controlled; <see langword="null"/>: nothing is known against it.</summary>
    public static string? ReasonOfAwaiting(IMethodSymbol method)
    {
        var type = FullName(method.ContainingType);
        var isOutside = Array.Exists(s_outside, name => type.StartsWith(name, StringComparison.Ordinal) && (type.Length == name.Length || type[name.Length] == '.'))
            && method.ContainingType.Name is not ("MemoryStream" or "StringReader" or "StringWriter")
            && !type.StartsWith("System.Net.Http.", StringComparison.Ordinal); // a client waits for what its handler waits for, and where that is made it is known
        return isOutside ? "it waits for the world outside, which no schedule can tell or repeat: give the program what it would read, or a stand-in" : null;
    }

    private static string FullName(INamedTypeSymbol? type) =>
        type is null ? "" : type.ContainingNamespace is { IsGlobalNamespace: false } ns ? $"{ns.ToDisplayString()}.{type.MetadataName}" : type.MetadataName;
}
