using System.Globalization;

namespace Workshop.Lesson;

/// <summary>An answer given before the run, to be compared with what happened: a wrong guess teaches more than none.</summary>
/// <remarks>
/// <code>
/// var guess = new Prediction&lt;int&gt;("How many of the twelve items will C1 work on?", 4);
/// guess.Compare(3); // You said 4; it was 3.
/// </code>
/// </remarks>
/// <typeparam name="T">Type of the answer: a number, a name, yes or no.</typeparam>
public sealed class Prediction<T>
{
    /// <summary>Records an answer, and shows it.</summary>
    /// <param name="question">The question.</param>
    /// <param name="answer">What you believe.</param>
    public Prediction(string question, T answer)
    {
        ArgumentNullException.ThrowIfNull(question);
        Question = question;
        Answer = answer;
        Console.WriteLine($"{question} You say {Text(answer)}.");
    }

    /// <summary>The question.</summary>
    public string Question { get; }

    /// <summary>What was believed before the run.</summary>
    public T Answer { get; }

    /// <summary>Shows the answer beside what happened.</summary>
    /// <param name="actual">What happened.</param>
    public void Compare(T actual) =>
        Console.WriteLine(EqualityComparer<T>.Default.Equals(Answer, actual) ? $"You said {Text(Answer)}, and so it was." : $"You said {Text(Answer)}; it was {Text(actual)}.");

    private static string Text(T value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "nothing";
}
