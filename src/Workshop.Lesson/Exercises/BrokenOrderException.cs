namespace Workshop.Lesson.Exercises;

/// <summary>Thrown when an order turns out, half-way through its printing, to be one that nobody can print.</summary>
public sealed class BrokenOrderException : Exception
{
    /// <summary>Says which order it is.</summary>
    /// <param name="order">The order.</param>
    public BrokenOrderException(Order order)
        : base($"Order {order} cannot be printed: its file is broken.") => Order = order;

    /// <summary>The order.</summary>
    public Order Order { get; }
}
