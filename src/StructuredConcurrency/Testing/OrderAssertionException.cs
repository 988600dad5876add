namespace StructuredConcurrency;

/// <summary>Things did not happen in the order that a test expects: thrown by <see cref="OrderedSteps"/> and <see cref="EventLogAssertions.AssertOrder"/>.</summary>
/// <remarks>Belongs to no test framework: to each it is an exception that fails the test, with a message that says what came when.</remarks>
public sealed class OrderAssertionException : Exception
{
    internal OrderAssertionException(string message)
        : base(message)
    {
    }
}
