using System.Runtime.CompilerServices;

namespace StructuredConcurrency.Simulation.Rewriting.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public void Readme_Table_NamesEveryConstructThatTheTestsRun()
    {
        var words = new Dictionary<Fate, string> { [Fate.Stays] = "stays", [Fate.Escapes] = "brought", [Fate.Refused] = "refused" };
        var rows = File.ReadAllLines(Path.Combine(Repository(), "src/StructuredConcurrency.Simulation.Rewriting/README.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1);
        Assert.Equal(Construct.All.Select(construct => $"| {construct.Name} | {words[construct.Fate]} |"), rows);
    }

    internal static string Repository([CallerFilePath] string thisFile = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "../.."));
}
