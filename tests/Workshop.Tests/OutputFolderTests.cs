namespace Workshop.Tests;

public sealed class OutputFolderTests
{
    [Theory]
    [InlineData("--out", "--out ")]
    [InlineData(null, "")]
    public void Open_WhereAFileStands_IsRefusedUnderTheNameThatTheUserGave(string? option, string prefix)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "file");
        File.WriteAllText(path, "");
        var refused = Assert.Throws<InputException>(() => OutputFolder.Open(path, option));
        Assert.StartsWith($"{prefix}{path}: cannot write there", refused.Message, StringComparison.Ordinal);
    }
}
