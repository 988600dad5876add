namespace Grader;

/// <summary>What was asked for cannot be checked at all; the message is one line: what, where, what to do.</summary>
/// <param name="message">The line.</param>
public sealed class GraderInputException(string message) : Exception(message);
