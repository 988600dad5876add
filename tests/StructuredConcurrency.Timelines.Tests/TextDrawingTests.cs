using System.Text;

namespace StructuredConcurrency.Timelines.Tests;

public class TextDrawingTests
{
    [Fact]
    public void ToText_ASmallStory_ReadsLikeThis()
    {
        Assert.Equal(
            """
            TIMEOUT 2 1
            The deadline at 0.100 s cancelled the producer P and the consumer C; 2
            items were put, 1 was finished; C held item B.

            limit       |──────────────────────────────────────────────────────────!
              group     |──────────────────────────────────────────────────────────!
                P       |A█████████████████B██████████████████████████████████-----×
                C       |░░░░░░░░░░░░░░░░░░A██████████████████████░░░░░░░░░░░░B████×
            queue depth |
                        ++-----------+-----------+----------+-----------+----------+
            seconds      0         0.02        0.04       0.06        0.08      0.10

            ─ scope open   █ working   ░ waiting for an item
            - alive, no more is logged   12 the item worked on   ! asked to stop
            × noticed it

            limit: from 0.000 s to 0.100 s; timed out.
            group: from 0.000 s to 0.100 s; cancelled.
            P: from 0.000 s to 0.100 s; working 0.090 s; alive, no more is logged
              0.010 s; 2 put; cancelled.
            C: from 0.000 s to 0.100 s; working 0.050 s; waiting for an item 0.050
              s; 1 finished; held B; cancelled.

            """.ReplaceLineEndings("\n"),
            Timeline.From(Logs.Small()).ToText(72));
    }

    [Fact]
    public void ToText_ShortNames_CutsNoWord()
    {
        var text = Timeline.From(new Story().Scope(1, "g", ScopeKind.Group).At(10).Closed(1, ScopeOutcome.Succeeded).Log).ToText();

        Assert.Contains("\ns  0 ", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(160)]
    public void ToText_AnyWidth_IsNotExceeded(int width)
    {
        foreach (var log in new[] { Logs.Lesson(), Logs.Small(), new EventLog() })
            Assert.All(Timeline.From(log).ToText(width).Split('\n'), line => Assert.InRange(DisplayText.Cells(line), 0, width));
    }

    [Fact]
    public void ToText_HostileNames_HoldsNothingThatATerminalObeys()
    {
        var text = Timeline.From(HostileNames.Log()).ToText();

        Assert.All(text, c => Assert.True(c == '\n' || !char.IsControl(c)));
        Assert.DoesNotContain('\u202e', text);
        Assert.InRange(text.Length, 1, 6_000);
    }

    [Fact]
    public void ToText_WideNamesInANarrowText_AreCutBetweenCharacters()
    {
        var log = new Story().Scope(1, string.Concat(Enumerable.Repeat("🚀", 16)), ScopeKind.Group).Child(1, "漢字漢字漢字漢字漢字漢字漢字漢字", 1).Log;

        var text = Timeline.From(log).ToText(60);

        Assert.DoesNotContain('\ufffd', Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));
        Assert.Contains("🚀 |", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n'), line => Assert.InRange(DisplayText.Cells(line), 0, 60));
    }

    [Fact]
    public void ToText_ScopeThatFails_SaysSo()
    {
        var log = new Story().Scope(1, "group", ScopeKind.Group).At(10).Closed(1, ScopeOutcome.Faulted).Log;

        Assert.Contains("group: from 0.000 s to 0.010 s; failed.", Timeline.From(log).ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public void ToText_TooNarrow_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Timeline.From(Logs.Small()).ToText(59));
}
