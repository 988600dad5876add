using System.Xml.Linq;

namespace Workshop.Tests;

/// <summary>Every story of the gallery as it is stored, in words and characters: <c>timeline --gallery DIR</c> writes them anew.</summary>
public sealed class GalleryTests
{
    [Fact]
    public async Task Gallery_EveryStory_GivesTheStoredTextAgain()
    {
        using var folder = new TemporaryFolder();

        var run = await CommandLine.RunAsync("timeline", "--gallery", folder.Path);

        Assert.Equal((0, "", ""), (run.ExitCode, run.Out, run.Error));
        var stored = Directory.GetFiles(Path.Combine(CommandLine.Repository, "tests", "Workshop.Tests", "gallery"), "*.txt").Order(StringComparer.Ordinal).ToList();
        Assert.Equal(stored.Select(Path.GetFileName), Directory.GetFiles(folder.Path, "*.txt").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.True(stored.Count >= 12);
        foreach (var file in stored)
            Assert.Equal(await File.ReadAllTextAsync(file), await File.ReadAllTextAsync(Path.Combine(folder.Path, Path.GetFileName(file))));

        var page = await File.ReadAllTextAsync(Path.Combine(folder.Path, "index.html"));
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        foreach (var file in Directory.GetFiles(folder.Path, "*.svg"))
        {
            var svg = await File.ReadAllTextAsync(file);
            XDocument.Parse(svg);
            Assert.Contains(svg, page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Gallery_IdentifiersInThePage_AreEachThereOnce()
    {
        using var folder = new TemporaryFolder();
        await CommandLine.RunAsync("timeline", "--gallery", folder.Path);

        var page = await File.ReadAllTextAsync(Path.Combine(folder.Path, "index.html"));

        var ids = System.Text.RegularExpressions.Regex.Matches(page, " id=\"([^\"]+)\"").Select(match => match.Groups[1].Value).ToList();
        Assert.True(ids.Count > 30);
        Assert.Equal(ids.Distinct(), ids);
    }
}
