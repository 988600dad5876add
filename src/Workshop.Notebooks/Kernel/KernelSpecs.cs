using System.Text.Json;
using System.Text.Json.Nodes;

namespace Workshop.Notebooks;

/// <summary>Where Jupyter and its front ends look for kernels, and how this one is put there. Needs no Python.</summary>
public static class KernelSpecs
{
    /// <summary>The name that C# notebooks ask for.</summary>
    public const string Name = ".net-csharp";

    /// <summary>The name that is taken when another kernel has the first one.</summary>
    public const string NameBeside = "csharp-workshop";

    private const string FileName = "kernel.json";
    private const string Mark = "workshop";

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The folder for this user's kernels, which need not be there yet.</summary>
    public static string UserFolder => Path.Combine(UserData(), "kernels");

    /// <summary>The kernels of this machine, those that win over others of their name first.</summary>
    public static IReadOnlyList<KernelSpec> Find() =>
        [.. Folders().Where(Directory.Exists).SelectMany(KernelsIn).DistinctBy(spec => spec.Name, StringComparer.OrdinalIgnoreCase)];

    /// <summary>
    /// Registers the kernel for this user: as <see cref="Name"/>, or as <see cref="NameBeside"/> where another kernel has that name.
    /// Another's registration is never touched; one of ours is brought up to date.
    /// </summary>
    /// <param name="program">The program and its arguments, up to the name of the connection file.</param>
    /// <exception cref="KernelStartException">The folder cannot be written.</exception>
    public static KernelSpec Install(IReadOnlyList<string> program)
    {
        ArgumentNullException.ThrowIfNull(program);
        var isTaken = Find().Any(spec => IsNamed(spec, Name) && !spec.IsOurs);
        var (name, displayName) = isTaken ? (NameBeside, "C# (workshop)") : (Name, ".NET (C#)");
        if (isTaken && Find().FirstOrDefault(spec => IsNamed(spec, NameBeside) && !spec.IsOurs) is { } both)
            throw new KernelStartException($"{both.Folder}: belongs to another kernel, and so does {Name}. Remove one of them.");

        var folder = Path.Combine(UserFolder, name);
        var spec = new JsonObject
        {
            ["argv"] = new JsonArray([.. program.Select(part => (JsonNode)part), "{connection_file}"]),
            ["display_name"] = displayName,
            ["language"] = KernelInfo.Language,
            ["interrupt_mode"] = "message",
            // A front end that was started from a desktop does not have the environment of a shell.
            ["env"] = new JsonObject { ["DOTNET_ROOT"] = DotnetRoot },
            ["metadata"] = new JsonObject { ["debugger"] = false, ["installed_by"] = Mark },
        };
        try
        {
            Directory.CreateDirectory(folder);
            // Whole or not at all: an editor may look at any time.
            var temporary = Path.Combine(folder, $".{Guid.NewGuid():N}");
            File.WriteAllText(temporary, spec.ToJsonString(s_json) + "\n");
            File.Move(temporary, Path.Combine(folder, FileName), overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new KernelStartException(
                $"{folder}: cannot write there ({e.Message.TrimEnd('.')}). Set JUPYTER_DATA_DIR to a folder that you may write, for this command and for Jupyter.", e);
        }
        return new KernelSpec(name, displayName, KernelInfo.Language, folder, IsOurs: true, Problem: null);
    }

    /// <summary>Takes away what <see cref="Install"/> has put there, and nothing else.</summary>
    /// <returns>What was taken away.</returns>
    /// <exception cref="KernelStartException">It cannot be removed.</exception>
    public static IReadOnlyList<KernelSpec> Uninstall()
    {
        var ours = Directory.Exists(UserFolder) ? KernelsIn(UserFolder).Where(spec => spec.IsOurs).ToList() : [];
        foreach (var spec in ours)
        {
            try
            {
                Directory.Delete(spec.Folder, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new KernelStartException($"{spec.Folder}: cannot be removed ({e.Message.TrimEnd('.')}).", e);
            }
        }
        return ours;
    }

    /// <summary>The folder of the .NET that runs this, which has the program <c>dotnet</c>.</summary>
    public static string DotnetRoot { get; } =
        // ROOT/shared/Microsoft.NETCore.App/10.0.0/System.Private.CoreLib.dll
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));

    private static bool IsNamed(KernelSpec spec, string name) => string.Equals(spec.Name, name, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<KernelSpec> KernelsIn(string folder)
    {
        try
        {
            return [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal).Where(kernel => File.Exists(Path.Combine(kernel, FileName))).Select(Read)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static KernelSpec Read(string folder)
    {
        var name = Path.GetFileName(folder);
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, FileName)));
            var root = json.RootElement;
            var isOurs = root.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object
                && metadata.TryGetProperty("installed_by", out var by) && by.ValueKind == JsonValueKind.String && by.GetString() == Mark;
            var missing = root.GetProperty("argv").EnumerateArray().Select(part => part.GetString() ?? "")
                .FirstOrDefault(part => Path.IsPathRooted(part) && !File.Exists(part));
            return new KernelSpec(
                name, root.GetProperty("display_name").GetString() ?? name, root.GetProperty("language").GetString() ?? "", folder, isOurs,
                missing is null ? null : $"{missing} is not there");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or IOException or UnauthorizedAccessException)
        {
            return new KernelSpec(name, name, "", folder, IsOurs: false, $"{FileName} cannot be read ({e.Message.TrimEnd('.')})");
        }
    }

    private static IEnumerable<string> Folders()
    {
        foreach (var path in (Environment.GetEnvironmentVariable("JUPYTER_PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            yield return Path.Combine(path, "kernels");
        yield return UserFolder;
        if (OperatingSystem.IsWindows())
        {
            yield return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "jupyter", "kernels");
            yield break;
        }
        yield return "/usr/local/share/jupyter/kernels";
        yield return "/usr/share/jupyter/kernels";
    }

    private static string UserData()
    {
        if (Environment.GetEnvironmentVariable("JUPYTER_DATA_DIR") is { Length: > 0 } chosen)
            return Path.GetFullPath(chosen);
        if (OperatingSystem.IsWindows())
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "jupyter");
        // Never empty: who has no home is given the root folder, which cannot be written.
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        if (OperatingSystem.IsMacOS())
            return Path.Combine(home, "Library", "Jupyter");
        return Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } data
            ? Path.Combine(data, "jupyter")
            : Path.Combine(home, ".local", "share", "jupyter");
    }
}

/// <summary>One kernel that front ends find.</summary>
/// <param name="Name">What notebooks call it: its folder's name.</param>
/// <param name="DisplayName">What people see.</param>
/// <param name="Language">The language of its cells.</param>
/// <param name="Folder">Where it is registered.</param>
/// <param name="IsOurs">Whether this program put it there.</param>
/// <param name="Problem">Why it cannot start, as far as its registration shows; <see langword="null"/>: nothing is wrong with that.</param>
public sealed record KernelSpec(string Name, string DisplayName, string Language, string Folder, bool IsOurs, string? Problem);
