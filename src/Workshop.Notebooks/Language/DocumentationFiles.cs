using System.Text;
using Microsoft.CodeAnalysis;

namespace Workshop.Notebooks;

/// <summary>Finds a member in the XML files of the SDK's reference pack, or in the one beside an assembly.</summary>
/// <remarks>
/// The files are searched as octets, not parsed: all of .NET's take some tens of milliseconds, and nothing stays in memory. Without an
/// SDK there is no such file, and so no documentation.
/// </remarks>
internal static class DocumentationFiles
{
    private static readonly Lazy<string[]> s_framework = new(FindFrameworkFiles);

    /// <summary>The <c>member</c> element of a documentation comment id; <see langword="null"/> when there is none.</summary>
    public static string? Find(string id, PortableExecutableReference? assembly)
    {
        if (assembly?.FilePath is { } path && Path.ChangeExtension(path, ".xml") is var beside && File.Exists(beside))
            return FindIn(beside, id);
        // What is in one assembly when it runs is documented under the name of another. Those that share a namespace come first.
        return s_framework.Value
            .OrderByDescending(file => id.AsSpan(2).StartsWith(Path.GetFileNameWithoutExtension(file)))
            .Select(file => FindIn(file, id))
            .FirstOrDefault(static found => found is not null);
    }

    private static string? FindIn(string file, string id)
    {
        try
        {
            var text = File.ReadAllBytes(file).AsSpan();
            var at = text.IndexOf(Encoding.UTF8.GetBytes($"name=\"{id}\""));
            if (at < 0)
                return null;
            var from = text[..at].LastIndexOf("<member"u8);
            if (from < 0)
                return null;
            var length = text[from..].IndexOf("</member>"u8);
            return length < 0 ? null : Encoding.UTF8.GetString(text.Slice(from, length + "</member>".Length));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string[] FindFrameworkFiles()
    {
        var packs = Path.Combine(KernelSpecs.DotnetRoot, "packs", "Microsoft.NETCore.App.Ref");
        var target = $"net{Environment.Version.Major}.{Environment.Version.Minor}";
        if (!Directory.Exists(packs))
            return [];
        return Directory.GetDirectories(packs, $"{Environment.Version.Major}.*")
            .Select(pack => Path.Combine(pack, "ref", target))
            .Where(Directory.Exists)
            .Select(folder => Directory.GetFiles(folder, "*.xml"))
            .LastOrDefault(static files => files.Length > 0) ?? [];
    }
}
