using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Workshop.Notebooks;

/// <summary>A Jupyter kernel: a <see cref="CSharpSession"/> behind Jupyter's five sockets.</summary>
/// <remarks>
/// It speaks messaging 5.4 over ZMTP 3.0 and listens on the connection file's address only. A message that is not signed with its key is
/// dropped. Requests on the shell channel are handled one after the other; interrupt and shutdown have a channel of their own
/// and never wait for a cell.
/// <para><b>Pitfall.</b> Cells run in this process: give a kernel a process of its own, and end that when <see cref="Ended"/> does.</para>
/// </remarks>
public sealed class KernelServer : IAsyncDisposable
{
    // Anyone may send heartbeats, unsigned, and what comes back waits in memory: a beat is a few octets.
    private const int HeartbeatLimit = 64 * 1024;

    private readonly CSharpSession _session;
    private readonly KernelPublisher _publisher;
    private readonly StdinChannel _stdin;
    private readonly ZmtpListener _heartbeat;
    private readonly ZmtpListener _shellSocket;
    private readonly ZmtpListener _controlSocket;
    private readonly RequestLoop _shell;
    private readonly RequestLoop _control;
    private readonly ExecuteRequests _executions;
    private readonly InputHistory _history = new();
    private readonly CellInterrupt _interrupt = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _serving;

    /// <summary>Opens the five sockets and begins to serve.</summary>
    /// <param name="connection">Where, and with which key. A port of 0 takes a free one.</param>
    /// <param name="options">The session's options.</param>
    /// <exception cref="KernelStartException">A port is taken, or the address is not this machine's.</exception>
    public KernelServer(ConnectionFile connection, SessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _session = new CSharpSession(options);
        var codec = new JupyterCodec(connection.Key);
        var opened = new Stack<IAsyncDisposable>();
        try
        {
            _publisher = Open("iopub_port", connection.IOPubPort, address => new KernelPublisher(codec, address));
            _stdin = Open("stdin_port", connection.StdinPort, address => new StdinChannel(codec, address, _session.FlushAsync));
            _executions = new ExecuteRequests(_session, _publisher, _stdin, _history);
            _shell = new RequestLoop(codec, _publisher, _interrupt, HandleAsync);
            // What comes by this channel is done at once: there is nothing in it to stop.
            _control = new RequestLoop(codec, _publisher, new CellInterrupt(), (request, _) => Task.FromResult(HandleControl(request)));
            _heartbeat = Open("hb_port", connection.HeartbeatPort, address => new ZmtpListener(address, ZmtpSocketType.Rep, Echo, queueLimit: HeartbeatLimit));
            _controlSocket = Open("control_port", connection.ControlPort, address => new ZmtpListener(address, ZmtpSocketType.Router, _control.Take));
            _shellSocket = Open("shell_port", connection.ShellPort, address => new ZmtpListener(address, ZmtpSocketType.Router, _shell.Take));
        }
        catch
        {
            foreach (var socket in opened)
                _ = socket.DisposeAsync().AsTask();
            _ = _session.DisposeAsync().AsTask();
            throw;
        }

        _publisher.PublishState("starting", null);
        _serving = Task.WhenAll(Task.Run(() => _shell.RunAsync(_ending.Token)), Task.Run(() => _control.RunAsync(_ending.Token)));

        T Open<T>(string name, int port, Func<IPEndPoint, T> open)
            where T : IAsyncDisposable
        {
            try
            {
                var socket = open(new IPEndPoint(connection.Address, port));
                opened.Push(socket);
                return socket;
            }
            catch (SocketException e)
            {
                throw new KernelStartException(
                    $"{name} {port} on {connection.Address} cannot be opened ({e.Message.TrimEnd('.')}). Start the notebook's kernel again: Jupyter then chooses other ports.", e);
            }
        }
    }

    /// <summary>The connection as it is: with the ports that were taken where 0 was asked for.</summary>
    public ConnectionFile Connection(ConnectionFile asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        return asked with
        {
            ShellPort = _shellSocket.LocalEndPoint.Port,
            ControlPort = _controlSocket.LocalEndPoint.Port,
            StdinPort = _stdin.LocalEndPoint.Port,
            IOPubPort = _publisher.LocalEndPoint.Port,
            HeartbeatPort = _heartbeat.LocalEndPoint.Port,
        };
    }

    /// <summary>Ends when a front end has asked the kernel to shut down.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Stops the cell that is running, as an interrupt message does; does nothing when none is.</summary>
    public void Interrupt() => _interrupt.Press();

    /// <summary>Closes the sockets, once what is queued has had a moment to leave, and lets go of the session.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync(); // stops the cell that is running, too
        await _serving;
        await Task.WhenAll(new IAsyncDisposable[] { _shellSocket, _controlSocket, _stdin, _heartbeat, _publisher }
            .Select(socket => socket.DisposeAsync().AsTask()));
        await _session.DisposeAsync();
        _ending.Dispose();
    }

    private static void Echo(ZmtpConnection peer, byte[][] frames)
    {
        if (!peer.TrySend(frames))
            peer.Abort();
    }

    private async Task<JsonObject?> HandleAsync(JupyterMessage request, CancellationToken stop) => request.Type switch
    {
        "execute_request" => await _executions.ExecuteAsync(request, _shell.AbortWaitingExecutions, stop),
        "history_request" => _history.Answer(request),
        "complete_request" => LanguageRequests.Complete(_session, request),
        "inspect_request" => LanguageRequests.Inspect(_session, request),
        "is_complete_request" => LanguageRequests.IsComplete(request),
        "comm_info_request" => new JsonObject { ["status"] = "ok", ["comms"] = new JsonObject() },
        "comm_open" => RefuseComm(request),
        _ => HandleControl(request),
    };

    private JsonObject? HandleControl(JupyterMessage request) => request.Type switch
    {
        "kernel_info_request" => KernelInfo.Answer(),
        "interrupt_request" => Stop(),
        "shutdown_request" => ShutDown(request),
        _ => null,
    };

    private JsonObject Stop()
    {
        _interrupt.Press();
        return new JsonObject { ["status"] = "ok" };
    }

    private JsonObject ShutDown(JupyterMessage request)
    {
        var answer = new JsonObject { ["status"] = "ok", ["restart"] = request.Flag("restart", false) };
        // To all front ends: the others learn in this way that the kernel is going.
        _publisher.Publish("shutdown_reply", (JsonObject)answer.DeepClone(), request.Header);
        _ended.TrySetResult();
        return answer;
    }

    // No target of a comm is known here. The protocol wants that said, or the front end waits.
    private JsonObject? RefuseComm(JupyterMessage request)
    {
        _publisher.Publish("comm_close", new JsonObject { ["comm_id"] = request.Text("comm_id"), ["data"] = new JsonObject() }, request.Header);
        return null;
    }
}
