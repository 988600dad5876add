using System.Text.Json;

namespace Workshop.Notebooks;

/// <summary>What a restore gave: the files of the packages asked for and of all that these need.</summary>
/// <param name="Versions">The version of each package, by its name.</param>
/// <param name="Compile">The assemblies that the compiler reads.</param>
/// <param name="Runtime">The assemblies that are loaded: not always the same files.</param>
/// <param name="Native">Libraries that are not .NET's.</param>
internal sealed record PackageAssets(
    IReadOnlyDictionary<string, string> Versions, IReadOnlyList<string> Compile, IReadOnlyList<string> Runtime, IReadOnlyList<string> Native)
{
    /// <summary>Reads the <c>project.assets.json</c> that a restore writes.</summary>
    public static PackageAssets Read(byte[] json, string runtimeIdentifier)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        var folders = root.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name).ToList();
        var target = root.GetProperty("targets").EnumerateObject()
            .First(target => target.Name.EndsWith("/" + runtimeIdentifier, StringComparison.Ordinal)).Value;

        var versions = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        List<string> compile = [], runtime = [], native = [];
        foreach (var package in target.EnumerateObject())
        {
            var (name, version) = package.Name.Split('/') is [var before, var after] ? (before, after) : (package.Name, "");
            versions[name] = version;
            var path = root.GetProperty("libraries").GetProperty(package.Name).GetProperty("path").GetString()!;
            Add(compile, "compile");
            Add(runtime, "runtime");
            Add(native, "native");

            void Add(List<string> files, string kind)
            {
                if (!package.Value.TryGetProperty(kind, out var assets))
                    return;
                // "_._" stands for: nothing, on purpose
                files.AddRange(assets.EnumerateObject().Where(asset => !asset.Name.EndsWith("_._", StringComparison.Ordinal))
                    .Select(asset => folders.Select(folder => Path.GetFullPath(Path.Combine(folder, path, asset.Name))).FirstOrDefault(File.Exists))
                    .OfType<string>());
            }
        }
        return new PackageAssets(versions, compile, runtime, native);
    }
}
