namespace Workshop.Lesson.Tests;

[Collection(nameof(Console))] // what is printed goes through the one console of the process
public sealed class PredictionTests
{
    [Fact]
    public void Compare_WrongAnswer_SaysBoth() => Assert.Equal(
        ["How many?", "You say 4.", "You said 4; it was 3. Look for the reason in what follows."],
        Printed(() => Assert.False(new Prediction<int>("How many?", 4).Compare(3))));

    [Fact]
    public void Compare_RightAnswer_SaysSo() => Assert.Equal(
        ["Who?", "You say C2.", "You said C2; it was C2. You saw it coming."],
        Printed(() => Assert.True(new Prediction<string>("Who?", "C2").Compare("C2"))));

    [Fact]
    public void Compare_YesOrNoAndFractions_AreWordsAndTheSameInEveryCulture()
    {
        var culture = System.Globalization.CultureInfo.CurrentCulture;
        System.Globalization.CultureInfo.CurrentCulture = new System.Globalization.CultureInfo("de-DE");
        try
        {
            Assert.Equal("You said no; it was yes. Look for the reason in what follows.", Printed(() => new Prediction<bool>("Hangs it?", false).Compare(true))[^1]);
            Assert.Equal("You said 0.5; it was 0.8. Look for the reason in what follows.", Printed(() => new Prediction<double>("When?", 0.5).Compare(0.8))[^1]);
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = culture;
        }
    }

    private static string[] Printed(Action action)
    {
        var (before, text) = (Console.Out, new StringWriter());
        Console.SetOut(text);
        try
        {
            action();
        }
        finally
        {
            Console.SetOut(before);
        }

        return text.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
    }
}
