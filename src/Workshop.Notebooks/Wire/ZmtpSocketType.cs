namespace Workshop.Notebooks;

/// <summary>ZeroMQ's kinds of socket, as far as a kernel and its front end use them.</summary>
internal enum ZmtpSocketType
{
    /// <summary>Any number of peers; an answer goes to the peer that asked.</summary>
    Router,

    /// <summary>The front end's side of a <see cref="Router"/>.</summary>
    Dealer,

    /// <summary>Gives every message to all peers that subscribed to its topic.</summary>
    Pub,

    /// <summary>The front end's side of a <see cref="Pub"/>.</summary>
    Sub,

    /// <summary>Answers each message.</summary>
    Rep,

    /// <summary>The front end's side of a <see cref="Rep"/>.</summary>
    Req,
}

internal static class ZmtpSocketTypes
{
    /// <summary>The name that the READY command carries.</summary>
    public static string WireName(this ZmtpSocketType type) => type.ToString().ToUpperInvariant();

    /// <summary>Whether two kinds of socket may talk (23/ZMTP, "socket type property").</summary>
    public static bool MayTalkTo(this ZmtpSocketType type, string peer) => type switch
    {
        ZmtpSocketType.Router => peer is "DEALER" or "REQ" or "ROUTER",
        ZmtpSocketType.Dealer => peer is "ROUTER" or "REP" or "DEALER",
        ZmtpSocketType.Pub => peer is "SUB" or "XSUB",
        ZmtpSocketType.Sub => peer is "PUB" or "XPUB",
        ZmtpSocketType.Rep => peer is "REQ" or "DEALER",
        ZmtpSocketType.Req => peer is "REP" or "ROUTER",
        _ => false,
    };
}
