namespace Workshop.Notebooks;

/// <summary>A kernel cannot start; the message is one line that says what is wrong, where, and what to do.</summary>
public sealed class KernelStartException : Exception
{
    /// <summary>Says what is wrong.</summary>
    public KernelStartException(string message)
        : base(message)
    {
    }

    /// <summary>Says what is wrong, and what found it.</summary>
    public KernelStartException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Says nothing in particular; prefer a message.</summary>
    public KernelStartException()
        : base("The kernel cannot start.")
    {
    }
}
