using System.Net;

namespace Workshop.Notebooks.Tests;

/// <summary>A kernel on free ports of this machine.</summary>
internal sealed class RunningKernel : IAsyncDisposable
{
    private static readonly ConnectionFile s_anywhere = new()
    {
        Address = IPAddress.Loopback,
        ShellPort = 0,
        ControlPort = 0,
        StdinPort = 0,
        IOPubPort = 0,
        HeartbeatPort = 0,
        Key = "a key for tests",
    };

    public RunningKernel(IPAddress? address = null)
    {
        Server = new KernelServer(s_anywhere with { Address = address ?? IPAddress.Loopback });
        Connection = Server.Connection(s_anywhere with { Address = address ?? IPAddress.Loopback });
    }

    public KernelServer Server { get; }

    public ConnectionFile Connection { get; }

    public IEnumerable<int> Ports => [Connection.ShellPort, Connection.ControlPort, Connection.StdinPort, Connection.IOPubPort, Connection.HeartbeatPort];

    public Task<FrontEnd> ConnectAsync() => FrontEnd.ConnectAsync(Connection);

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
