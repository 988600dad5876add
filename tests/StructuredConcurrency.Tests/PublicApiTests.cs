using System.Runtime.CompilerServices;
using PublicApiGenerator;

namespace StructuredConcurrency.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void PublicApi_OfTheLibrary_IsTheApprovedOne()
    {
        var approved = Path.Combine(Folder(), "PublicApi.approved.txt");
        var options = new ApiGeneratorOptions { IncludeAssemblyAttributes = false, ExcludeAttributes = [typeof(AsyncIteratorStateMachineAttribute).FullName!] }; // names what the compiler generates
        var actual = typeof(TaskGroup).Assembly.GeneratePublicApi(options).ReplaceLineEndings("\n").TrimEnd() + "\n";
        var received = Path.Combine(AppContext.BaseDirectory, "PublicApi.received.txt");
        File.WriteAllText(received, actual);
        Assert.True(
            File.Exists(approved) && File.ReadAllText(approved) == actual,
            $"The public API has changed. If that is intended, copy {received} to {approved} and say why in the commit.");
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
