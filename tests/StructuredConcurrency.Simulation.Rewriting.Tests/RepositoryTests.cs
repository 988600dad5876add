using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace StructuredConcurrency.Simulation.Rewriting.Tests;

/// <summary>This repository's own source, of which nothing was written for the rewriter: whatever is in it must compile afterwards, line for line.</summary>
public sealed class RepositoryTests
{
    private const string GlobalUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http;
        global using System.Threading; global using System.Threading.Tasks;
        """;

    private const string LearnersUsings = GlobalUsings + " global using StructuredConcurrency; global using Workshop.Lesson; global using Workshop.Lesson.Exercises;";

    private static readonly Lazy<CSharpCompilation> s_lesson = new(() => Compile(GlobalUsings, "src/Workshop.Lesson", "src/StructuredConcurrency.Timelines"));

    private static readonly Lazy<List<PortableExecutableReference>> s_references = new(() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))]);

    public static TheoryData<string> Answers =>
        [.. new[] { "exercises", "solutions" }.SelectMany(Files).Select(path => Path.GetRelativePath(ReadmeTests.Repository(), path).Replace('\\', '/'))];

    [Theory]
    [InlineData("src/StructuredConcurrency")]
    [InlineData("src/StructuredConcurrency.Timelines")]
    [InlineData("src/Workshop.Lesson", "src/StructuredConcurrency.Timelines")]
    [InlineData("tests/StructuredConcurrency.Tests")]
    [InlineData("tests/StructuredConcurrency.Simulation.Tests")]
    [InlineData("tests/StructuredConcurrency.Simulation.Rewriting.Tests")]
    public void Rewrite_ProjectOfThisRepository_CompilesLineForLine(params string[] folders)
    {
        var compilation = Compile(GlobalUsings + (folders[0].StartsWith("tests", StringComparison.Ordinal) ? " global using Xunit;" : ""), folders);
        var errors = string.Join('\n', Snippet.Errors(compilation));
        Assert.True(errors.Length == 0, errors);
        AssertSame(compilation, LoopRewriter.Rewrite(compilation));
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public void Rewrite_AnswerOfALearner_IsControlledAndTouchedOnlyWhereItWouldEscape(string path)
    {
        var compilation = Snippet.Compile(File.ReadAllText(Path.Combine(ReadmeTests.Repository(), path)), LearnersUsings)
            .AddReferences(s_lesson.Value.ToMetadataReference());
        Assert.Empty(Snippet.Errors(compilation));
        var result = LoopRewriter.Rewrite(compilation);
        AssertSame(compilation, result);
        Assert.DoesNotContain(result.Report.Uncontrolled, site => !(site.Construct == "Thread.Sleep" && path.Contains("/wrong/", StringComparison.Ordinal))); // that is what is wrong with it
        Assert.Equal(result.Report.Rewritten.Count == 0, result.Compilation.SyntaxTrees[0] == compilation.SyntaxTrees[0]);
    }

    private static void AssertSame(CSharpCompilation before, RewriteResult result)
    {
        Assert.Empty(Snippet.Errors(result.Compilation));
        foreach (var (tree, rewritten) in before.SyntaxTrees.Zip(result.Compilation.SyntaxTrees))
        {
            Assert.Equal(tree.FilePath, rewritten.FilePath);
            Assert.Equal(tree.GetText().Lines.Count, rewritten.GetText().Lines.Count);
        }

        foreach (var site in result.Report.Rewritten)
        {
            var line = result.Compilation.SyntaxTrees.First(tree => tree.FilePath == site.Path).GetText().Lines[site.Line - 1].ToString();
            Assert.Contains(site.ReplacedBy, line, StringComparison.Ordinal);
        }
    }

    private static CSharpCompilation Compile(string usings, params string[] folders)
    {
        var name = Path.GetFileName(folders[0]);
        return CSharpCompilation.Create(
            name, // an assembly lets its friends in by name
            folders.SelectMany(Files).Select(path => Snippet.Parse(File.ReadAllText(path), path)).Prepend(Snippet.Parse(usings, "GlobalUsings.cs")),
            s_references.Value.Where(reference => Path.GetFileNameWithoutExtension(reference.FilePath) != name),
            Snippet.Compile("").Options.WithAllowUnsafe(true));
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(Path.Combine(ReadmeTests.Repository(), folder), "*.cs", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) is not ("PublicApiTests.cs" or "MuseumTests.cs")) // they need a package, and a source generator
            .Order(StringComparer.Ordinal);
}
