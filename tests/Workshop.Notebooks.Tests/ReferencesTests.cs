using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Workshop.Notebooks.Tests;

/// <summary>A folder like that of a notebook, with two libraries of which one needs the other.</summary>
public sealed class ReferencesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("notebook").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Reference_RelativePath_ResolvesFromTheNotebooksFolderWithSiblings()
    {
        var basic = Build("lib", "Basic", "public class Basic { public virtual string Say() => \"basic\"; }");
        Build("lib", "Fancy", "public class Fancy : Basic { public override string Say() => \"fancy \" + base.Say(); }", basic);
        await using var cells = new RecordedCells(new SessionOptions { BaseDirectory = _folder });
        Assert.Equal("fancy basic", await cells.ResultAsync("#r \"lib/Fancy.dll\"\nnew Fancy().Say()"));
        Assert.Equal("basic", await cells.ResultAsync("#r \"lib/Basic.dll\"\nnew Basic().Say()"));
    }

    [Fact]
    public async Task Reference_AlsoLoadedByTheHost_IsTheSessionsOwnCopy()
    {
        var host = typeof(ForBothWorlds).Assembly.Location;
        ForBothWorlds.Value = 1;
        await using var cells = new RecordedCells(new SessionOptions { BaseDirectory = _folder });
        Assert.Equal("0", await cells.ResultAsync($"#r \"{host.Replace('\\', '/')}\"\nWorkshop.Notebooks.Tests.ForBothWorlds.Value"));
        Assert.Equal("in the cell", await cells.ResultAsync("new Workshop.Notebooks.Tests.ForBothWorlds()"));
    }

    [Fact]
    public async Task Reference_FileIsRebuiltMeanwhile_DoesNotDisturbTheSession()
    {
        Build("lib", "Basic", "public class Basic { public string Say() => \"old\"; }");
        await using var cells = new RecordedCells(new SessionOptions { BaseDirectory = _folder });
        await cells.ResultAsync("#r \"lib/Basic.dll\"");
        Build("lib", "Basic", "public class Basic { public string Say() => \"new\"; }");
        Assert.Equal("old", await cells.ResultAsync("new Basic().Say()"));
    }

    [Fact]
    public async Task Reference_FileDoesNotExist_SaysWhatWhereAndWhatToDoInOneLine()
    {
        await using var cells = new RecordedCells(new SessionOptions { BaseDirectory = _folder });
        var error = await cells.FailAsync("// the lesson\n#r \"../artifacts/notebook/Lesson.dll\"\nvar x = Lesson.Start();");
        Assert.Equal(
            "cell 1, line 2: ../artifacts/notebook/Lesson.dll does not exist (looked in the notebook's folder). If it is built by this repository, run: dotnet build",
            Assert.Single(error.Traceback));
    }

    [Fact]
    public async Task Reference_FileIsNoAssembly_SaysSoInOneLine()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "Bad.dll"), "not an assembly");
        await using var cells = new RecordedCells(new SessionOptions { BaseDirectory = _folder });
        var error = await cells.FailAsync("#r \"Bad.dll\"");
        Assert.Equal("cell 1, line 1: Bad.dll is not a .NET assembly. If it is built by this repository, build it again: dotnet build", Assert.Single(error.Traceback));
    }

    [Fact]
    public async Task Load_Script_DeclaresWhatItHoldsAndItsErrorsNameIt()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "tools.csx"), "int Twice(int i) => 2 * i;\nvoid Fail() =>\n    throw new Exception();\n");
        await using var cells = new RecordedCells(new SessionOptions { BaseDirectory = _folder });
        Assert.Equal("4", await cells.ResultAsync("#load \"tools.csx\"\nTwice(2)"));
        Assert.Contains("   at Fail() in tools.csx, line 3", (await cells.FailAsync("Fail();")).Traceback);
    }

    private PortableExecutableReference Build(string folder, string name, string code, params IEnumerable<MetadataReference> references)
    {
        Directory.CreateDirectory(Path.Combine(_folder, folder));
        var path = Path.Combine(_folder, folder, name + ".dll");
        var compilation = CSharpCompilation.Create(
            name, [CSharpSyntaxTree.ParseText(code)], [.. FrameworkReferences.All, .. references], new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Assert.Empty(compilation.Emit(path).Diagnostics);
        return MetadataReference.CreateFromFile(path);
    }
}

/// <summary>Something that both the host and a cell use, each in its own copy.</summary>
public sealed class ForBothWorlds
{
    public static int Value { get; set; }

    public override string ToString() => "in the cell";
}
