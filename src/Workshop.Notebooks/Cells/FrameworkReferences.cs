using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Workshop.Notebooks;

/// <summary>The assemblies that every cell may use without asking: .NET itself, and this engine's globals.</summary>
internal static class FrameworkReferences
{
    // These declare nothing: each only says in which assembly a type lies nowadays. A cell's compiler goes through all references of every cell, so
    // it gets them when something refers to them, see CellReferences.ResolveMissingAssembly.
    internal static readonly FrozenSet<string> Facades = FrozenSet.Create(StringComparer.Ordinal,
    [
        "Microsoft.VisualBasic", "Microsoft.Win32.Primitives", "mscorlib", "netstandard", "System.AppContext", "System.Buffers",
        "System.ComponentModel.DataAnnotations", "System.Configuration", "System.Core", "System.Data.DataSetExtensions", "System.Data",
        "System.Diagnostics.Contracts", "System.Diagnostics.Debug", "System.Diagnostics.Tools", "System.Diagnostics.Tracing", "System",
        "System.Drawing", "System.Dynamic.Runtime", "System.Globalization.Calendars", "System.Globalization", "System.Globalization.Extensions",
        "System.IO.Compression.FileSystem", "System.IO", "System.IO.FileSystem", "System.IO.FileSystem.Primitives", "System.IO.UnmanagedMemoryStream",
        "System.Net", "System.Net.ServicePoint", "System.Numerics", "System.Numerics.Vectors", "System.Reflection",
        "System.Reflection.Emit.ILGeneration", "System.Reflection.Emit.Lightweight", "System.Reflection.Extensions", "System.Reflection.Primitives",
        "System.Resources.Reader", "System.Resources.ResourceManager", "System.Runtime.CompilerServices.Unsafe", "System.Runtime",
        "System.Runtime.Extensions", "System.Runtime.Handles", "System.Runtime.InteropServices.RuntimeInformation", "System.Runtime.Intrinsics",
        "System.Runtime.Loader", "System.Runtime.Serialization", "System.Runtime.Serialization.Json", "System.Runtime.Serialization.Xml",
        "System.Security.Cryptography.Algorithms", "System.Security.Cryptography.Cng", "System.Security.Cryptography.Csp",
        "System.Security.Cryptography.Encoding", "System.Security.Cryptography.OpenSsl", "System.Security.Cryptography.Primitives",
        "System.Security.Cryptography.X509Certificates", "System.Security", "System.Security.Principal", "System.Security.SecureString",
        "System.ServiceModel.Web", "System.ServiceProcess", "System.Text.Encoding", "System.Text.Encoding.Extensions", "System.Threading.Overlapped",
        "System.Threading.Tasks", "System.Threading.Tasks.Extensions", "System.Threading.Thread", "System.Threading.ThreadPool",
        "System.Threading.Timer", "System.Transactions", "System.ValueTuple", "System.Web", "System.Windows", "System.Xml", "System.Xml.Linq",
        "System.Xml.ReaderWriter", "System.Xml.Serialization", "System.Xml.XDocument", "System.Xml.XmlDocument", "System.Xml.XmlSerializer",
        "System.Xml.XPath", "WindowsBase",
    ]);

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
            if (!Facades.Contains(name) && name != "Microsoft.VisualBasic.Core")
                references.Add(Get(path));
        }
        references.Add(Engine);
        return references.ToImmutable();
    }
}
