namespace Workshop.Lesson.Tests;

/// <summary>What the lesson prints to the console. Tests that ask for it share a collection: the process has one console.</summary>
internal static class PrintedLines
{
    public static string[] Of(Action action)
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
