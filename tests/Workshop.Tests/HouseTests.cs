using System.Xml.Linq;

namespace Workshop.Tests;

/// <summary>The rooms of the house and what each may know: arrows point down only.</summary>
public sealed class HouseTests
{
    [Theory]
    [InlineData("src/StructuredConcurrency", "", "")]
    [InlineData("src/StructuredConcurrency.Conformance", "StructuredConcurrency", "")]
    [InlineData("src/StructuredConcurrency.Simulation", "StructuredConcurrency", "")]
    [InlineData("src/StructuredConcurrency.Simulation.Rewriting", "StructuredConcurrency.Simulation", "Microsoft.CodeAnalysis.CSharp")]
    [InlineData("src/StructuredConcurrency.Timelines", "StructuredConcurrency", "")]
    [InlineData("src/Workshop.Lesson", "StructuredConcurrency StructuredConcurrency.Conformance StructuredConcurrency.Simulation StructuredConcurrency.Timelines", "")]
    [InlineData("src/Workshop.Notebooks", "", "Markdig Microsoft.CodeAnalysis.CSharp Microsoft.CodeAnalysis.CSharp.Workspaces")]
    [InlineData("grader/Grader", "StructuredConcurrency.Simulation StructuredConcurrency.Simulation.Rewriting StructuredConcurrency.Timelines Workshop.Lesson", null)]
    [InlineData("grader/Checks", "Grader", null)]
    [InlineData("exercises", "StructuredConcurrency Workshop.Lesson", "")]
    public void Room_KnowsOnlyTheRoomsBelowIt(string room, string rooms, string? packages)
    {
        var project = XDocument.Load(Assert.Single(Directory.GetFiles(Path.Combine(CommandLine.Repository, room), "*.csproj")));
        Assert.Equal(rooms, Names("ProjectReference", path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))));
        if (packages is not null)
            Assert.Equal(packages, Names("PackageReference", name => name));

        string Names(string element, Func<string, string> name) =>
            string.Join(' ', project.Descendants(element).Select(e => name(e.Attribute("Include")!.Value)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Solution_HoldsEveryProject()
    {
        var solution = XDocument.Load(Path.Combine(CommandLine.Repository, "Workshop.slnx")).Descendants("Project").Select(e => e.Attribute("Path")!.Value).Order(StringComparer.Ordinal);
        var projects = new[] { "src", "grader", "exercises", "tests", "bench" }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(CommandLine.Repository, folder), "*.csproj", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(CommandLine.Repository, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);
        Assert.Equal(projects, solution);
    }
}
