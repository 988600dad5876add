using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;

namespace Workshop.Notebooks;

/// <summary>Finds what <c>#r</c> names, for the compiler and for the runtime, and keeps the two of one mind.</summary>
/// <remarks>
/// Each file is read once and both sides get those bytes: the file is never locked, and rebuilding it under a running session
/// cannot tear the session's copy. A session loads such assemblies for itself even where the host process has loaded the same
/// ones: a notebook gets the file it named, and no static state of the host.
/// </remarks>
internal sealed class CellReferences : MetadataReferenceResolver
{
    private readonly string _baseDirectory;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, PortableExecutableReference> _references = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Path, byte[] Image)> _images = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Assembly> _submissions = new(StringComparer.Ordinal);
    private readonly List<string> _folders = [];
    private readonly Dictionary<string, string> _packageFiles = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<MetadataReference> _packageReferences = [];
    private readonly HashSet<string> _packages = new(StringComparer.OrdinalIgnoreCase);
    private readonly LoadContext _context;

    public CellReferences(string baseDirectory)
    {
        _baseDirectory = baseDirectory;
        _context = new LoadContext(this);
    }

    public override bool ResolveMissingAssemblies => true;

    public override ImmutableArray<PortableExecutableReference> ResolveReference(
        string reference, string? baseFilePath, MetadataReferenceProperties properties)
    {
        // A directive stands for one reference, a package for many: those are given to the compilation itself, and this for the directive.
        if (PackageDirective.TryParse(reference, out var package))
            return IsRestored(package) ? [FrameworkReferences.Engine] : [];
        if (PathOf(reference, baseFilePath) is { } path && Read(path) is { } found)
            return [found];
        return FrameworkReferences.PathOf(reference) is { } framework ? [FrameworkReferences.Get(framework)] : [];
    }

    public override PortableExecutableReference? ResolveMissingAssembly(MetadataReference definition, AssemblyIdentity referenceIdentity)
    {
        if (FrameworkReferences.PathOf(referenceIdentity.Name) is { } framework)
            return FrameworkReferences.Get(framework);
        return FindSibling(referenceIdentity.Name) is { } path ? Read(path) : null;
    }

    /// <summary>Says in one line why <c>#r "reference"</c> cannot be satisfied: what, where, what to do.</summary>
    public string Explain(string reference)
    {
        if (PackageDirective.IsPackage(reference))
            return $"'{reference}' is not how a package is named. Write #r \"nuget: Name, 1.2.3\".";
        var path = Path.Combine(_baseDirectory, reference);
        if (!File.Exists(path))
        {
            return reference.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)
                ? $"{reference} does not exist (looked in the notebook's folder). If it is built by this repository, run: dotnet build"
                : $"'{reference}' names no assembly of .NET and no file. Write the path of a .dll, relative to the notebook.";
        }
        return $"{reference} is not a .NET assembly. If it is built by this repository, build it again: dotnet build";
    }

    /// <summary>Says in one line why <c>#load "source"</c> cannot be satisfied.</summary>
    public string ExplainSource(string source) => File.Exists(Path.Combine(_baseDirectory, source))
        ? $"{source} cannot be read."
        : $"{source} does not exist (looked in the notebook's folder).";

    /// <summary>What the packages added so far give to the compiler; each time the same objects.</summary>
    public IReadOnlyList<MetadataReference> PackageReferences
    {
        get
        {
            lock (_lock)
                return [.. _packageReferences];
        }
    }

    /// <summary>Adds what a restore gave. An assembly that is in use stays the one that it is.</summary>
    public void Add(PackageAssets assets)
    {
        lock (_lock)
        {
            foreach (var name in assets.Versions.Keys)
                _packages.Add(name);
            foreach (var path in assets.Compile)
            {
                // Of what .NET itself has, .NET's own is used, as in a build.
                if (FrameworkReferences.Contains(Path.GetFileNameWithoutExtension(path)) || _references.ContainsKey(path))
                    continue;
                var reference = MetadataReference.CreateFromFile(path);
                _references.Add(path, reference);
                _packageReferences.Add(reference);
            }
            foreach (var path in assets.Runtime)
                _packageFiles.TryAdd(Path.GetFileNameWithoutExtension(path), path);
            foreach (var folder in assets.Native.Select(path => Path.GetDirectoryName(path)!).Except(_folders, StringComparer.Ordinal).ToList())
                _folders.Add(folder);
        }
    }

    private bool IsRestored(PackageDirective package)
    {
        lock (_lock)
            return _packages.Contains(package.Name);
    }

    /// <summary>Loads a compiled cell where the cells after it find it.</summary>
    /// <remarks>For good: an assembly that can be unloaded takes twice the time to load and compile, measured, to save some 30 kB.</remarks>
    public Assembly LoadSubmission(string name, MemoryStream image, MemoryStream symbols)
    {
        var assembly = _context.LoadFromStream(image, symbols);
        lock (_lock)
            _submissions.Add(name, assembly);
        return assembly;
    }

    public override bool Equals(object? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    private string? PathOf(string reference, string? baseFilePath)
    {
        try
        {
            // A cell's own path is its name, "cell 3"; only a file that was loaded with #load has a folder.
            var folder = Path.IsPathRooted(baseFilePath) ? Path.GetDirectoryName(baseFilePath)! : _baseDirectory;
            var path = Path.GetFullPath(Path.Combine(folder, reference));
            return File.Exists(path) ? path : null;
        }
        catch (ArgumentException)
        {
            return null; // #r "\0"
        }
    }

    private PortableExecutableReference? Read(string path)
    {
        lock (_lock)
        {
            if (_references.TryGetValue(path, out var known))
                return known;
            byte[] image;
            string name;
            try
            {
                image = File.ReadAllBytes(path);
                using var metadata = AssemblyMetadata.CreateFromImage(image);
                name = metadata.GetModules()[0].Name;
            }
            catch (Exception exception) when (exception is IOException or BadImageFormatException or UnauthorizedAccessException)
            {
                return null;
            }
            var reference = MetadataReference.CreateFromImage(image, filePath: path);
            _references.Add(path, reference);
            _images.TryAdd(Path.GetFileNameWithoutExtension(name), (path, image));
            var folder = Path.GetDirectoryName(path)!;
            if (!_folders.Contains(folder, StringComparer.Ordinal))
                _folders.Add(folder);
            return reference;
        }
    }

    private string? FindSibling(string assemblyName)
    {
        lock (_lock)
            return _folders.Select(folder => Path.Combine(folder, assemblyName + ".dll")).FirstOrDefault(File.Exists);
    }

    private sealed class LoadContext(CellReferences references) : AssemblyLoadContext("notebook")
    {
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            var name = assemblyName.Name!;
            lock (references._lock)
            {
                if (references._submissions.TryGetValue(name, out var submission))
                    return submission;
            }
            // Two copies of these would be two worlds: a cell's display(x) would reach nobody.
            if (FrameworkReferences.Contains(name) || string.Equals(name, typeof(CellGlobals).Assembly.GetName().Name, StringComparison.Ordinal))
                return null;
            (string Path, byte[] Image) file;
            lock (references._lock)
            {
                // A package's files never change, and a library may ask where it lies.
                if (references._packageFiles.TryGetValue(name, out var packageFile))
                    return LoadFromAssemblyPath(packageFile);
                if (!references._images.TryGetValue(name, out file))
                {
                    if (references.FindSibling(name) is not { } sibling || references.Read(sibling) is null
                        || !references._images.TryGetValue(name, out file))
                    {
                        return null;
                    }
                }
            }
            using var image = new MemoryStream(file.Image, writable: false);
            var symbolsPath = Path.ChangeExtension(file.Path, ".pdb");
            if (!File.Exists(symbolsPath))
                return LoadFromStream(image);
            using var symbols = new MemoryStream(File.ReadAllBytes(symbolsPath), writable: false);
            return LoadFromStream(image, symbols);
        }

        protected override nint LoadUnmanagedDll(string unmanagedDllName)
        {
            lock (references._lock)
            {
                foreach (var folder in references._folders)
                {
                    foreach (var fileName in NativeNames(unmanagedDllName))
                    {
                        var path = Path.Combine(folder, fileName);
                        if (File.Exists(path))
                            return LoadUnmanagedDllFromPath(path);
                    }
                }
            }
            return 0;
        }

        // [DllImport("sqlite3")] is libsqlite3.so on Linux.
        private static string[] NativeNames(string name) =>
            OperatingSystem.IsWindows() ? [name, name + ".dll"]
            : OperatingSystem.IsMacOS() ? [name, $"lib{name}.dylib", name + ".dylib", "lib" + name]
            : [name, $"lib{name}.so", name + ".so", "lib" + name];
    }
}
