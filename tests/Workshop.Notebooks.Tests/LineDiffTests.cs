namespace Workshop.Notebooks.Tests;

public sealed class LineDiffTests
{
    [Fact]
    public void Of_LinesChangedPutInAndTakenAway_ShowsThemInTheirSurroundings()
    {
        var (line, lines) = LineDiff.Of("1\n2\n3\nfour\n5\nsix\n7\n8\n9\n", "1\n2\n3\n4\n5\n7\nnew\n8\n9\n");
        Assert.Equal(4, line);
        Assert.Equal(["  2", "  3", "- four", "+ 4", "  5", "- six", "  7", "+ new", "  8", "  9"], lines);
    }

    [Fact]
    public void Of_TextThatIsNew_ShowsItsLines() => Assert.Equal((1, "+ a|+ b"), Joined(LineDiff.Of(null, "a\nb")));

    [Fact]
    public void Of_ThousandsOfLines_ShowsTwentyAndCountsTheRest()
    {
        var (line, lines) = LineDiff.Of(string.Join('\n', Enumerable.Range(0, 3_000)), string.Join('\n', Enumerable.Range(5_000, 3_000)));
        Assert.Equal(1, line);
        Assert.Equal(21, lines.Count);
        Assert.Equal("... (5980 more lines)", lines[^1]);
    }

    [Fact]
    public void Of_OneLongLine_ShowsThePlaceThatDiffers()
    {
        var (_, lines) = LineDiff.Of(new string('x', 5_000) + "old" + new string('y', 5_000), new string('x', 5_000) + "new" + new string('y', 5_000));
        Assert.Equal(2, lines.Count);
        Assert.Contains("xold", lines[0], StringComparison.Ordinal);
        Assert.Contains("xnew", lines[1], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 180));
    }

    private static (int, string) Joined((int Line, IReadOnlyList<string> Lines) diff) => (diff.Line, string.Join('|', diff.Lines));
}
