using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace StructuredConcurrency.Simulation;

/// <summary>A place in the program's source.</summary>
/// <param name="File">The file, as it was compiled.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Start">Where the statement begins in it, from 1.</param>
/// <param name="End">Where it ends; 0: in a later line.</param>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
internal readonly record struct SourceLine(string File, int Line, int Start, int End)
{
    /// <summary>What stands there, where the source is at hand.</summary>
    public string? Text => SourceLines.TextOf(this);
}

/// <summary>Finds the line of an await, in the portable debug information beside (or inside) the program's assembly. Where there is none, there is no line.</summary>
internal static class SourceLines
{
    private static readonly Guid s_asyncStepping = new("54FD2AC5-E925-401A-9C2A-F94F171072F8");
    private static readonly ConcurrentDictionary<Assembly, MetadataReader?> s_readers = new();
    private static readonly ConcurrentDictionary<string, string[]> s_sources = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<(Type StateMachine, int State), SourceLine?> s_lines = new();

    /// <summary>The statement at a place, or its first line, where the file lies where it was compiled.</summary>
    public static string? TextOf(SourceLine place)
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
    public static SourceLine? OfAwait(Type stateMachine, int state)
    {
        // Generic code has one text whatever its arguments.
        var type = stateMachine.IsGenericType ? stateMachine.GetGenericTypeDefinition() : stateMachine;
        return s_lines.GetOrAdd((type, state), static place =>
        {
            try
            {
                return Find(place.StateMachine, place.State);
            }
            catch (Exception)
            {
                return null; // no debug information, or none that can be read: a report without the line is still a report
            }
        });
    }

    private static SourceLine? Find(Type stateMachine, int state)
    {
        var moveNext = stateMachine.GetMethod("MoveNext", BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
        if (state < 0 || moveNext is null || s_readers.GetOrAdd(stateMachine.Assembly, Open) is not { } reader)
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
