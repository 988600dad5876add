using System.Runtime.CompilerServices;

namespace StructuredConcurrency.Conformance.Tests;

/// <summary>Texts beside the tests that somebody has looked at.</summary>
internal static class Approved
{
    public static string Read(string file) => File.ReadAllText(Path.Combine(Folder(), file));

    public static void Equal(string file, string actual)
    {
        var approved = Path.Combine(Folder(), file);
        var received = Path.Combine(AppContext.BaseDirectory, file.Replace("approved", "received", StringComparison.Ordinal));
        File.WriteAllText(received, actual);
        Assert.True(
            File.Exists(approved) && File.ReadAllText(approved) == actual,
            $"It differs from what was approved. If that is intended, copy {received} to {approved} and say why in the commit.\n{actual}");
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
