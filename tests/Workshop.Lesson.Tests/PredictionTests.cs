using System.Globalization;

namespace Workshop.Lesson.Tests;

[Collection(nameof(Console))]
public sealed class PredictionTests
{
    [Fact]
    public void Compare_WrongAnswer_SaysBoth() => Assert.Equal(
        ["How many?", "You say 4.", "You said 4; it was 3. Look for the reason in what follows."],
        PrintedLines.Of(() => Assert.False(new Prediction<int>("How many?", 4).Compare(3))));

    [Fact]
    public void Compare_RightAnswer_SaysSo() => Assert.Equal(
        ["Who?", "You say C2.", "You said C2; it was C2. You saw it coming."],
        PrintedLines.Of(() => Assert.True(new Prediction<string>("Who?", "C2").Compare("C2"))));

    [Fact]
    public void Compare_YesOrNoAndFractions_AreWordsAndTheSameInEveryCulture()
    {
        var culture = CultureInfo.CurrentCulture;
        var withCommas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        withCommas.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = withCommas;
        try
        {
            Assert.Equal("You said no; it was yes. Look for the reason in what follows.", PrintedLines.Of(() => new Prediction<bool>("Hangs it?", false).Compare(true))[^1]);
            Assert.Equal("You said 0.5; it was 0.8. Look for the reason in what follows.", PrintedLines.Of(() => new Prediction<double>("When?", 0.5).Compare(0.8))[^1]);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }
}
