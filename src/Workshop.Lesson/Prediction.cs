using System.Globalization;

namespace Workshop.Lesson;

/// <summary>What a reader expects of a run, said before it and compared with what came.</summary>
/// <remarks>
/// <code>
/// var guess = new Prediction&lt;int>("How many of the twelve items will C1 work on?", 4);
/// …                     // the run
/// guess.Compare(3);     // You said 4; it was 3.
/// </code>
/// <para>Question, answer and comparison are printed as plain text: that shows in every notebook, and in none.</para>
/// </remarks>
/// <typeparam name="T">Type of the answer: a number, a name, yes or no.</typeparam>
public sealed class Prediction<T>
{
    /// <summary>Records an answer, and prints it below its question.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="answer">What the reader expects.</param>
    public Prediction(string question, T answer)
    {
        ArgumentNullException.ThrowIfNull(question);
        Question = question;
        Answer = answer;
        Console.WriteLine(question);
        Console.WriteLine($"You say {Words(answer)}.");
    }

    /// <summary>What was asked.</summary>
    public string Question { get; }

    /// <summary>What the reader expected.</summary>
    public T Answer { get; }

    /// <summary>Prints both, and a sentence about them: <c>You said 4; it was 3. …</c></summary>
    /// <param name="actual">What came.</param>
    /// <returns>Whether the answer was right. Put a semicolon behind the call, or a notebook shows this as well.</returns>
    public bool Compare(T actual)
    {
        var isRight = EqualityComparer<T>.Default.Equals(Answer, actual);
        var remark = isRight ? "You saw it coming." : "Look for the reason in what follows.";
        Console.WriteLine($"You said {Words(Answer)}; it was {Words(actual)}. {remark}");
        return isRight;
    }

    private static string Words(T value) => value switch
    {
        null => "nothing",
        true => "yes",
        false => "no",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
