namespace Workshop.Notebooks;

/// <summary>A file is not a notebook that this engine can read; the message is one line that names the file and what is wrong.</summary>
public sealed class NotebookFormatException : Exception
{
    /// <summary>Says what is wrong with the file.</summary>
    public NotebookFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Says what is wrong with the file, and what found it.</summary>
    public NotebookFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Says nothing in particular; prefer a message.</summary>
    public NotebookFormatException()
        : base("This is not a notebook.")
    {
    }
}
