namespace Workshop;

/// <summary>What the user gave cannot be used. The message is the one line that says what, where and what to do; the exit code is 2.</summary>
internal sealed class InputException(string message, Exception? inner = null) : Exception(message, inner);
