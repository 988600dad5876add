namespace StructuredConcurrency;

/// <summary>What an exception says. Its message is the program's own code, and may throw; a scope must end all the same.</summary>
internal static class ErrorText
{
    public static string Of(Exception error)
    {
        try
        {
            return error.Message;
        }
        catch (Exception e)
        {
            return $"(reading its message threw {e.GetType().Name})";
        }
    }
}
