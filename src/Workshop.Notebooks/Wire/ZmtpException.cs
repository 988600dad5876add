namespace Workshop.Notebooks;

/// <summary>A peer broke the rules of ZMTP 3.0: its connection is closed, and nothing else happens.</summary>
internal sealed class ZmtpException(string message) : IOException(message);
