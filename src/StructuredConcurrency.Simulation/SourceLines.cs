using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace StructuredConcurrency.Simulation;

/// <summary>A place in the program's source.</summary>
/// <param name="File">The file, as it was compiled.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Start">Where the statement begins in it, from 1.</param>
/// <param name="End">Where it ends; 0: in a later line.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SourceLine(string File, int Line, int Start, int End)
{
    /// <summary>What stands there, where the source is at hand.</summary>
    public string? Text => SourceLines.TextOf(this);
}

/// <summary>
/// Finds the line at which an async method waits, for reports, in the portable debug information that lies beside the program's assembly or inside it. Where
/// there is none, a report has no lines.
/// </summary>
public static class SourceLines
{
    private static readonly Guid s_asyncStepping = new("54FD2AC5-E925-401A-9C2A-F94F171072F8");
    private static readonly ConditionalWeakTable<Assembly, StrongBox<MetadataReader?>> s_readers = [];
    private static readonly ConcurrentDictionary<string, string[]> s_sources = new(StringComparer.Ordinal);
    private static readonly ConditionalWeakTable<Type, ConcurrentDictionary<int, SourceLine?>> s_lines = [];

    /// <summary>Names the debug information of an assembly that was loaded from memory, which lies nowhere. Call it before its code runs.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="symbols">Its portable debug information: a .pdb file's content.</param>
    /// <exception cref="BadImageFormatException">It is no portable debug information.</exception>
    public static void Register(Assembly assembly, byte[] symbols)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        ArgumentNullException.ThrowIfNull(symbols);
        s_readers.AddOrUpdate(assembly, new(MetadataReaderProvider.FromPortablePdbImage(ImmutableCollectionsMarshal.AsImmutableArray(symbols)).GetMetadataReader()));
    }

    /// <summary>The statement at a place, or its first line, where the file lies where it was compiled.</summary>
    internal static string? TextOf(SourceLine place)
    {
        var lines = s_sources.GetOrAdd(place.File, static file =>
        {
            try
            {
                return File.Exists(file) ? File.ReadAllLines(file) : [];
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return [];
            }
        });
        if (place.Line > lines.Length || lines[place.Line - 1] is not { } line || Math.Max(place.Start, place.End) > line.Length + 1)
            return null; // not the file that was compiled
        return (place.End > 0 ? line[(place.Start - 1)..(place.End - 1)] : line[(place.Start - 1)..]).Trim().TrimEnd(';');
    }

    /// <summary>The line of the await at which a state machine has stopped.</summary>
    /// <param name="stateMachine">Its type.</param>
    /// <param name="state">Its state: awaits count from 0, in the order of the source.</param>
    internal static SourceLine? OfAwait(Type stateMachine, int state)
    {
        // Generic code has one text whatever its arguments.
        var type = stateMachine.IsGenericType ? stateMachine.GetGenericTypeDefinition() : stateMachine;
        return s_lines.GetOrCreateValue(type).GetOrAdd(state, static (state, type) =>
        {
            try
            {
                return Find(type, state);
            }
            catch (Exception)
            {
                return null; // no debug information, or none that can be read: a report without the line is still a report
            }
        }, type);
    }

    /// <summary>The compiler's hash of the source file that a method is written in.</summary>
    internal static byte[]? HashOfFile(MethodInfo method)
    {
        try
        {
            var machine = method.GetCustomAttribute<AsyncStateMachineAttribute>()?.StateMachineType;
            var body = machine is null ? method : MoveNext(machine)!; // what is left of an async method has no lines
            if (body.DeclaringType is not { } type || Reader(type.Assembly) is not { } reader)
                return null;
            var document = reader.GetMethodDebugInformation((MethodDefinitionHandle)MetadataTokens.EntityHandle(body.MetadataToken)).Document;
            return document.IsNil ? null : reader.GetBlobBytes(reader.GetDocument(document).Hash);
        }
        catch (Exception)
        {
            return null;
        }
    }

    private static SourceLine? Find(Type stateMachine, int state)
    {
        if (state < 0 || MoveNext(stateMachine) is not { } moveNext || Reader(stateMachine.Assembly) is not { } reader)
            return null;
        var method = (MethodDefinitionHandle)MetadataTokens.EntityHandle(moveNext.MetadataToken);
        foreach (var handle in reader.GetCustomDebugInformation(method))
        {
            var information = reader.GetCustomDebugInformation(handle);
            if (reader.GetGuid(information.Kind) == s_asyncStepping)
                return LineAt(reader, method, YieldOffset(reader.GetBlobReader(information.Value), state));
        }

        return null;
    }

    private static MethodInfo? MoveNext(Type stateMachine) => stateMachine.GetMethod("MoveNext", BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);

    private static MetadataReader? Reader(Assembly assembly) => s_readers.GetValue(assembly, static assembly => new(Open(assembly))).Value;

    private static int? YieldOffset(BlobReader awaits, int state)
    {
        awaits.ReadUInt32(); // where exceptions are caught
        for (var i = 0; awaits.RemainingBytes > 0; i++)
        {
            var yield = awaits.ReadUInt32();
            awaits.ReadUInt32(); // where it goes on
            awaits.ReadCompressedInteger(); // in which method
            if (i == state)
                return (int)yield;
        }

        return null;
    }

    private static SourceLine? LineAt(MetadataReader reader, MethodDefinitionHandle method, int? offset)
    {
        SourceLine? line = null;
        foreach (var point in reader.GetMethodDebugInformation(method).GetSequencePoints())
        {
            if (point.Offset > offset)
                break;
            if (!point.IsHidden)
                line = new SourceLine(reader.GetString(reader.GetDocument(point.Document).Name), point.StartLine, point.StartColumn, point.EndLine == point.StartLine ? point.EndColumn : 0);
        }

        return offset is null ? null : line;
    }

    private static MetadataReader? Open(Assembly assembly)
    {
        try
        {
            if (assembly.IsDynamic || assembly.Location.Length == 0)
                return null;
            using var image = new PEReader(File.OpenRead(assembly.Location));
            return image.TryOpenAssociatedPortablePdb(assembly.Location, static path => File.Exists(path) ? new MemoryStream(File.ReadAllBytes(path)) : null, out var provider, out _)
                ? provider!.GetMetadataReader() // kept for as long as the process runs
                : null;
        }
        catch (Exception e) when (e is IOException or BadImageFormatException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
    }
}
