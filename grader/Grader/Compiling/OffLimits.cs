using System.Collections.Frozen;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Grader;

/// <summary>
/// What an answer may not name: code runs in one process with what tells of it, and only the language keeps it from telling something else. So an answer
/// has no way around the language, and none into the telling.
/// </summary>
/// <remarks>Programs that print, loop, exit, open files or start threads compile as they are: what those can do is the business of the worker process.</remarks>
internal static class OffLimits
{
    private const string Reflection = "Answers may not look into other code: use what the types themselves offer.";
    private const string BeyondTheLanguage = "Answers may not reach past the language into memory, handles or libraries: no exercise needs it.";
    private const string Story = "What the checks judge is told by the exercise's own world, by groups and by queues: an answer cannot add to it, or keep something out of it.";

    private static readonly FrozenDictionary<string, string> s_namespaces = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["System.Reflection"] = Reflection,
        ["System.Dynamic"] = Reflection,
        ["System.Linq.Expressions"] = Reflection,
        ["System.Runtime.Loader"] = Reflection,
        ["System.Runtime.Serialization"] = Reflection,
        ["Microsoft.CSharp"] = Reflection,
        ["System.IO.Pipes"] = BeyondTheLanguage,
        ["System.IO.MemoryMappedFiles"] = BeyondTheLanguage,
        ["System.Runtime.InteropServices"] = BeyondTheLanguage,
        ["System.Runtime.Intrinsics"] = BeyondTheLanguage,
        ["Microsoft.Win32"] = BeyondTheLanguage,
        ["Workshop.Lesson.Stages"] = Story,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // A type with all its members, or one member.
    private static readonly FrozenDictionary<string, string> s_names = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["System.Activator"] = Reflection,
        ["System.Delegate.CreateDelegate"] = Reflection,
        ["System.Runtime.CompilerServices.CallSite"] = Reflection,
        ["System.Runtime.CompilerServices.RuntimeHelpers"] = Reflection,
        ["System.Runtime.CompilerServices.Unsafe"] = BeyondTheLanguage,
        ["System.Runtime.CompilerServices.UnsafeAccessorAttribute"] = BeyondTheLanguage,
        ["System.Runtime.CompilerServices.UnsafeAccessorTypeAttribute"] = BeyondTheLanguage,
        ["System.Numerics.Vector"] = BeyondTheLanguage,
        ["System.TypedReference"] = BeyondTheLanguage,
        ["System.ArgIterator"] = BeyondTheLanguage,
        ["System.RuntimeMethodHandle"] = BeyondTheLanguage,
        ["System.Threading.ExecutionContext.SuppressFlow"] = Story,
        ["StructuredConcurrency.ScopeTracing"] = Story,
        ["Workshop.Lesson.SimulatedWork"] = Story,
        ["Workshop.Lesson.LessonProgram"] = Story,
        ["Workshop.Lesson.LessonLoop"] = Story,
        ["Workshop.Lesson.Practice"] = Story,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> s_harmless = new[]
    {
        "System.Reflection.MemberInfo.Name",
        "System.Runtime.InteropServices.Architecture",
        "System.Runtime.InteropServices.CollectionsMarshal",
        "System.Runtime.InteropServices.LayoutKind",
        "System.Runtime.InteropServices.OSPlatform",
        "System.Runtime.InteropServices.RuntimeInformation",
        "System.Runtime.InteropServices.StructLayoutAttribute", // fields that overlap need another one
        "System.Runtime.Serialization.SerializationInfo", // exceptions of the old style
        "System.Runtime.Serialization.StreamingContext",
        "StructuredConcurrency.ScopeTracing.IsEnabled",
        "StructuredConcurrency.ScopeTracing.Mark",
        "System.Activator.CreateInstance<T>()",
    }.ToFrozenSet(StringComparer.Ordinal);

    // A type may be asked what it is, not what is in it.
    private static readonly FrozenSet<string> s_harmlessOfType = new[]
    {
        "Name", "FullName", "Namespace", "BaseType", "ToString", "Equals", "GetHashCode", "IsAssignableFrom", "IsAssignableTo", "IsInstanceOfType", "IsSubclassOf",
        "IsClass", "IsInterface", "IsValueType", "IsEnum", "IsArray", "IsGenericType", "IsAbstract", "IsSealed", "GetTypeCode",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What a program that compiles names and may not, in the order of the file.</summary>
    /// <param name="compilation">The program, as it was written.</param>
    /// <param name="assembly">What the compiler made of it.</param>
    /// <param name="tree">The learner's file.</param>
    /// <param name="path">How messages name it.</param>
    /// <param name="exercise">Says which world is not the learner's to make.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static IEnumerable<LearnerDiagnostic> In(CSharpCompilation compilation, Stream assembly, SyntaxTree tree, string path, ExerciseInfo exercise, CancellationToken cancellationToken)
    {
        // To ask for the meaning of each name takes longer than all the rest of a short check: hardly any answer needs it.
        var settings = exercise.World.GetConstructors().Single().GetParameters()[0].ParameterType;
        if (!MayBeIn(assembly, exercise.World.FullName!, settings.FullName!))
            yield break;
        var model = compilation.GetSemanticModel(tree);
        foreach (var node in tree.GetRoot(cancellationToken).DescendantNodes())
        {
            if (node is not (SimpleNameSyntax { IsVar: false } or BaseObjectCreationExpressionSyntax))
                continue; // 'new()' names nothing
            var symbol = model.GetSymbolInfo(node, cancellationToken).Symbol;
            if (symbol is IAliasSymbol alias)
                symbol = alias.Target;
            if (Reason(symbol) is not { } reason || node is ObjectCreationExpressionSyntax { Type: var type } && Reason(model.GetSymbolInfo(type, cancellationToken).Symbol) is not null)
                continue; // what is named is reported by its name
            var at = tree.GetLineSpan(node.Span, cancellationToken).StartLinePosition;
            var name = node is SimpleNameSyntax named ? named.Identifier.ValueText : $"new {symbol!.ContainingType.Name}";
            yield return new LearnerDiagnostic(path, at.Line + 1, at.Character + 1, "SC0004", $"'{name}' is off limits.", $"'{name}' is off limits. {reason}");
        }

        string? Reason(ISymbol? symbol)
        {
            if (symbol is INamedTypeSymbol { IsStatic: true })
                return null; // what is taken from it has a name of its own
            if ((symbol as INamedTypeSymbol ?? symbol?.ContainingType)?.OriginalDefinition is not { } type || SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly))
                return null;
            var typeName = Name(type);
            var member = symbol is INamedTypeSymbol ? null : symbol!.OriginalDefinition;
            if (typeName == settings.FullName || (typeName == exercise.World.FullName && member is IMethodSymbol { MethodKind: MethodKind.Constructor }))
                return $"The checks bring their own {exercise.World.Name}: use the one that RunAsync is given.";
            if (s_harmless.Contains(typeName) || (member is not null && (s_harmless.Contains($"{typeName}.{member.Name}") || s_harmless.Contains(member.ToDisplayString()))))
                return null;
            if (typeName == "System.Type")
                return member is null || s_harmlessOfType.Contains(member.Name) ? null : Reflection;
            if (typeName == "System.AppDomain")
                return member is IMethodSymbol { MethodKind: MethodKind.Ordinary } ? Reflection : null;
            if (typeName == "System.IO.FileStream" && member is IMethodSymbol { MethodKind: MethodKind.Constructor, Parameters: [{ Type.SpecialType: SpecialType.System_IntPtr }, ..] })
                return BeyondTheLanguage;
            return s_names.GetValueOrDefault(typeName) ?? (member is null ? null : s_names.GetValueOrDefault($"{typeName}.{member.Name}")) ?? OfNamespace(type.ContainingNamespace);
        }
    }

    /// <summary>Whether an assembly refers to something that is off limits. It may: the compiler itself takes some of it where it builds spans, say.</summary>
    private static bool MayBeIn(Stream assembly, string world, string settings)
    {
        assembly.Position = 0;
        using var file = new PEReader(assembly, PEStreamOptions.LeaveOpen);
        var metadata = file.GetMetadataReader();
        return metadata.GetTableRowCount(TableIndex.ImplMap) > 0 // P/Invoke, and the places of fields: attributes that leave no name behind
            || metadata.GetTableRowCount(TableIndex.FieldLayout) > 0
            || metadata.TypeReferences.Any(handle => TypeMay(FullName(handle)))
            || metadata.MemberReferences.Select(metadata.GetMemberReference).Any(member => member.Parent.Kind == HandleKind.TypeReference
                && MemberMay(FullName((TypeReferenceHandle)member.Parent), metadata.GetString(member.Name)));

        bool TypeMay(string type) => type == settings || s_names.ContainsKey(type) || s_namespaces.Keys.Any(space => type.StartsWith(space, StringComparison.Ordinal));

        bool MemberMay(string type, string member) => s_names.ContainsKey($"{type}.{member}")
            || type is "System.AppDomain" || (type is "System.Type" && member is not "GetTypeFromHandle") || (member == ".ctor" && (type == world || type is "System.IO.FileStream"));

        string FullName(TypeReferenceHandle handle)
        {
            var type = metadata.GetTypeReference(handle);
            return type.ResolutionScope.Kind == HandleKind.TypeReference
                ? FullName((TypeReferenceHandle)type.ResolutionScope) // of a type in another the outer one counts
                : $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name).Split('`')[0]}";
        }
    }

    private static string? OfNamespace(INamespaceSymbol space) => space.IsGlobalNamespace ? null
        : s_namespaces.GetValueOrDefault(space.ToDisplayString()) ?? OfNamespace(space.ContainingNamespace);

    private static string Name(INamedTypeSymbol type) =>
        type.ContainingType is { } outer ? Name(outer) : type.ContainingNamespace is { IsGlobalNamespace: false } space ? $"{space.ToDisplayString()}.{type.Name}" : type.Name;
}
