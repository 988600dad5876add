using System.Text.RegularExpressions;

namespace Workshop.Notebooks.Tests;

/// <summary>Packages by <c>#r "nuget: ..."</c>, with no source but an empty folder: what is restored is in the machine's cache, since the repository uses it.</summary>
public sealed class PackagesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("notebook").FullName;

    public PackagesTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "source"));
        UseSource("source");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Package_OfOneAssembly_IsRestoredWithProgressAndOnlyOnce()
    {
        var version = VersionOf("Markdig");
        await using var cells = Cells();
        Assert.Equal("<p><em>hi</em></p>", (await cells.ResultAsync($"#r \"nuget: Markdig, {version}\"\nMarkdig.Markdown.ToHtml(\"*hi*\").Trim()"))!);
        Assert.Equal($"Restoring Markdig {version} ...", cells.Events.OfType<CellEvent.Displayed>().Single().Data.Text);
        Assert.Equal($"Restored Markdig {version}", cells.Events.OfType<CellEvent.DisplayUpdated>().Last().Data.Text);

        Assert.Equal("notebook", await cells.ResultAsync(
            $"#r \"nuget:Markdig,{version}\"\nSystem.Runtime.Loader.AssemblyLoadContext.GetLoadContext(typeof(Markdig.Markdown).Assembly)!.Name"));
        Assert.Single(cells.Events.OfType<CellEvent.Displayed>());
    }

    [Fact]
    public async Task Package_OfOtherPackages_BringsWhatTheyHold()
    {
        await using var cells = Cells();
        await cells.ResultAsync($"#r \"nuget: System.Composition, {VersionOf("System.Composition")}\"");
        Assert.Equal("found", await cells.ResultAsync("""
            using System.Composition;
            using System.Composition.Hosting;
            [Export] public class Part { public string Text => "found"; }
            new ContainerConfiguration().WithPart<Part>().CreateContainer().GetExport<Part>().Text
            """));
    }

    [Fact]
    public async Task Package_CellWithItDoesNotCompile_IsThereForTheNext()
    {
        var version = VersionOf("Markdig");
        await using var cells = Cells();
        await cells.FailAsync($"#r \"nuget: Markdig, {version}\"\nundefined");
        await cells.ResultAsync($"#r \"nuget: Markdig, {version}\"\nusing Markdig;");
        Assert.Equal("Markdown", await cells.ResultAsync("typeof(Markdown)"));
    }

    [Fact]
    public async Task Package_NamedInALoadedFile_IsRestoredToo()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "tools.csx"), $"#r \"nuget: Markdig, {VersionOf("Markdig")}\"\nstring Html(string s) => Markdig.Markdown.ToHtml(s).Trim();");
        await using var cells = Cells();
        Assert.Equal("<h1>x</h1>", await cells.ResultAsync("#load \"tools.csx\"\nHtml(\"# x\")"));
    }

    [Theory]
    [InlineData("No.Such.Package, 1.0.0", "cell 1: There is no package 'No.Such.Package' in your package sources (empty).")]
    [InlineData("No.Such.Package", "cell 1: There is no package 'No.Such.Package' in your package sources (empty).")]
    [InlineData("", "cell 1, line 1: 'nuget: ' is not how a package is named. Write #r \"nuget: Name, 1.2.3\".")]
    [InlineData("A B", "cell 1, line 1: 'nuget: A B' is not how a package is named. Write #r \"nuget: Name, 1.2.3\".")]
    [InlineData("A, 1.0<x>", "cell 1, line 1: 'nuget: A, 1.0<x>' is not how a package is named. Write #r \"nuget: Name, 1.2.3\".")]
    public async Task Package_CannotBeHad_FailsTheCellWithOneLine(string package, string line)
    {
        await using var cells = Cells();
        Assert.Equal(line, Assert.Single((await cells.FailAsync($"#r \"nuget: {package}\"\nundefined")).Traceback));
        Assert.Equal("2", await cells.ResultAsync("1 + 1"));
    }

    [Fact]
    public async Task Package_SourceDoesNotAnswer_SaysThatTheNetworkIsToBlame()
    {
        UseSource("https://127.0.0.1:1/index.json");
        await using var cells = Cells();
        var line = Assert.Single((await cells.FailAsync("#r \"nuget: No.Such.Package, 1.0.0\"")).Traceback);
        Assert.StartsWith("cell 1: A package source cannot be reached, so No.Such.Package 1.0.0 cannot be restored: ", line, StringComparison.Ordinal);
        Assert.EndsWith("Check the network, then run the cell again.", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Package_NoSdk_SaysWhereToGetIt()
    {
        await using var cells = new RecordedCells(new SessionOptions { BaseDirectory = _folder, DotnetPath = Path.Combine(_folder, "dotnet") });
        Assert.Equal(
            "cell 1: Packages are restored by the .NET SDK, which is not on this machine or not on the path. Get it from https://dotnet.microsoft.com/download.",
            Assert.Single((await cells.FailAsync("#r \"nuget: Markdig, 1.0.0\"")).Traceback));
    }

    [Fact]
    public async Task Package_StoppedWhileItIsRestored_EndsAtOnceAndLeavesTheSessionWhole()
    {
        await using var cells = Cells();
        using var stop = new CancellationTokenSource();
        var running = cells.RunAsync($"#r \"nuget: Markdig, {VersionOf("Markdig")}\"\nConsole.Write(\"ran\");", stop.Token);
        await cells.SeeAsync(e => e is CellEvent.Displayed);
        await stop.CancelAsync();
        var outcome = await running;
        Assert.Equal((CellStatus.Stopped, "cell 1 was stopped before it began to run."), (outcome.Status, outcome.Error!.Message));
        Assert.EndsWith("was stopped.", cells.Events.OfType<CellEvent.DisplayUpdated>().Last().Data.Text, StringComparison.Ordinal);
        Assert.Equal("2", await cells.ResultAsync("1 + 1"));
    }

    [Theory]
    [InlineData("p.csproj : error NU1102: Unable to find package Markdig with version (>= 9.9.9)\np.csproj : error NU1102:   - Found 99 version(s) in source [ Nearest version: 1.6.0 ]", "The package Markdig has no version 9.9.9; the nearest is 1.6.0.")]
    [InlineData("p.csproj : error NU1102: Unable to find package Markdig with version (>= 9.9.9) [/p/p.csproj]", "The package Markdig has no version 9.9.9.")]
    [InlineData("p.csproj : error NU1202: Package Markdig 9.9.9 is not compatible with net10.0 (.NETCoreApp,Version=v10.0). Package Markdig 9.9.9 supports: net45", "The package Markdig does not support .NET 10.")]
    [InlineData("p.csproj : error NU1900: something new\n", "Markdig 9.9.9 cannot be restored: something new (NU1900)")]
    [InlineData("The command could not be loaded.\nNo .NET SDKs were found.\n", "Packages are restored by the .NET SDK, which is not on this machine or not on the path. Get it from https://dotnet.microsoft.com/download.")]
    [InlineData("out of luck\n\n", "Markdig 9.9.9 cannot be restored: out of luck")]
    [InlineData("", "Markdig 9.9.9 cannot be restored: the SDK does not say why")]
    public void Explain_WhatTheSdkSays_IsOneLine(string output, string line) =>
        Assert.Equal(line, PackageRestore.Explain(output, [new PackageDirective("Markdig", "9.9.9")]));

    private RecordedCells Cells() => new(new SessionOptions { BaseDirectory = _folder });

    private void UseSource(string source) => File.WriteAllText(Path.Combine(_folder, "nuget.config"), $"""
        <configuration>
          <packageSources><clear /><add key="empty" value="{source}" /></packageSources>
        </configuration>
        """);

    // What the repository itself uses is in the cache of every machine on which this test was built.
    private static string VersionOf(string package)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Directory.Packages.props")))
            folder = folder.Parent!;
        var match = Regex.Match(File.ReadAllText(Path.Combine(folder.FullName, "Directory.Packages.props")), $"\"{Regex.Escape(package)}\" Version=\"(?<version>[^\"]+)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        return match.Groups["version"].Value;
    }
}
