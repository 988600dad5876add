using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Workshop.Notebooks.Tests;

/// <summary>What a session must not keep, so that a long one does not grow. How much it does keep is measured in <c>bench</c>.</summary>
public sealed class LongSessionTests : IAsyncDisposable
{
    private readonly RecordedCells _cells = new();

    public ValueTask DisposeAsync() => _cells.DisposeAsync();

    [Theory]
    [InlineData("display(big);")]
    [InlineData("display(1).Update(big);")]
    [InlineData("return big;")]
    [InlineData("throw new BigException(big);")]
    public async Task RunAsync_ValueIsShown_IsNotKept(string show)
    {
        await _cells.ResultAsync("class Big { public string Name => \"big\"; } class BigException(Big big) : Exception { public Big Big => big; } var weak = new WeakReference(null);");
        await _cells.RunAsync($"object Show() {{ var big = new Big(); weak.Target = big; {show} return 1; }} return Show();");
        await _cells.ResultAsync("1"); // takes the place of what the threads and the runtime still hold of the last cell
        Assert.Equal("false", await _cells.ResultAsync(
            "for (var i = 0; weak.IsAlive && i < 50; i++) { GC.Collect(); GC.WaitForPendingFinalizers(); await Task.Delay(1); } weak.IsAlive"));
    }

    [Fact]
    public async Task Compile_CellsThatDeclareNothing_AreNotLinkedIntoTheChain()
    {
        await _cells.ResultAsync("var x = 1;");
        var chain = new SubmissionChain(Path.GetTempPath());
        Assert.Null(chain.Compile("var x = 1;", "cell 1", default).Error);
        var declared = chain.Look("x").Compilation.ScriptCompilationInfo!.PreviousScriptCompilation;
        Assert.Null(chain.Compile("display(x); Enumerable.Range(0, x).Select(i => new { i }).ToList()", "cell 2", default).Error);
        Assert.Same(declared, chain.Look("x").Compilation.ScriptCompilationInfo!.PreviousScriptCompilation);
        foreach (var declaration in new[] { "var y = 2;", "int F() => 1;", "class C { }", "using System.Net;", "int.TryParse(\"1\", out var z)", "if (x is int w) { }" })
        {
            Assert.Null(chain.Compile(declaration, "cell 3", default).Error);
            var link = chain.Look("x").Compilation.ScriptCompilationInfo!.PreviousScriptCompilation;
            Assert.NotSame(declared, link);
            declared = link;
        }
    }

    [Fact]
    public async Task RunAsync_CellsThatDeclareNothingBetweenOthers_LeaveTheOthersTheirState()
    {
        await _cells.ResultAsync("var a = 1; var pairs = new[] { new { X = 1 } }.ToList();");
        for (var i = 0; i < 40; i++)
            await _cells.ResultAsync("a++; pairs.Add(new { X = a });");
        await _cells.ResultAsync("var b = a + 1;");
        await _cells.ResultAsync("Console.Write(b);");
        Assert.Equal("(41, 42, 41)", await _cells.ResultAsync("(a, b, pairs.Count)"));
    }

    [Fact]
    public void Facades_OfThisRuntime_DeclareNoPublicType()
    {
        Assert.All(FrameworkReferences.Facades.Where(FrameworkReferences.Contains), name =>
        {
            using var file = new PEReader(File.OpenRead(FrameworkReferences.PathOf(name)!));
            var metadata = file.GetMetadataReader();
            Assert.DoesNotContain(metadata.TypeDefinitions, type => metadata.GetTypeDefinition(type).Attributes.HasFlag(System.Reflection.TypeAttributes.Public));
        });
    }
}
