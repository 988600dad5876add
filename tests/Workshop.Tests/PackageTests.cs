using System.Diagnostics;
using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Workshop.Tests;

/// <summary>The libraries as packages: what is in them, that a stranger's project can use them, and that the same sources give the same bytes.</summary>
public sealed partial class PackageTests(PackageTests.PackedSources sources) : IClassFixture<PackageTests.PackedSources>
{
    private static readonly string[] s_libraries = ["StructuredConcurrency", "StructuredConcurrency.Simulation", "StructuredConcurrency.Timelines"];

    [Theory]
    [InlineData("StructuredConcurrency", "ScopedConcurrency", "")]
    [InlineData("StructuredConcurrency.Simulation", "ScopedConcurrency.Simulation", "ScopedConcurrency")]
    [InlineData("StructuredConcurrency.Timelines", "ScopedConcurrency.Timelines", "ScopedConcurrency")]
    public void Package_HoldsAssemblyDocumentationReadmeAndSymbolsAndNeedsOnlyItsSiblings(string library, string id, string dependencies)
    {
        using var package = ZipFile.OpenRead(Path.Combine(sources.Feed, $"{id}.{sources.Version}.nupkg"));
        Assert.NotNull(package.GetEntry($"lib/net10.0/{library}.dll"));
        Assert.NotNull(package.GetEntry($"lib/net10.0/{library}.xml"));
        Assert.NotNull(package.GetEntry("README.md"));

        using var text = package.GetEntry($"{id}.nuspec")!.Open();
        var nuspec = XDocument.Load(text);
        Assert.Equal("README.md", nuspec.Descendants().Single(e => e.Name.LocalName == "readme").Value);
        Assert.Equal(dependencies, string.Join(' ', nuspec.Descendants().Where(e => e.Name.LocalName == "dependency").Select(e => e.Attribute("id")!.Value)));

        using var symbols = ZipFile.OpenRead(Path.Combine(sources.Feed, $"{id}.{sources.Version}.snupkg"));
        Assert.NotNull(symbols.GetEntry($"lib/net10.0/{library}.pdb"));
    }

    /// <summary>The samples of the three package pages, run as one program that knows nothing but the packages.</summary>
    [Fact]
    public async Task Package_InAFreshProject_RunsTheSamplesOfItsReadme()
    {
        using var project = new TemporaryFolder();
        var samples = s_libraries.Select(library => Sample.Of(Path.Combine(CommandLine.Repository, "src", library, "README.md"))).ToList();
        File.WriteAllText(Path.Combine(project.Path, "Program.cs"), Sample.Program(samples));
        File.WriteAllText(Path.Combine(project.Path, "nuget.config"), $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="packed" value="{sources.Feed}" />
              </packageSources>
            </configuration>
            """);
        File.WriteAllText(Path.Combine(project.Path, "fresh.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <UseAppHost>false</UseAppHost>
                <InvariantGlobalization>true</InvariantGlobalization>
                <RestorePackagesPath>packages</RestorePackagesPath>
              </PropertyGroup>
              <ItemGroup>
                {string.Concat(s_libraries.Select(library => $"<PackageReference Include=\"{IdOf(library)}\" Version=\"{sources.Version}\" />"))}
              </ItemGroup>
            </Project>
            """);
        await DotnetAsync(project.Path, "build", "fresh.csproj", "-o", "built", "-m:1", "-v:quiet");
        var run = await CommandLine.RunProgramAsync(Path.Combine(project.Path, "built", "fresh.dll"), project.Path);
        Assert.Equal(string.Concat(samples.Select(sample => sample.Prints)), run.Out);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    [Fact]
    public void Pack_SameSourcesInAnotherFolder_GivesTheSameAssembliesAndSymbols()
    {
        foreach (var library in s_libraries)
        {
            Assert.Equal(Entry(sources.Feed, library, "nupkg", "dll"), Entry(sources.FeedOfAnotherPlace, library, "nupkg", "dll"));
            Assert.Equal(Entry(sources.Feed, library, "snupkg", "pdb"), Entry(sources.FeedOfAnotherPlace, library, "snupkg", "pdb"));
        }

        byte[] Entry(string feed, string library, string package, string file)
        {
            using var zip = ZipFile.OpenRead(Path.Combine(feed, $"{IdOf(library)}.{sources.Version}.{package}"));
            using var content = zip.GetEntry($"lib/net10.0/{library}.{file}")!.Open();
            using var copy = new MemoryStream();
            content.CopyTo(copy);
            return copy.ToArray();
        }
    }

    [Fact]
    public void Projects_OtherThanTheLibraries_MakeNoPackage()
    {
        Assert.Contains("<IsPackable>false</IsPackable>", File.ReadAllText(Path.Combine(CommandLine.Repository, "Directory.Build.props")), StringComparison.Ordinal);
        var packable = new[] { "src", "grader", "exercises", "tests" }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(CommandLine.Repository, folder), "*.csproj", SearchOption.AllDirectories))
            .Where(path => Regex.IsMatch(File.ReadAllText(path), "Package.props|IsPackable"))
            .Select(Path.GetFileNameWithoutExtension)
            .Order(StringComparer.Ordinal);
        Assert.Equal(s_libraries, packable);
    }

    private static string IdOf(string library) => library.Replace("StructuredConcurrency", "ScopedConcurrency", StringComparison.Ordinal);

    private static async Task DotnetAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { UseShellExecute = false, WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["CI"] = "true";
        start.Environment["DOTNET_NOLOGO"] = "1";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}\n{await output}\n{await error}");
    }

    /// <summary>Two copies of the libraries' sources, packed where they are: nothing is written to the repository, where others may be building.</summary>
    public sealed class PackedSources : IAsyncLifetime
    {
        private readonly TemporaryFolder _folder = new();

        public string Feed { get; private set; } = "";

        public string FeedOfAnotherPlace { get; private set; } = "";

        public string Version { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            var feeds = await Task.WhenAll(PackAsync(Path.Combine(_folder.Path, "here")), PackAsync(Path.Combine(_folder.Path, "another", "place")));
            (Feed, FeedOfAnotherPlace) = (feeds[0], feeds[1]);
            var name = Path.GetFileName(Assert.Single(Directory.GetFiles(Feed, "ScopedConcurrency.Simulation.*.nupkg")));
            Version = name["ScopedConcurrency.Simulation.".Length..^".nupkg".Length];
        }

        public ValueTask DisposeAsync()
        {
            _folder.Dispose();
            return ValueTask.CompletedTask;
        }

        private static async Task<string> PackAsync(string folder)
        {
            foreach (var file in (string[])["Directory.Build.props", "Directory.Packages.props", ".editorconfig", "src/Package.props"])
                Copy(file);
            foreach (var file in s_libraries.SelectMany(library => Directory.GetFiles(Path.Combine(CommandLine.Repository, "src", library), "*", SearchOption.AllDirectories)))
                Copy(Path.GetRelativePath(CommandLine.Repository, file));
            var projects = s_libraries.Select(library => $"<Project Path=\"src/{library}/{library}.csproj\" />");
            await File.WriteAllTextAsync(Path.Combine(folder, "Packages.slnx"), $"<Solution>{string.Concat(projects)}</Solution>");

            var feed = Path.Combine(folder, "feed");
            await DotnetAsync(folder, "pack", "Packages.slnx", "-p:PackageOutputPath=" + feed, "-p:NuGetAudit=false", "-p:RunAnalyzers=false", "-m:1", "-v:quiet");
            return feed;

            void Copy(string file)
            {
                var to = Path.Combine(folder, file);
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Copy(Path.Combine(CommandLine.Repository, file), to);
            }
        }
    }

    /// <summary>The first program on a package's page, and what the page says that it prints. Others are another test's.</summary>
    private sealed partial record Sample(string[] Usings, string[] Body, string Prints)
    {
        public static Sample Of(string readme)
        {
            var page = File.ReadAllText(readme);
            var code = CSharp().Match(page).Groups["code"].Value.Split('\n');
            var prints = Printed().Match(page).Groups["lines"].Value;
            Assert.NotEmpty(prints);
            return new Sample([.. code.Where(IsUsing)], [.. code.Where(line => !IsUsing(line))], prints);

            static bool IsUsing(string line) => line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';');
        }

        /// <summary>All of them, one after the other.</summary>
        public static string Program(List<Sample> samples)
        {
            var usings = samples.SelectMany(sample => sample.Usings).Distinct(StringComparer.Ordinal);
            var calls = Enumerable.Range(0, samples.Count).Select(i => $"await Sample{i}();");
            var methods = samples.Select((sample, i) => $"static async Task Sample{i}()\n{{\n{string.Join('\n', sample.Body)}}}\n");
            return string.Join('\n', [.. usings, .. calls, .. methods]);
        }

        [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
        private static partial Regex CSharp();

        [GeneratedRegex("```text\n(?<lines>.*?)```", RegexOptions.Singleline)]
        private static partial Regex Printed();
    }
}
