using System.Runtime.CompilerServices;

namespace StructuredConcurrency.Tests.Museum;

/// <summary>Gives the text of an exhibit's program, to be shown elsewhere.</summary>
internal static class Quote
{
    /// <summary>The museum's folder in the repository.</summary>
    public static string Folder { get; } = FindFolder();

    /// <summary>The text of a method of a class, from its first line to its last, without its indent.</summary>
    /// <exception cref="ArgumentException">The file has no such method.</exception>
    public static string Method(string file, string name)
    {
        var lines = File.ReadAllLines(Path.Combine(Folder, file));
        var first = Array.FindIndex(lines, line => line.StartsWith("    internal static ", StringComparison.Ordinal) && line.Contains($" {name}(", StringComparison.Ordinal));
        if (first < 0)
            throw new ArgumentException($"{file} has no method {name}.", nameof(name));

        // Members stand apart by empty lines; an empty line inside a method is followed by a deeper indent.
        var last = first;
        while (lines[last + 1].Length == 0 ? lines[last + 2].StartsWith("     ", StringComparison.Ordinal) : lines[last + 1] != "}")
            last++;
        return string.Join('\n', lines[first..(last + 1)].Select(line => line.Length > 4 ? line[4..] : ""));
    }

    private static string FindFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
