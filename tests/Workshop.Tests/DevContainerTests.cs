using System.Text.Json;

namespace Workshop.Tests;

/// <summary>What a Codespace relies on. The specification's own schema is checked by .ci/run.</summary>
public sealed class DevContainerTests
{
    private static readonly JsonDocumentOptions s_withComments = new() { CommentHandling = JsonCommentHandling.Skip };

    [Fact]
    public void Image_IsPinnedToItsMajorVersionAndDistribution() =>
        Assert.Equal("mcr.microsoft.com/devcontainers/dotnet:2-10.0-noble", Read().GetProperty("image").GetString());

    [Fact]
    public void Commands_AreThoseThatWorkInThisRepository()
    {
        var container = Read();
        Assert.Equal("dotnet restore", container.GetProperty("onCreateCommand").GetString());
        Assert.Equal("dotnet build", container.GetProperty("updateContentCommand").GetString());
        Assert.Single(Directory.GetFiles(CommandLine.Repository, "*.slnx")); // both commands take the one solution they find
    }

    [Fact]
    public void Editor_OpensTheReadmeWithNotebooksAndCSharp()
    {
        var customizations = Read().GetProperty("customizations");
        Assert.Equal("README.md", Assert.Single(customizations.GetProperty("codespaces").GetProperty("openFiles").EnumerateArray()).GetString());
        var extensions = customizations.GetProperty("vscode").GetProperty("extensions").EnumerateArray().Select(e => e.GetString());
        Assert.Equal(["ms-toolsai.jupyter", "ms-toolsai.jupyter-renderers", "ms-dotnettools.csharp"], extensions);
    }

    private static JsonElement Read()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(CommandLine.Repository, ".devcontainer", "devcontainer.json")), s_withComments);
        return document.RootElement.Clone();
    }
}
