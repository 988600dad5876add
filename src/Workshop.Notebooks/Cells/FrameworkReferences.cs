using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Workshop.Notebooks;

/// <summary>The assemblies that every cell may use without asking: .NET itself, and this engine's globals.</summary>
internal static class FrameworkReferences
{
    private static readonly string s_folder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
    private static readonly Lazy<IReadOnlyDictionary<string, string>> s_paths = new(FindPaths);
    private static readonly ConcurrentDictionary<string, PortableExecutableReference> s_read = new(StringComparer.Ordinal);
    private static readonly Lazy<ImmutableArray<MetadataReference>> s_all = new(Load);

    /// <summary>Created once per process: reading them is the larger part of a first cell's time that is not just-in-time compiling.</summary>
    public static ImmutableArray<MetadataReference> All => s_all.Value;

    /// <summary>This engine's own assembly, with the globals of every cell.</summary>
    public static PortableExecutableReference Engine => Get(typeof(CellGlobals).Assembly.Location);

    /// <summary>One of .NET's files, read once per process.</summary>
    public static PortableExecutableReference Get(string path) => s_read.GetOrAdd(path, static path => MetadataReference.CreateFromFile(path));

    public static bool Contains(string assemblyName) => s_paths.Value.ContainsKey(assemblyName);

    public static string? PathOf(string assemblyName) => s_paths.Value.GetValueOrDefault(assemblyName);

    private static Dictionary<string, string> FindPaths()
    {
        var trusted = (string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "";
        return trusted.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(path => string.Equals(Path.GetDirectoryName(path), s_folder, StringComparison.Ordinal))
            // CoreLib is named twice where the host adds its own to the list.
            .DistinctBy(path => Path.GetFileNameWithoutExtension(path), StringComparer.OrdinalIgnoreCase)
            .ToDictionary(path => Path.GetFileNameWithoutExtension(path), StringComparer.OrdinalIgnoreCase);
    }

    private static ImmutableArray<MetadataReference> Load()
    {
        var references = ImmutableArray.CreateBuilder<MetadataReference>();
        foreach (var (name, path) in s_paths.Value)
        {
            // Facades for code of other eras. A library that needs one gets it, see CellReferences.ResolveMissingAssembly.
            if (!name.StartsWith("Microsoft.VisualBasic", StringComparison.Ordinal) && name is not ("mscorlib" or "netstandard" or "WindowsBase"))
                references.Add(Get(path));
        }
        references.Add(Engine);
        return references.ToImmutable();
    }
}
