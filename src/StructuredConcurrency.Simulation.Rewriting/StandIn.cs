using System.Collections.Frozen;
using System.Reflection;
using System.Runtime.CompilerServices;
using StructuredConcurrency.Simulation.StandIns;

namespace StructuredConcurrency.Simulation.Rewriting;

/// <summary>How a stand-in is called where its original was.</summary>
internal enum StandInKind
{
    /// <summary><c>Task.Delay(1)</c> becomes <c>TaskOnLoop.Delay(1)</c>.</summary>
    Static,

    /// <summary><c>task.WaitAsync(token)</c> becomes <c>task.WaitAsyncOnLoop(token)</c>.</summary>
    Extension,

    /// <summary><c>new Random()</c> becomes <c>new RandomOnLoop()</c>.</summary>
    Constructor,

    /// <summary><c>new PeriodicTimer(period)</c> becomes <c>PeriodicTimerOnLoop.New(period)</c>.</summary>
    Factory,

    /// <summary><c>Stopwatch</c> becomes <c>StopwatchOnLoop</c>, wherever it is named.</summary>
    Type,
}

/// <summary>One stand-in of the event loop, with what it stands for.</summary>
/// <param name="Original">The original's documentation id.</param>
/// <param name="Name">The original's simple name, as code has it.</param>
/// <param name="Kind">How it is called.</param>
/// <param name="Type">The name of its class.</param>
/// <param name="OriginalType">The name of the original's class.</param>
internal sealed record StandIn(string Original, string Name, StandInKind Kind, string Type, string OriginalType)
{
    public const string Suffix = "OnLoop";

    /// <summary>All there are, by the documentation id of the original.</summary>
    public static FrozenDictionary<string, StandIn> All { get; } = typeof(StandsForAttribute).Assembly.GetExportedTypes()
        .SelectMany(type => type.GetCustomAttribute<StandsForAttribute>() is { } standsFor ? Of(type, standsFor) : [])
        .ToFrozenDictionary(standIn => standIn.Original, StringComparer.Ordinal);

    /// <summary>The names that a rewritten program did not have before.</summary>
    public static FrozenSet<string> NewNames { get; } = All.Values.Select(standIn => standIn.NewName).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The names under which code may mean an original.</summary>
    public static FrozenSet<string> Names { get; } = All.Values.Select(standIn => standIn.Name).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What is written where the original was.</summary>
    public string Replacement => Kind switch
    {
        StandInKind.Static => $"{Type}.{Name}",
        StandInKind.Extension => Name + Suffix,
        StandInKind.Factory => $"{Type}.New",
        _ => Type,
    };

    /// <summary>The name by which code finds it: its own if it is an extension method, and its class's otherwise.</summary>
    public string NewName => Kind == StandInKind.Extension ? Replacement : Type;

    /// <summary>The original as people call it.</summary>
    public string Construct => Kind switch
    {
        StandInKind.Static or StandInKind.Extension => $"{OriginalType}.{Name}",
        StandInKind.Constructor or StandInKind.Factory => $"new {OriginalType}",
        _ => OriginalType,
    };

    private static IEnumerable<StandIn> Of(Type type, StandsForAttribute standsFor)
    {
        var original = standsFor.Original;
        var originalName = original.Name.Split('`')[0];
        if (standsFor.Entirely)
            yield return new StandIn(DocumentationIds.Of(original), originalName, StandInKind.Type, type.Name, originalName);
        else if (!type.IsAbstract)
        {
            foreach (var constructor in type.GetConstructors())
                yield return new StandIn(Id(original, "#ctor", 0, ParameterTypes(constructor), []), originalName, StandInKind.Constructor, type.Name, originalName);
        }

        const BindingFlags Own = BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (var property in type.GetProperties(Own))
            yield return new StandIn(DocumentationIds.OfProperty(original, property.Name), property.Name, StandInKind.Static, type.Name, originalName);

        foreach (var method in type.GetMethods(Own).Where(method => !method.IsSpecialName))
        {
            var parameters = ParameterTypes(method);
            var arity = method.GetGenericArguments().Length;
            if (method.IsDefined(typeof(ExtensionAttribute)))
            {
                var name = method.Name[..^Suffix.Length];
                var isStatic = original is { IsAbstract: true, IsSealed: true };
                var ofType = isStatic ? [] : parameters[0].GetGenericArguments();
                yield return new StandIn(
                    Id(original, name, arity - ofType.Length, isStatic ? parameters : parameters[1..], ofType), name, StandInKind.Extension, type.Name, originalName);
            }
            else if (method.Name == "New")
            {
                yield return new StandIn(Id(original, "#ctor", 0, parameters, []), originalName, StandInKind.Factory, type.Name, originalName);
            }
            else
            {
                yield return new StandIn(Id(original, method.Name, arity, parameters, []), method.Name, StandInKind.Static, type.Name, originalName);
            }
        }
    }

    private static Type[] ParameterTypes(MethodBase method) => [.. method.GetParameters().Select(parameter => parameter.ParameterType)];

    private static string Id(Type type, string name, int arity, Type[] parameters, Type[] ofType) => DocumentationIds.OfMethod(type, name, arity, parameters, ofType);
}
