namespace Workshop.Notebooks;

/// <summary>Packages could not be had; the message is one line that says which and why.</summary>
internal sealed class PackageRestoreException(string message, Exception? inner = null) : Exception(message, inner);
